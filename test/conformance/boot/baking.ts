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

/**
 * Between two heads every key has voted for each level but the last (that vote may be on its way), and a block of the
 * bakery's came; otherwise an error.
 */
export async function missedNothing(outside: Outside, addresses: readonly string[], span: Span): Promise<void> {
  const { first, last } = span;
  const missed = await missedVotes(outside, addresses, span);
  if (missed.length > 0) throw new Error(`no vote: ${missed.map((turn) => turn.join(' ')).join(', ')}`);
  const own = await signatures(outside);
  if (!own.some(({ kind, level }) => kind === 'block' && level > first && level <= last))
    throw new Error(`no block of the bakery from ${first} to ${last}`);
}

/** Levels between two heads, without the last, for which a key has not voted. */
export async function missedVotes(
  outside: Outside,
  addresses: readonly string[],
  { first, last }: Span,
): Promise<[level: number, address: string][]> {
  const own = await signatures(outside);
  const voted = new Set(
    own.filter(({ kind }) => votes.includes(kind)).map(({ level, delegate }) => `${level} ${delegate}`),
  );
  const levels = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  return addresses
    .flatMap((address) => levels.map((level): [number, string] => [level, address]))
    .filter(([level, address]) => !voted.has(`${level} ${address}`));
}

/** Levels of the network's head at two moments. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** An attestation with DAL content: the tag behind the branch (findings.md, "Signing"), as hexadecimal digits. */
const attestsDal = (data: string) => data.slice(64, 66) === '17';

/** A vote of the bakery's is in a block; `withDal`: one that also says which slots of the DAL came. */
export async function votesAreInBlocks(outside: Outside, withDal: boolean): Promise<void> {
  const what = withDal ? 'an attestation of the bakery with DAL content' : 'a vote of the bakery';
  await until(`a block holds ${what}`, 60, async () => {
    const own = (await signatures(outside)).filter(({ kind }) => votes.includes(kind)).map(({ hash }) => hash);
    const operations: readonly { hash: string; data: string }[] = (await outside.block('head')).operations;
    return operations.some(({ hash, data }) => own.includes(hash) && (!withDal || attestsDal(data)));
  });
}
