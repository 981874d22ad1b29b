import { integerIn, listIn, objectIn, textIn } from '../runtime/json';
import { blockPath, type Rpc } from '../runtime/rpc';
import type { ChainKind, Slots, VotedLevel } from './chain-kind';
import { delegatesQuery, lowestRanks } from './rights';

/** Chains with priorities, up to Hangzhou: nothing is ever final there, and nobody but the rights knows who has missed what. */
export const priorityChain: ChainKind = {
  confirmations: 5,
  rankOf: (header) => integerIn(header, 'priority'),
  lowestRanks: (rpc, block, delegates) => lowestRanks(rpc, block, { name: 'priority', delegates }),
  missedSoFar: async () => new Map(),
  missedVotes,
};

async function missedVotes(rpc: Rpc, { block: { hash, level }, unseen }: VotedLevel): Promise<Slots> {
  if (unseen.length === 0) return new Map();
  const path = blockPath(hash, `/helpers/endorsing_rights?level=${level}${delegatesQuery(unseen)}`);
  const rights = listIn(await rpc.get(path)).map(objectIn);
  return new Map(rights.map((right) => [textIn(right, 'delegate'), listIn(right.slots).length]));
}
