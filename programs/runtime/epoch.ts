/**
 * The time of one guard. Of two guards the one with the higher epoch is heard, and the other one never again.
 * The number is what people read; the bits make two guards differ that start in one millisecond.
 */
export interface Epoch {
  /** Unix milliseconds at its start, or one more than the highest number that an agent named. */
  readonly number: number;
  /** 128 random bits, as 32 hexadecimal digits. */
  readonly bits: string;
}

/** Below 0 if `a` is the lower one: by number, then by bits. */
export function compareEpochs(a: Epoch, b: Epoch): number {
  if (a.number !== b.number) return a.number - b.number;
  return a.bits === b.bits ? 0 : a.bits < b.bits ? -1 : 1;
}

export function isSameEpoch(a: Epoch | undefined, b: Epoch): boolean {
  return a !== undefined && compareEpochs(a, b) === 0;
}
