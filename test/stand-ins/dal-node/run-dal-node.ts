import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askJson, follow } from '../kit/http-client';
import { closeServer, failure, ok, parseAddress, type Reply, type Request, serve } from '../kit/http-server';
import { type Call, Exit, endOnSignals, forever, pause, say } from '../kit/program';
import { generateIdentity, lockDataDir } from '../node/data-dir';
import { metricsText } from '../node/node-metrics';
import type { DalConfig } from './dal-node.program';
import { DalState } from './dal-state';

/** `octez-dal-node run` (octez.md 6, 8.2): RPC, P2P port, metrics; follows its node's heads. */
export async function runDalNode(_: Call, config: DalConfig): Promise<number> {
  lockDataDir(config.dataDir);
  const state = new DalState();
  if (!existsSync(join(config.dataDir, 'identity.json'))) generateIdentity(config.dataDir);
  await waitForNode(config);
  await state.listen(config.netAddr);
  const rpc = await serve(parseAddress(config.rpcAddr, 10732), (request) => answer(state, config, request));
  const servers = [rpc.server];
  if (config.metricsAddr) {
    const address = parseAddress(config.metricsAddr, 11733);
    const { server } = await serve(address, ({ path }) => metrics(state, config, path));
    servers.push(server);
  }
  endOnSignals(async () => {
    // Profiles are written down at the end, and added to those of the next command line.
    writeFileSync(join(config.dataDir, 'store', 'profiles.json'), JSON.stringify({ attesters: config.attesters }));
    state.close();
    await Promise.all(servers.map(closeServer));
  });
  say(`the DAL node is ready: rpc ${rpc.port}, p2p ${state.port}`);
  void followNode(state, config);
  return forever();
}

/** It starts once its node answers; too little history is refused (octez.md 6, --ignore-l1-history-check). */
async function waitForNode({ endpoint }: DalConfig): Promise<void> {
  for (;;) {
    try {
      const { history_mode: mode } = await askJson<{ history_mode: unknown }>(`${endpoint}/config/history_mode`);
      const cycles = (mode as { rolling?: { additional_cycles: number } }).rolling?.additional_cycles;
      if (cycles === 0) throw new Exit(1, 'Error: dal.node.not_enough_l1_history: the L1 node keeps too few cycles');
      return;
    } catch (error) {
      if (error instanceof Exit) throw error;
      say(`waiting for the node at ${endpoint}: ${(error as Error).message}`);
      await pause(500);
    }
  }
}

async function followNode(state: DalState, { endpoint, peers }: DalConfig): Promise<void> {
  for (;;) {
    try {
      await follow(`${endpoint}/monitor/heads/main`, ({ hash, level, fitness }) => {
        state.nodeAnswers = true;
        Object.assign(state, { hash, level, round: Number.parseInt(fitness?.[4] ?? '0', 16) });
        void readNode(state, endpoint, peers);
      });
    } catch (error) {
      say(`lost the node at ${endpoint}: ${(error as Error).message}`);
    }
    state.nodeAnswers = false;
    await pause(500);
  }
}

async function readNode(state: DalState, endpoint: string, peers: readonly string[]): Promise<void> {
  try {
    const known = await askJson<{ bootstrap_peers: string[]; stand_in_slots?: number[] }>(
      `${endpoint}/config/network/dal`,
    );
    state.dial([...peers, ...known.bootstrap_peers]);
    state.slots = known.stand_in_slots ?? [];
    if (state.slots.length > 0) state.attested++;
  } catch {
    // the next head asks again
  }
}

/** On an address that is not loopback the RPC is read-only since 25 (octez.md 6). */
function answer(state: DalState, config: DalConfig, { method, path, query }: Request): Reply {
  const isLoopback = /^(127\.|localhost|\[?::1)/.test(config.rpcAddr);
  if (method !== 'GET') return isLoopback ? ok({}) : { status: 401, text: '' };
  if (path === '/health') return ok(health(state));
  if (path === '/synchronized') return ok(state.nodeAnswers ? 'synced' : 'lagging');
  if (path === '/last_processed_level') return ok(state.level);
  if (path === '/version') return ok({ version: { major: 25, minor: 2, build: 0, additional_info: 'release' } });
  if (path === '/profiles') return ok({ kind: 'controller', attesters: config.attesters });
  const [, pkh, what] = /^\/profiles\/([^/]+)\/(attestable_slots|monitor\/attestable_slots)$/.exec(path) ?? [];
  if (what === 'attestable_slots') {
    const isFresh = Number(query.get('level')) <= state.level;
    return ok(isFresh && config.attesters.includes(pkh) ? state.slots : []);
  }
  if (what) return { stream: (write) => slotStream(state, write) };
  return failure(404, 'rpc.not_found');
}

function slotStream(state: DalState, write: (value: unknown) => void): () => void {
  let last = -1;
  const timer = setInterval(() => {
    if (state.level !== last) write({ level: state.level, slot_ids: state.slots });
    last = state.level;
  }, 100);
  return () => clearInterval(timer);
}

function health(state: DalState): unknown {
  const status = (isUp: boolean) => (isUp ? 'up' : 'down');
  const checks = [
    { name: 'p2p', status: status(state.connections > 0) },
    { name: 'topics', status: 'up' },
    { name: 'gossipsub', status: 'up' },
    { name: 'l1', status: status(state.nodeAnswers) },
  ];
  const down = checks.filter((each) => each.status === 'down').length;
  return { status: down === 0 ? 'up' : state.nodeAnswers ? 'degraded' : 'down', checks };
}

function metrics(state: DalState, { attesters }: DalConfig, path: string): Reply {
  if (path !== '/metrics') return { status: 404, text: '' };
  const text = metricsText([
    ['dal_node_new_layer1_head', 'gauge', state.level],
    ['dal_node_new_layer1_head_round', 'gauge', state.round],
    ['dal_node_layer1_block_finalized', 'gauge', Math.max(0, state.level - 2)],
    ...attesters.map(
      (attester) =>
        [
          'dal_node_attested_slot_for_baker_per_level_ratio',
          'gauge',
          state.slots.length > 0 ? 1 : 0,
          { attester },
        ] as const,
    ),
    ['dal_node_number_of_stored_shards', 'gauge', state.attested],
    ['dal_gs_count_topics', 'gauge', attesters.length],
    ['dal_gs_count_connections', 'gauge', state.connections],
    ['dal_gs_count_bootstrap_connections', 'gauge', state.connections],
  ]);
  return { status: 200, text, type: 'text/plain; version=0.0.4' };
}
