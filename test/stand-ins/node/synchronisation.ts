import type { Gossip } from '../p2p/gossip';
import type { NodeConfig } from './config-file';

export type SyncState = 'synced' | 'unsynced' | 'stuck';

/**
 * synchronisation_heuristic.ml as octez.md 3.2 and 3.3 tell it: the `threshold` peers with the newest heads. All recent:
 * synced. All at one old head: stuck (not with a threshold of 1). 0: always synced; negative: never.
 */
export class Synchronisation {
  /** Never goes back. */
  bootstrapped = false;

  constructor(
    private readonly gossip: Gossip,
    private readonly config: NodeConfig,
  ) {}

  get state(): SyncState {
    const state = this.current();
    const { tree } = this.gossip;
    if (state === 'synced' && tree.head.level > 0) this.bootstrapped = true;
    if (state === 'stuck') this.bootstrapped = true;
    return state;
  }

  private current(): SyncState {
    const { synchronisationThreshold: threshold, latencySeconds } = this.config;
    if (threshold < 0) return 'unsynced';
    if (threshold === 0) return 'synced';
    const heads = [...this.gossip.wires].flatMap(({ head }) => (head ? [head] : []));
    if (heads.length < threshold) return 'unsynced';
    const newest = heads.sort((a, b) => b.timeMs - a.timeMs).slice(0, threshold);
    const { timeMs, hash, level } = newest[threshold - 1];
    const latency = Math.max(latencySeconds * 1000, 2 * (this.gossip.context?.blockTimeMs ?? 0));
    const caughtUp = this.gossip.tree.head.level >= level;
    if (Date.now() - timeMs <= latency) return caughtUp ? 'synced' : 'unsynced';
    return threshold > 1 && caughtUp && newest.every((each) => each.hash === hash) ? 'stuck' : 'unsynced';
  }
}
