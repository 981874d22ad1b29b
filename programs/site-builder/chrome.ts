import { CONTENT_SECURITY_POLICY, NOT_FOUND, type SiteAddress, siteFolders, siteUrl } from './site-builder.contract';
import { escaped } from './site-html';
import { SiteLinks } from './site-links';

/** What stands in the page that Jekyll builds, where ours goes. Letters alone: no filter of a theme changes them. */
export const markers = { title: 'PAYOUTSTITLE', content: 'PAYOUTSCONTENT' } as const;
/** Folder of that page, and what Jekyll takes for the path of the site below its domain. */
export const TEMPLATE_FOLDER = siteFolders.frame;
export const ROOT_MARKER = '/payouts-site-root';

const HEAD_END = '</head>';
const PARTS = new RegExp(`(${markers.title}|${markers.content}|${TEMPLATE_FOLDER}/|${HEAD_END})`);

export interface PageParts {
  /** Of its object. */
  readonly name: string;
  /** Plain text. */
  readonly title: string;
  /** HTML. */
  readonly content: string;
  /** Whether search engines may list it. */
  readonly isListed?: boolean;
  /** More for the head, HTML. */
  readonly head?: string;
}

export interface ChromeParts {
  /** The page as Jekyll has built it. */
  readonly template: string;
  readonly address: SiteAddress;
  readonly bucket: string;
  /** Names of the objects with our style and script. */
  readonly style: string;
  readonly script: string;
}

/** Puts content into the page that the theme has made: Jekyll runs once, not once for each of thousands of pages. */
export class Chrome {
  /** The template in pieces, for pages as deep as this one. */
  private readonly pieces = new Map<string, readonly string[]>();

  /** Throws if the theme's layout does not show what it is given. */
  constructor(private readonly parts: ChromeParts) {
    const { template } = parts;
    const count = (text: string) => template.split(text).length - 1;
    if (count(markers.content) !== 1) {
      throw new Error(`the theme's layout "default" shows the content ${count(markers.content)} times, not once`);
    }
    if (count(markers.title) === 0) throw new Error('the theme\'s layout "default" shows no title');
    if (count(HEAD_END) !== 1) throw new Error(`the theme's layout "default" has ${count(HEAD_END)} times ${HEAD_END}`);
  }

  /** Links from a page, as it is to be written. The one that is shown wherever there is none knows not how deep it lies. */
  links(name: string): SiteLinks {
    const { address, bucket } = this.parts;
    return new SiteLinks(name, address, name === NOT_FOUND ? absoluteRoot(address, bucket) : undefined);
  }

  /** A whole page. */
  page({ name, title, content, isListed = true, head = '' }: PageParts): string {
    const links = this.links(name);
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    const own = [isListed ? '' : '<meta name="robots" content="noindex">', head].join('');
    let html = '';
    for (const piece of this.template(links)) {
      if (piece === markers.title) html += escaped(title);
      else if (piece === markers.content) html += content;
      else if (piece === `${TEMPLATE_FOLDER}/`) html += folder;
      else if (piece === HEAD_END) html += own + HEAD_END;
      else html += piece;
    }
    return html;
  }

  private template(links: SiteLinks): readonly string[] {
    const { template, address, bucket } = this.parts;
    const { root } = links;
    const known = this.pieces.get(root);
    if (known) return known;
    const withHead = template.replace(HEAD_END, () => `${this.head(root)}${HEAD_END}`);
    const pieces = rooted(withHead, { root, address, bucket }).split(PARTS);
    this.pieces.set(root, pieces);
    return pieces;
  }

  /** Our style and script, beside the theme's. A bucket's own address sends no headers. */
  private head(root: string): string {
    const { style, script, address } = this.parts;
    const index = 'domain' in address ? '' : 'index.html';
    const policy =
      'domain' in address
        ? ''
        : `<meta http-equiv="Content-Security-Policy" content="${escaped(CONTENT_SECURITY_POLICY)}">`;
    return `${policy}<link rel="stylesheet" href="${root}/${style}"><script src="${root}/${script}" defer data-root="${root}" data-index="${index}"></script>`;
  }
}

export interface Rooted {
  /** What leads from the file to the top of the site. */
  readonly root: string;
  readonly address: SiteAddress;
  readonly bucket: string;
}

/** A text that Jekyll has made, with links that work where it lies. */
export function rooted(text: string, { root, address, bucket }: Rooted): string {
  const isFolder = 'domain' in address;
  const home = isFolder ? `${root}/` : `${root}/index.html`;
  return text
    .replaceAll(`${siteUrl(address, bucket)}${ROOT_MARKER}`, () => siteUrl(address, bucket))
    .replaceAll(new RegExp(`${ROOT_MARKER}/?(?=["'])`, 'g'), () => home)
    .replaceAll(ROOT_MARKER, () => root);
}

/** For the page that is shown wherever there is none. */
export function absoluteRoot(address: SiteAddress, bucket: string): string {
  return 'domain' in address ? '' : `/${bucket}`;
}
