import { createHash } from 'node:crypto';
import { objectIn } from '../runtime/json';
import { type Bucket, NO_GENERATION, type Stored, textOf } from './site-bucket';
import { cacheControl } from './site-builder.contract';

/** Name of the object that says since when data is named by no release. */
export const RETIRED = 'retired.json';

/** So long a page may be open, or kept somewhere, that names data of its release. */
export const KEPT_MS = 7 * 24 * 3600 * 1000;

/** Names of data that no release names any more, each with the time since when. Unix milliseconds. */
export class Retired {
  private constructor(
    private readonly bucket: Bucket,
    private readonly since: Map<string, number>,
    private generation: string,
  ) {}

  static async read(bucket: Bucket): Promise<Retired> {
    const stored = await bucket.find(RETIRED);
    if (!stored) return new Retired(bucket, new Map(), NO_GENERATION);
    try {
      const said = Object.entries(objectIn(JSON.parse(await textOf(bucket, stored))));
      return new Retired(bucket, new Map(said.map(([name, ms]) => [name, timeIn(name, ms)])), stored.generation);
    } catch (error) {
      throw new Error(`${RETIRED} in the bucket cannot be read: ${(error as Error).message}`);
    }
  }

  /**
   * What a release names is not retired. It must be written down before the first page names it: else data that comes
   * back would be as old as when it was retired first. Answers what comes back.
   */
  async revive(named: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const revived = [...this.since.keys()].filter((name) => named.has(name));
    for (const name of revived) this.since.delete(name);
    if (revived.length > 0) await this.write();
    return new Set(revived);
  }

  /** After a release: what it does not name is retired from now on. Answers what has been for long enough. */
  async retire(unnamed: readonly Stored[], nowMs: number): Promise<Stored[]> {
    const names = new Set(unnamed.map(({ name }) => name));
    let isChanged = false;
    for (const name of [...this.since.keys()]) isChanged = (!names.has(name) && this.since.delete(name)) || isChanged;
    for (const name of names) {
      if (this.since.has(name)) continue;
      this.since.set(name, nowMs);
      isChanged = true;
    }
    if (isChanged) await this.write();
    return unnamed.filter(({ name }) => nowMs - (this.since.get(name) ?? nowMs) >= KEPT_MS);
  }

  /** Whether nobody else has written it since. */
  async isOurs(): Promise<boolean> {
    return ((await this.bucket.find(RETIRED))?.generation ?? NO_GENERATION) === this.generation;
  }

  private async write(): Promise<void> {
    const sorted = [...this.since].sort(([a], [b]) => (a < b ? -1 : 1));
    const body = Buffer.from(`${JSON.stringify(Object.fromEntries(sorted))}\n`);
    const md5 = createHash('md5').update(body).digest('base64');
    const about = { name: RETIRED, type: 'application/json', cacheControl: cacheControl.current };
    this.generation = await this.bucket.write({ ...about, body, md5, generation: this.generation });
  }
}

function timeIn(name: string, ms: unknown): number {
  if (typeof ms === 'number' && Number.isSafeInteger(ms)) return ms;
  throw new Error(`it says no time for ${name}`);
}
