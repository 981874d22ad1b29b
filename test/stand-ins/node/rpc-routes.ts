import { failure, ok, type Reply, type Request } from '../kit/http-server';
import { historyModeJson } from './history-mode';
import type { NodeState } from './node-state';
import { blockRoutes } from './rpc-block-routes';
import { operationJson } from './rpc-blocks';
import { dalRoutes } from './rpc-dal';
import { injectBlock, injectOperation } from './rpc-injection';
import { pendingManagers } from './rpc-managers';
import { networkRoutes } from './rpc-network';
import { streamRoutes } from './rpc-streams';

/** What a node answers (octez.md 3.3, 5, 6). `:x` in a path is any one word. */
export type Route = readonly [method: string, path: string, answer: (request: Request, ...words: string[]) => Reply];

const number25 = { major: 25, minor: 2, additional_info: 'release' };

function versionOf({ release, config }: NodeState): unknown {
  const [major, minor] = release.version.split('.').map(Number);
  return {
    version: { ...number25, major, minor, build: 0, product: 'Octez' },
    network_version: { chain_name: config.network.chainName, distributed_db_version: 2, p2p_version: 1 },
    commit_info: { commit_hash: 'stand-in', commit_date: '2026-09-02 14:22:03 +0000' },
  };
}

export function nodeRoutes(state: NodeState): Route[] {
  const { release, gossip, synchronisation, config } = state;
  const routes: Route[] = [
    ['GET', '/version', () => ok(versionOf(state))],
    ['GET', '/chains/:chain/chain_id', () => ok(config.network.chainId)],
    ['GET', '/chains/:chain/checkpoint', () => ok(checkpointOf(state))],
    ['GET', '/chains/:chain/mempool/pending_operations', () => ok(pending(state))],
    ['GET', '/chains/:chain/mempool/filter', () => ok({ minimal_fees: '100' })],
    ['GET', '/stand-in/quorum/:block', (_, hash) => ok(gossip.quorums.has(hash))],
    ['POST', '/injection/block', ({ body }) => injectBlock(state, body)],
    ['POST', '/injection/operation', ({ body }) => injectOperation(state, body)],
    ...blockRoutes(state),
    ...dalRoutes(state),
    ...networkRoutes(state),
    ...streamRoutes(state),
  ];
  if (!release.hasIsBootstrapped) return routes;
  const isBootstrapped = () => {
    const { state: sync_state } = synchronisation;
    return ok({ bootstrapped: synchronisation.bootstrapped, sync_state });
  };
  return [
    ['GET', '/chains/:chain/levels/:which', (_, _chain, which) => levels(state, which)],
    ['GET', '/health/ready', () => ok({ ready: true })],
    ['GET', '/chains/:chain/is_bootstrapped', isBootstrapped],
    ['GET', '/config/history_mode', () => ok({ history_mode: historyModeJson(state.historyMode) })],
    [
      'GET',
      '/config/network/dal',
      () =>
        ok({
          activated: true,
          bootstrap_peers: state.context?.dalBootstrapPeers ?? [],
          stand_in_slots: state.context?.dalSlots,
          stand_in_trapped: state.context?.dalTrapped,
        }),
    ],
    ...routes,
  ];
}

function levelOf({ gossip }: NodeState, level: number): object {
  const block = gossip.tree.at(Math.max(gossip.tree.caboose, level)) ?? gossip.tree.head;
  return { block: block.hash, level: block.level };
}

/** 7.5 has no `levels`, but what they say beside the checkpoint. */
function checkpointOf(state: NodeState): object {
  const { gossip, release, historyMode } = state;
  const block = levelOf(state, gossip.tree.head.level - 2);
  if (release.version !== '7.5') return block;
  const { caboose } = gossip.tree;
  return { ...block, save_point: caboose, caboose, history_mode: historyModeJson(historyMode) };
}

function levels(state: NodeState, which: string): Reply {
  const { tree } = state.gossip;
  if (which === 'checkpoint') return ok(levelOf(state, tree.head.level - 2));
  return which === 'caboose' || which === 'savepoint' ? ok(levelOf(state, tree.caboose)) : failure(404, 'not_found');
}

function pending(state: NodeState): unknown {
  const others = [...state.gossip.mempool.values()].filter(({ kind }) => kind !== 'manager');
  const { valid, refused } = pendingManagers(state);
  const operations = [...others.map((each) => operationJson(state, each)), ...valid];
  const rest = { refused: [], outdated: [], branch_refused: refused, branch_delayed: [], unprocessed: [] };
  return state.release.version === '7.5' ? { applied: operations, ...rest } : { validated: operations, ...rest };
}
