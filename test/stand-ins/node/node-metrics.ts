import type { Server } from 'node:http';
import { cycleOf } from '../chain/chain-context';
import { parseAddress, serve } from '../kit/http-server';
import type { NodeState } from './node-state';
import { statOf } from './rpc-network';

/** The metrics of octez.md 8.1 that a bakery looks at. `chain_id` is the short one. */
type Row = readonly [name: string, type: 'gauge' | 'counter', value: number, labels?: Readonly<Record<string, string>>];

function rowsOf(state: NodeState): Row[] {
  const { config, release } = state;
  const version = { version: release.version, chain_name: config.network.chainName };
  const commit = { distributed_db_version: '2', p2p_version: '1', commit_hash: 'stand-in', commit_date: '2026-09-02' };
  return [
    ['octez_version', 'gauge', 0, { ...version, ...commit }],
    ...validatorRows(state),
    ...peerRows(state),
    ...storeRows(state),
    ['process_cpu_seconds_total', 'counter', process.cpuUsage().user / 1e6],
  ];
}

function validatorRows(state: NodeState): Row[] {
  const { tree, context, invalidBlocks } = state.gossip;
  const { level, round } = tree.head;
  const { bootstrapped, state: sync } = state.synchronisation;
  const of = (name: string, type: 'gauge' | 'counter', value: number): Row => [
    `octez_validator_chain_${name}`,
    type,
    value,
    { chain_id: state.config.network.chainId.slice(0, 13) },
  ];
  return [
    of('head_level', 'gauge', level),
    of('head_round', 'gauge', round),
    of('head_cycle', 'gauge', context ? cycleOf(context, level) : 0),
    of('head_consumed_gas', 'gauge', 0),
    of('is_bootstrapped', 'gauge', bootstrapped ? 1 : 0),
    of('synchronisation_status', 'gauge', { unsynced: 0, synced: 1, stuck: 2 }[sync]),
    of('ignored_head_count', 'counter', tree.ignoredHeads),
    of('branch_switch_count', 'counter', tree.branchSwitches),
    of('head_increment_count', 'counter', state.headIncrements),
    of('last_finished_request_completion_timestamp', 'gauge', state.lastBlockMs / 1000),
    ['octez_validator_block_validated_blocks_count', 'counter', state.validatedBlocks],
    ['octez_validator_block_validation_errors_count', 'counter', invalidBlocks],
  ];
}

function peerRows(state: NodeState): Row[] {
  const { connections } = state;
  const wires = connections.active;
  const count = (of: (wire: (typeof wires)[number]) => boolean) => wires.filter(of).length;
  const { total_sent, total_recv } = statOf(state);
  return [
    ['octez_p2p_connections_active', 'gauge', wires.length],
    ['octez_p2p_connections_incoming', 'gauge', count((wire) => wire.isIncoming)],
    ['octez_p2p_connections_outgoing', 'gauge', count((wire) => !wire.isIncoming)],
    ['octez_p2p_connections_private', 'gauge', count((wire) => wire.remote?.isPrivate ?? false)],
    ['octez_p2p_peers_running', 'gauge', wires.length],
    ['octez_p2p_points_running', 'gauge', wires.length],
    ['octez_p2p_points_trusted', 'gauge', 0], // never incremented in the real one either (octez.md 8.1)
    ['octez_p2p_points_disconnected', 'gauge', connections.disconnectedPoints],
    ['octez_p2p_io_scheduler_total_sent', 'gauge', Number(total_sent)],
    ['octez_p2p_io_scheduler_total_recv', 'gauge', Number(total_recv)],
  ];
}

function storeRows({ gossip }: NodeState): Row[] {
  const { tree, mempool, invalidBlocks } = gossip;
  return [
    ['octez_mempool_pending_validated', 'gauge', mempool.size],
    ['octez_store_checkpoint_level', 'gauge', Math.max(0, tree.head.level - 2)],
    ['octez_store_savepoint_level', 'gauge', tree.caboose],
    ['octez_store_caboose_level', 'gauge', tree.caboose],
    ['octez_store_alternate_heads_count', 'gauge', 0],
    ['octez_store_invalid_blocks', 'gauge', invalidBlocks],
  ];
}

export function metricsText(rows: readonly Row[]): string {
  return rows
    .map(([name, type, value, labels]) => {
      const inner = Object.entries(labels ?? {}).map(([key, text]) => `${key}="${text}"`);
      return `# HELP ${name} ${name}\n# TYPE ${name} ${type}\n${name}${inner.length > 0 ? `{${inner.join(',')}}` : ''} ${value}\n`;
    })
    .join('');
}

export async function startMetrics(state: NodeState): Promise<{ server: Server; port: number }[]> {
  return Promise.all(
    state.config.metricsAddrs.map((text) => {
      const address = parseAddress(text, 9932); // ":9932" binds localhost (octez.md 3.1)
      return serve({ ...address, host: address.host || '127.0.0.1' }, ({ path }) =>
        path === '/metrics'
          ? { status: 200, text: metricsText(rowsOf(state)), type: 'text/plain; version=0.0.4' }
          : { status: 404, text: '' },
      );
    }),
  );
}
