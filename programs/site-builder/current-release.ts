import { createHash } from 'node:crypto';
import { objectIn } from '../runtime/json';
import { type Bucket, NO_GENERATION, textOf } from './site-bucket';
import { CURRENT, cacheControl, STALE_SECONDS } from './site-builder.contract';

/** What a release holds of a baker. It can only grow: what was sent stays sent. */
export interface BakerFacts {
  readonly address: string;
  /** Cycles, delegators and rows of which something has left, and how much: decimal digits of mutez. */
  readonly cycles: number;
  readonly delegators: number;
  readonly rows: number;
  readonly sentMutez: string;
}

/** The object CURRENT: which release it is, and when it was last found to be the newest. */
export interface Current {
  readonly release: string;
  /** RFC 3339. */
  readonly checkedAt: string;
  readonly changedAt: string;
  /** After so long without a check visitors are told. */
  readonly staleSeconds: number;
  /** The most objects of data that it, or a release before it, names. */
  readonly dataFiles: number;
  readonly bakers: Readonly<Record<string, BakerFacts>>;
}

export interface FoundRelease {
  readonly current: Current | undefined;
  readonly generation: string;
}

/** Throws if what is there cannot be read: nobody may go on as if there was no site yet. */
export async function readCurrent(bucket: Bucket): Promise<FoundRelease> {
  const stored = await bucket.find(CURRENT);
  if (!stored) return { current: undefined, generation: NO_GENERATION };
  try {
    const current = objectIn(JSON.parse(await textOf(bucket, stored)));
    for (const facts of Object.values(objectIn(current.bakers)).map(objectIn)) {
      const numbers = [facts.cycles, facts.delegators, facts.rows, current.dataFiles];
      if (!numbers.every(Number.isSafeInteger) || !/^\d+$/.test(String(facts.sentMutez))) throw new Error('no numbers');
    }
    return { current: current as unknown as Current, generation: stored.generation };
  } catch (error) {
    throw new Error(`${CURRENT} in the bucket cannot be read: ${(error as Error).message}`);
  }
}

/** Ends the release. Throws ChangedMeanwhile if another one has ended since this one began. */
export async function writeCurrent(bucket: Bucket, current: Omit<Current, 'staleSeconds'>, generation: string) {
  const body = Buffer.from(`${JSON.stringify({ ...current, staleSeconds: STALE_SECONDS }, undefined, 2)}\n`);
  const md5 = createHash('md5').update(body).digest('base64');
  const about = { name: CURRENT, type: 'application/json', cacheControl: cacheControl.current };
  return bucket.write({ ...about, body, md5, generation });
}

/**
 * Throws if the records hold less than the site shows: then they are not whole, and the site stays as it is. What was
 * only computed may become less.
 */
export function mustNotBeLess(before: Current | undefined, now: Readonly<Record<string, BakerFacts>>): void {
  for (const [baker, old] of Object.entries(before?.bakers ?? {})) {
    const facts = Object.hasOwn(now, baker) ? now[baker] : undefined;
    if (!facts)
      throw new Error(`the site has the baker ${baker}, and the configuration has none of this name. ${ADVICE}`);
    if (facts.address !== old.address)
      throw new Error(`${baker} was ${old.address} and is ${facts.address}. ${ADVICE}`);
    for (const what of ['cycles', 'delegators', 'rows'] as const) {
      if (facts[what] < old[what]) {
        throw new Error(
          `${baker}: the records have ${facts[what]} ${what} of which something was sent, and the site shows ${old[what]}. ${ADVICE}`,
        );
      }
    }
    if (BigInt(facts.sentMutez) < BigInt(old.sentMutez)) {
      throw new Error(
        `${baker}: by the records ${facts.sentMutez} mutez were sent, and the site shows ${old.sentMutez}. ${ADVICE}`,
      );
    }
  }
}

const ADVICE = `The site stays as it was. If it is right so, delete ${CURRENT} in the bucket: the next run does not compare.`;
