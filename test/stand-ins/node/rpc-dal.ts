import type { Block } from '../chain/block';
import { attestersAt } from '../chain/chain-context';
import { failure, ok, type Reply, type Request } from '../kit/http-server';
import type { NodeState } from './node-state';
import { findBlock, operationPasses } from './rpc-blocks';
import type { Route } from './rpc-routes';

type BlockAnswer = (request: Request, block: Block, ...words: string[]) => Reply;

/** What only a DAL node asks, of a block (lib_dal of 025: dal_plugin_registration.ml; lib_plugin/RPC.ml). */
export function dalBlockRoutes(state: NodeState): Record<string, BlockAnswer> {
  return {
    '/operations/:pass': (_, block, pass) => found(operationPasses(state, block)[Number(pass)]),
    '/votes/current_period': () =>
      ok({ voting_period: { kind: 'proposal', start_position: 0 }, position: 0, remaining: 9 }),
    '/context/dal/shards': (request) => shards(state, request),
    '/context/dal/published_slot_headers': (_, block) => ok(publishedSlots(state, block)),
    '/context/dal/skip_list_cells_of_level': () => ok([]),
    '/context/delegates/:delegate/deactivated': (_, _block, delegate) =>
      state.context?.delegates.some((each) => each.delegate === delegate)
        ? ok(false)
        : failure(404, 'contract.manager.unregistered_delegate', { delegate }),
  };
}

/** The others. */
export function dalRoutes(state: NodeState): Route[] {
  return [
    ['GET', '/chains/:chain/protocols', () => ok(protocols(state))],
    ['GET', '/chains/:chain/blocks', (request) => ancestors(state, request)],
  ];
}

const found = (pass?: unknown[]) => (pass ? ok(pass) : failure(404, 'rpc.not_found'));

function protocols({ context, gossip }: NodeState): unknown {
  return (context?.protocols ?? []).map(({ fromLevel, hash }, i) => ({
    protocol: hash,
    proto_level: i + 1,
    activation_block: [gossip.tree.at(fromLevel)?.hash ?? '', fromLevel],
  }));
}

/** `?heads=<hash>&length=<n>`: the hash and its predecessors; a block that is not there is an error. */
function ancestors(state: NodeState, { query }: Request): Reply {
  const { tree } = state.gossip;
  const head = findBlock(state, query.get('heads') ?? 'head');
  if (!head) return failure(404, 'store.not_found', { block: query.get('heads') });
  const hashes: string[] = [];
  let block: Block | undefined = head;
  while (block && hashes.length < Number(query.get('length') ?? 1)) {
    hashes.push(block.hash);
    block = tree.get(block.predecessor);
  }
  return ok([hashes]);
}

function shards(state: NodeState, { query }: Request): Reply {
  if (!query.has('level')) return failure(400, 'rpc.missing_argument');
  const attesters = state.context ? attestersAt(state.context) : [];
  return ok(attesters.map(({ delegate, slot }) => ({ delegate, indexes: [slot] })));
}

function publishedSlots({ context }: NodeState, { level }: Block): unknown {
  return (context?.dalSlots ?? []).map((index) => ({ version: '0', level, index, commitment: 'sh1' }));
}
