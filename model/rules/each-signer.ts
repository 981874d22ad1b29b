import { type Signer, signersOf } from '../signers';
import type { Candidate, Finding, Rule } from './rule';

/** Where the signers at home stand in a bakery file. */
export const signersPath = ['custody', 'homes', 'signers'];

/** What is wrong with a setting of each signer: its path below the signer, and a message. */
export function ofEach(
  find: (signer: Signer, i: number, all: readonly Signer[], candidate: Candidate) => readonly Finding[],
): Rule['find'] {
  return (candidate) => {
    const all = signersOf(candidate.settings);
    return all.flatMap((signer, i) =>
      find(signer, i, all, candidate).map((found) => ({ ...found, setting: [...signersPath, i, ...found.setting] })),
    );
  };
}
