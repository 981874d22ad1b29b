import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/**
 * 32 bytes: random as in the real programs, or, with STAND_IN_SEED, what follows from that seed, this machine's name (a
 * pod's) and what they are for.
 */
export function randomOrSeeded(purpose: string): Buffer {
  const seed = process.env.STAND_IN_SEED;
  if (seed === undefined) return randomBytes(32);
  return createHash('sha256').update([seed, hostname(), purpose].join('\0')).digest();
}
