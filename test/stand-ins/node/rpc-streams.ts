import type { Block, Operation } from '../chain/block';
import type { NodeState } from './node-state';
import { iso, operationJson, shellHeader } from './rpc-blocks';
import type { Route } from './rpc-routes';

/** Streams: `/monitor/heads`, `/monitor/bootstrapped`, `.../mempool/monitor_operations`. */
export function streamRoutes(state: NodeState): Route[] {
  const head = (block: Block) => ({ hash: block.hash, ...shellHeader(state, block), protocol_data: '' });
  return [
    [
      'GET',
      '/monitor/heads/:chain',
      () => ({
        stream: (write) => {
          write(head(state.head));
          return state.onHead((block) => write(head(block)));
        },
      }),
    ],
    ['GET', '/monitor/bootstrapped', () => ({ stream: (write, end) => bootstrapping(state, write, end) })],
    [
      'GET',
      '/chains/:chain/mempool/monitor_operations',
      () => ({
        // As the real one: ends with the next head, the client asks again.
        stream: (write, end) => {
          write([...state.gossip.mempool.values()].map((each) => operationJson(state, each)));
          const offOperation = state.onOperation((operation: Operation) => write([operationJson(state, operation)]));
          const offHead = state.onHead(() => end());
          return () => {
            offOperation();
            offHead();
          };
        },
      }),
    ],
  ];
}

/** Tells every head until the node is synced, then ends. */
function bootstrapping(state: NodeState, write: (value: unknown) => void, end: () => void): () => void {
  const timer = setInterval(check, 50);
  const off = state.onHead((block) => write({ block: block.hash, timestamp: iso(block.timeMs) }));
  const stop = () => {
    clearInterval(timer);
    off();
  };
  function check(): void {
    if (state.synchronisation.state === 'unsynced' && !state.synchronisation.bootstrapped) return;
    stop();
    end();
  }
  write({ block: state.head.hash, timestamp: iso(state.head.timeMs) });
  return stop;
}
