import type { BakerySettings } from '../settings/bakery.settings';
import { isMainnet } from './networks';

/** GiB that a node of a history mode takes on a chain: the snapshot while it is imported, and the store after. */
export interface ChainSize {
  readonly snapshotGiB: number;
  readonly storeGiB: number;
}

type Sizes = Readonly<Record<'rolling' | 'full' | 'archive', ChainSize>>;

/** Octez' release notes ask for 100 GB for a rolling node with its baker; full and archive are operators' figures (octez-manager's guide). */
const mainnet: Sizes = {
  rolling: { snapshotGiB: 10, storeGiB: 70 },
  full: { snapshotGiB: 150, storeGiB: 500 },
  archive: { snapshotGiB: 0, storeGiB: 4000 }, // syncs from genesis: no snapshot
};

/** Estimates from the age and traffic of the chains; no published figure was found. */
const testnet: Sizes = {
  rolling: { snapshotGiB: 3, storeGiB: 20 },
  full: { snapshotGiB: 15, storeGiB: 60 },
  archive: { snapshotGiB: 0, storeGiB: 100 },
};

/** What a chain needs on disk; undefined for a network that only the operator knows. */
export function chainSize(
  settings: Pick<BakerySettings, 'network'>,
  historyMode: BakerySettings['privateNode']['historyMode'],
): ChainSize | undefined {
  if (settings.network.custom) return undefined;
  const sizes = isMainnet(settings) ? mainnet : testnet;
  if (historyMode.archive) return sizes.archive;
  return historyMode.full ? sizes.full : sizes.rolling;
}
