import { createHash } from 'node:crypto';
import {
  type Bucket,
  ChangedMeanwhile,
  NO_GENERATION,
  type Stored,
  type Upload,
} from '../../../programs/site-builder/site-bucket';

/** The process ended in the middle of what it did. */
export class Killed extends Error {}

interface Kept extends Stored {
  readonly body: Buffer;
}

/** A bucket as strict as Cloud Storage: generations count, hashes are compared. It keeps the story of its writes. */
export class BucketInMemory implements Bucket {
  readonly objects = new Map<string, Kept>();
  /** What was done, in order: `write data/x`, `remove data/y`. */
  readonly done: string[] = [];
  /** So many more writes and removals succeed; then the process is killed, before the next or just after it. */
  left = Number.POSITIVE_INFINITY;
  private generations = 0;

  put(name: string, text: string, more: Partial<Stored> = {}): void {
    const body = Buffer.from(text);
    const md5 = createHash('md5').update(body).digest('base64');
    this.objects.set(name, { name, body, md5, bytes: body.length, generation: this.next(), ...more });
  }

  text(name: string): string {
    const kept = this.objects.get(name);
    if (!kept) throw new Error(`there is no ${name}`);
    return kept.body.toString('utf8');
  }

  get names(): string[] {
    return [...this.objects.keys()].sort();
  }

  async list(prefix: string): Promise<Stored[]> {
    return [...this.objects.values()].filter(({ name }) => name.startsWith(prefix)).map(told);
  }

  async find(name: string): Promise<Stored | undefined> {
    const kept = this.objects.get(name);
    return kept && told(kept);
  }

  async *open({ name, generation }: Stored): AsyncIterable<Uint8Array> {
    const kept = this.objects.get(name);
    if (kept?.generation !== generation) throw new Error(`${name} is not there`);
    for (let at = 0; at < kept.body.length; at += 1000) yield kept.body.subarray(at, at + 1000);
  }

  async write({ name, body, md5, type, cacheControl, generation }: Upload): Promise<string> {
    this.live();
    if ((this.objects.get(name)?.generation ?? NO_GENERATION) !== generation) throw new ChangedMeanwhile(name);
    if (createHash('md5').update(body).digest('base64') !== md5) throw new Error('the bytes are not what was said');
    this.done.push(`write ${name}`);
    const kept = { name, body, md5, bytes: body.length, type, cacheControl, generation: this.next() };
    this.objects.set(name, kept);
    return kept.generation;
  }

  async remove({ name, generation }: Stored): Promise<void> {
    this.live();
    if (this.objects.get(name)?.generation !== generation) throw new ChangedMeanwhile(name);
    this.done.push(`remove ${name}`);
    this.objects.delete(name);
  }

  private live(): void {
    if (this.left-- <= 0) throw new Killed();
  }

  private next(): string {
    return String(++this.generations);
  }
}

function told({ body: _, ...stored }: Kept): Stored {
  return stored;
}
