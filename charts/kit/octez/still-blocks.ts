import type { Bakery } from '../../../model/bakery';
import { chainConstants } from '../../../model/tezos/networks';

const LEAST_SECONDS = 300;
/** That many blocks late, one after the other, do not happen while a chain works. */
const BLOCKS = 20;

/** For how long a head may stand still before a person is asked. Seconds. */
export function stillBlocks({ network }: Bakery): number {
  const seconds = chainConstants(network)?.blockSeconds ?? 0;
  return Math.max(LEAST_SECONDS, Math.ceil(seconds * BLOCKS));
}
