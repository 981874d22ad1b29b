import { INDEX_PAGE, type SiteAddress } from './site-builder.contract';

/** Name of the object that a folder's page is: `alice/cycles/3` is `alice/cycles/3/index.html`. */
export const pageName = (folder: string) => (folder === '' ? INDEX_PAGE : `${folder}/${INDEX_PAGE}`);

/** Links from one page of the site to others: relative, so that the site works wherever it is served, unless `root` says. */
export class SiteLinks {
  /** What leads from the page to the top, without a slash at its end. */
  readonly root: string;
  private readonly index: string;

  /** `name`: the page's object. */
  constructor(
    readonly name: string,
    address: SiteAddress,
    root?: string,
  ) {
    const depth = name.split('/').length - 1;
    this.root = root ?? (depth === 0 ? '.' : `..${'/..'.repeat(depth - 1)}`);
    // A bucket's own address answers for objects alone.
    this.index = 'domain' in address ? '' : INDEX_PAGE;
  }

  /** To the page of a folder. */
  page(folder: string): string {
    return `${this.root}/${folder === '' ? '' : `${folder}/`}${this.index}`;
  }

  /** To an object. */
  file(name: string): string {
    return `${this.root}/${name}`;
  }
}

export const payoutsFolder = (baker: string, address: string) => `${baker}/payouts/${address}`;
export const cycleFolder = (baker: string, cycle: number | string) => `${baker}/cycles/${cycle}`;
/** Delegators whose addresses begin with the same four letters. */
export const groupFolder = (baker: string, letters: string) => `${baker}/delegators/${letters}`;
export const groupOf = (address: string) => address.slice(0, 4);
