import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { follow } from '../kit/http-client';
import { closeServer, failure, ok, parseAddress, type Reply, type Request, serve } from '../kit/http-server';
import { type Call, Exit, endOnSignals, forever, pause, say } from '../kit/program';
import { generateIdentity, lockDataDir } from '../node/data-dir';
import { metricsText } from '../node/node-metrics';
import type { DalConfig } from './dal-node.program';
import { DalState } from './dal-state';
import { type Known, L1Node } from './l1-node';

/** `octez-dal-node run` (octez.md 6, 8.2): RPC, P2P port, metrics; follows its node's heads. */
export async function runDalNode(_: Call, config: DalConfig): Promise<number> {
  lockDataDir(config.dataDir);
  const state = new DalState();
  if (!existsSync(join(config.dataDir, 'identity.json'))) generateIdentity(config.dataDir);
  const node = new L1Node(config.endpoint);
  await node.begin(config.attesters);
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
  followNode(state, node, config).catch(end);
  return forever();
}

async function followNode(state: DalState, node: L1Node, config: DalConfig): Promise<void> {
  await follow(`${node.endpoint}/monitor/bootstrapped`, () => {}).catch(() => {});
  await node.catchUp();
  for (;;) {
    try {
      await follow(`${node.endpoint}/monitor/heads/main`, ({ hash, level, fitness }) => {
        state.nodeAnswers = true;
        Object.assign(state, { hash, level, round: Number.parseInt(fitness?.[4] ?? '0', 16) });
        node.process({ hash, level }).then((known) => learn(state, node, config, known), end);
      });
    } catch (error) {
      if (/HTTP 4/.test((error as Error).message)) end(error);
      say(`lost the node at ${node.endpoint}: ${(error as Error).message}`);
    }
    state.nodeAnswers = false;
    await pause(500);
  }
}

async function learn(state: DalState, node: L1Node, config: DalConfig, known: Known): Promise<void> {
  state.dial([...config.peers, ...known.bootstrap_peers]);
  state.slots = known.stand_in_slots ?? [];
  if (state.slots.length > 0) state.attested++;
  for (const delegate of known.stand_in_trapped ?? []) {
    if (state.accused.has(delegate)) continue;
    state.accused.add(delegate);
    if (config.attesters.includes(delegate)) {
      // registered_attester_attested_trap in event.ml
      say(
        `Registered attester ${delegate} attested a trap at slot 0, attested level ${state.level}. Stopping the DAL node.`,
      );
      end(new Exit(2, ''));
    }
    await node.accuse(delegate).then(
      () => say(`injected evidence against ${delegate}`),
      (error: Error) => say(`could not inject evidence against ${delegate}: ${error.message}`),
    );
  }
}

function end(error: unknown): never {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(error instanceof Exit ? error.code : 1);
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
