import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GrowingText } from './growing-text';
import { cacheControl, DATA_FOLDER, WORK_MIB } from './site-builder.contract';
import { SitePack } from './site-pack';

/**
 * `data`: never changes, its content is in its name. `asset`: of the theme; keeps its name. The others are pages, and are
 * told apart by how one gets there: `leaf` from `lists`, these from the `home` page, and `entry` from somebody's bookmark.
 */
export type FileKind = 'data' | 'asset' | 'leaf' | 'list' | 'home' | 'entry';

export interface SiteFile {
  /** Name of its object. */
  readonly name: string;
  readonly kind: FileKind;
  /** Where it begins in the pack. */
  readonly at: number;
  readonly bytes: number;
  /** In base64, as Cloud Storage writes it. */
  readonly md5: string;
  readonly type: string;
  readonly cacheControl: string;
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  gif: 'image/gif',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
  xml: 'application/xml',
};
/** What the data is called that the home page searches. */
export const SEARCH = 'search';

/** The rest is for rows on their way to the pages, a sixth of what these take, and for Jekyll. */
const MOST_BYTES = 0.8 * WORK_MIB * 1024 * 1024;

/**
 * The new site as it grows, on a disk: with 20,000 delegators it is larger than memory. All of it lies in one file:
 * addresses that differ in the case of a letter alone are two, whatever the disk thinks.
 */
export class SiteFiles {
  private readonly added: SiteFile[] = [];
  private readonly names = new Set<string>();
  /** For one file after the other: new bytes for each would be collected as slowly as they are made. */
  private readonly text = new GrowingText();
  private readonly pack: SitePack;

  /** `folder`: for this site alone. */
  constructor(
    folder: string,
    private readonly mostBytes = MOST_BYTES,
  ) {
    mkdirSync(folder, { recursive: true });
    this.pack = new SitePack(join(folder, 'pack'));
  }

  /** From then on nothing can be added or read. */
  close(): Promise<void> {
    return this.pack.close();
  }

  /** Whoever adds thousands waits for this now and then: until there is memory for more. Throws if the disk is full. */
  room(): Promise<void> {
    return this.pack.room();
  }

  /** All that were added, once they are on the disk. Throws if it is full. */
  async all(): Promise<readonly SiteFile[]> {
    await this.pack.whole();
    return this.added;
  }

  /** Throws if there is one of this name, or no room for it. */
  add(name: string, kind: FileKind, content: string | Buffer): void {
    if (this.names.has(name)) throw new Error(`two files of the site are called ${name}`);
    this.names.add(name);
    this.added.push(this.written(name, kind, content));
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  /** `start` says what it is: `alice/cycles/12`. Answers the name of the object, which holds a hash of the content. */
  addData(start: string, ending: string, content: string | Buffer): string {
    const body = this.bytesOf(content);
    const name = `${DATA_FOLDER}${start}.${hash('sha256', body, 'hex').slice(0, 32)}.${ending}`;
    if (!this.names.has(name)) this.add(name, 'data', body);
    return name;
  }

  /** Content of one that is on the disk. */
  read({ at, bytes }: SiteFile): Buffer {
    return this.pack.read(at, bytes);
  }

  private written(name: string, kind: FileKind, content: string | Buffer): SiteFile {
    const body = this.bytesOf(content);
    const at = this.pack.size;
    if (at + body.length > this.mostBytes)
      throw new Error(
        `the site has more than ${this.mostBytes} bytes: ${this.added.length} objects, up to ${name}. docs/payout-site.md says what fits`,
      );
    const file: SiteFile & { md5: string } = {
      name,
      kind,
      at,
      bytes: body.length,
      md5: '',
      type: types[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream',
      cacheControl: kind === 'data' ? cacheControl.data : cacheControl.page,
    };
    this.pack.add(body, (md5) => {
      file.md5 = md5;
    });
    return file;
  }

  private bytesOf(content: string | Buffer): Buffer {
    if (typeof content !== 'string') return content;
    this.text.add(content);
    return this.text.take();
  }
}
