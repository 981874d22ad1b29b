import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GrowingText } from './growing-text';
import { cacheControl, DATA_FOLDER } from './site-builder.contract';

/**
 * `data`: never changes, its content is in its name. `asset`: of the theme; keeps its name. The others are pages, and are
 * told apart by how one gets there: `leaf` from `lists`, these from the `home` page, and `entry` from somebody's bookmark.
 */
export type FileKind = 'data' | 'asset' | 'leaf' | 'list' | 'home' | 'entry';

export interface SiteFile {
  /** Name of its object. */
  readonly name: string;
  readonly kind: FileKind;
  /** Where it lies until it is uploaded. */
  readonly path: string;
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

const FILES_OF_A_FOLDER = 1000;
/** The pod has 4 GiB for them and for what is in work: a pod that takes more is evicted, and says nothing. */
const MOST_BYTES = 3.5 * 1024 ** 3;

/** The new site as it grows, on a disk: with 20,000 delegators it is larger than memory. */
export class SiteFiles {
  readonly all: SiteFile[] = [];
  private readonly names = new Set<string>();
  /** For one file after the other: new bytes for each would be collected as slowly as they are made. */
  private readonly text = new GrowingText();

  private bytes = 0;

  constructor(
    private readonly folder: string,
    private readonly mostBytes = MOST_BYTES,
  ) {}

  /** Throws if there is one of this name, or if all of them take more room than there is. */
  add(name: string, kind: FileKind, content: string | Buffer): void {
    if (this.names.has(name)) throw new Error(`two files of the site are called ${name}`);
    this.names.add(name);
    this.all.push(this.written(name, kind, content));
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

  private written(name: string, kind: FileKind, content: string | Buffer): SiteFile {
    const body = this.bytesOf(content);
    this.bytes += body.length;
    if (this.bytes > this.mostBytes)
      throw new Error(
        `the site has more than ${this.mostBytes} bytes: ${this.all.length} objects, up to ${name}. docs/payout-site.md says what fits`,
      );
    const number = this.all.length;
    // Addresses that differ in the case of a letter alone are two, whatever the disk thinks.
    const folder = join(this.folder, String(Math.floor(number / FILES_OF_A_FOLDER)));
    if (number % FILES_OF_A_FOLDER === 0) mkdirSync(folder, { recursive: true });
    const path = join(folder, String(number));
    writeFileSync(path, body);
    return {
      name,
      kind,
      path,
      bytes: body.length,
      md5: hash('md5', body, 'base64'),
      type: types[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream',
      cacheControl: kind === 'data' ? cacheControl.data : cacheControl.page,
    };
  }

  private bytesOf(content: string | Buffer): Buffer {
    if (typeof content !== 'string') return content;
    this.text.add(content);
    return this.text.take();
  }
}
