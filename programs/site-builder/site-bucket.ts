/** What the bucket says of an object. */
export interface Stored {
  readonly name: string;
  /** Changes with every write. */
  readonly generation: string;
  /** In base64; '' of what was put together of parts, as gcloud does with large files. */
  readonly md5: string;
  readonly bytes: number;
  readonly type?: string;
  readonly cacheControl?: string;
}

/** An object as it is to be. */
export interface Upload {
  readonly name: string;
  readonly body: Buffer;
  readonly md5: string;
  readonly type: string;
  readonly cacheControl: string;
  /** Of the object that it takes the place of; NO_GENERATION if there must be none. */
  readonly generation: string;
}

export const NO_GENERATION = '0';

/** The object is not the one that was seen last: somebody else writes into the bucket. */
export class ChangedMeanwhile extends Error {
  constructor(name: string) {
    super(`${name} has changed meanwhile: somebody else writes into the bucket`);
    this.name = 'ChangedMeanwhile';
  }
}

/** Objects of Cloud Storage, as far as the site builder needs them. Each throws where the answer is not known. */
export interface Bucket {
  /** All whose names begin so. */
  list(prefix: string): Promise<Stored[]>;
  /** Undefined if there is none. */
  find(name: string): Promise<Stored | undefined>;
  /** What it holds, as it comes; an end before the end throws. */
  open(object: Stored): AsyncIterable<Uint8Array>;
  /** Throws ChangedMeanwhile unless the object has the generation that is named. Answers the new generation. */
  write(upload: Upload): Promise<string>;
  /** The same; an object that is gone already is as good. */
  remove(object: Stored): Promise<void>;
}

/** The whole text of an object. */
export async function textOf(bucket: Bucket, object: Stored): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of bucket.open(object)) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
