import type { BakerySettings } from '../settings/bakery.settings';
import { isMainnet } from './networks';
import type { HistoryMode } from './octez-commands';

/** GiB that a node of a history mode takes on a chain: the snapshot while it is imported, and the store after. */
export interface ChainSize {
  readonly snapshotGiB: number;
  readonly storeGiB: number;
}

interface Sizes extends Readonly<Record<'rolling' | 'full' | 'archive', ChainSize>> {
  /** Of a cycle beyond the first additional one: blocks, receipts and states. */
  readonly cycleGiB: number;
}

/** Octez' release notes ask for 100 GB for a rolling node with its baker; full and archive are operators' figures (octez-manager's guide). */
const mainnet: Sizes = {
  rolling: { snapshotGiB: 10, storeGiB: 70 },
  full: { snapshotGiB: 150, storeGiB: 500 },
  archive: { snapshotGiB: 0, storeGiB: 4000 }, // syncs from genesis: no snapshot
  cycleGiB: 4, // estimate: 14,400 of the 14 million blocks of an archive
};

/** Estimates from the age and traffic of the chains; no published figure was found. */
const testnet: Sizes = {
  rolling: { snapshotGiB: 3, storeGiB: 20 },
  full: { snapshotGiB: 15, storeGiB: 60 },
  archive: { snapshotGiB: 0, storeGiB: 100 },
  cycleGiB: 0.3,
};

/** What a chain needs on disk; undefined for a network that only the operator knows. */
export function chainSize(
  settings: Pick<BakerySettings, 'network'>,
  { archive, full, rolling }: HistoryMode,
): ChainSize | undefined {
  if (settings.network.custom) return undefined;
  const sizes = isMainnet(settings) ? mainnet : testnet;
  if (archive) return sizes.archive;
  if (full || !rolling) return sizes.full;
  const more = Math.max(0, rolling.additionalCycles - 1) * sizes.cycleGiB;
  return { ...sizes.rolling, storeGiB: Math.ceil(sizes.rolling.storeGiB + more) };
}
