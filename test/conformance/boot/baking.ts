import { until } from '../cluster/processes';
import type { Outside, Signature } from './outside';

/** What counts as a vote on a block, on chains of either kind. */
const votes = ['attestation', 'endorsement'];
const bakesSeconds = 90;

/** The bakery's, that reached the network; one that the protocol would punish is an error. */
async function signatures(outside: Outside): Promise<readonly Signature[]> {
  const { own, doubles } = await outside.evidence();
  if (doubles.length > 0) throw new Error(`signed twice: ${JSON.stringify(doubles)}`);
  return own;
}

/**
 * A container without a probe is Ready while it starts: only a block and a vote that reach the network from now on say
 * that node, baker, wallet, names and signer work together. Answers the kinds of signatures.
 */
export async function bakesOn(outside: Outside): Promise<string[]> {
  const { head } = await outside.evidence();
  const fresh = async () => (await signatures(outside)).filter(({ level }) => level > head);
  await until('the network has a new block and a new vote of the bakery', bakesSeconds, async () => {
    const kinds = (await fresh()).map(({ kind }) => kind);
    return kinds.includes('block') && kinds.some((kind) => votes.includes(kind));
  });
  return [...new Set((await fresh()).map(({ kind }) => kind))].sort();
}

/** Votes of the bakery's keys: `level address`. */
export async function votesOf(outside: Outside): Promise<Set<string>> {
  const own = (await signatures(outside)).filter(({ kind }) => votes.includes(kind));
  return new Set(own.map(({ level, delegate }) => `${level} ${delegate}`));
}

/** A vote of the bakery's is in a block, and no public peer knows the node behind the sentries. */
export async function isPartOfTheNetwork(outside: Outside): Promise<void> {
  await until('a block holds a vote of the bakery', 60, async () => {
    const own = (await signatures(outside)).filter(({ kind }) => votes.includes(kind)).map(({ hash }) => hash);
    const { operations } = await outside.block('head');
    return operations.some(({ hash }: { hash: string }) => own.includes(hash));
  });
  const { connections } = await outside.state();
  const known = connections.filter(({ isPrivate }: { isPrivate: boolean }) => isPrivate);
  if (known.length > 0) throw new Error(`the private node has public peers: ${JSON.stringify(known)}`);
}
