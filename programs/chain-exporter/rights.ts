import { integerIn, listIn, objectIn, textIn } from '../runtime/json';
import { blockPath, type Rpc } from '../runtime/rpc';
import type { Block } from './chain-block';
import type { Slots } from './chain-kind';

/** Of a list of delegates in a query. */
export const delegatesQuery = (delegates: readonly string[]) => delegates.map((each) => `&delegate=${each}`).join('');

/**
 * Baking rights below the block's own rank, the first one of each delegate. Its predecessor is asked: that one answers for
 * the protocol that the block was baked by, also where the block is that protocol's last one.
 */
export async function lowestRanks(
  rpc: Rpc,
  { level, rank, predecessor }: Block,
  { name, delegates }: { readonly name: 'round' | 'priority'; readonly delegates: readonly string[] },
): Promise<Slots> {
  const query = `?level=${level}&max_${name}=${rank - 1}${delegatesQuery(delegates)}`;
  const rights = listIn(await rpc.get(blockPath(predecessor, `/helpers/baking_rights${query}`))).map(objectIn);
  const ranks = new Map<string, number>();
  for (const right of rights) {
    const delegate = textIn(right, 'delegate');
    const at = integerIn(right, name);
    if (at < (ranks.get(delegate) ?? rank)) ranks.set(delegate, at);
  }
  return ranks;
}
