import type { Options } from '../kit/command-line';
import { closeServer } from '../kit/http-server';
import { type Call, Exit, endOnSignals, forever, say } from '../kit/program';
import { resolveConfig } from './config-file';
import { generateIdentity, lockDataDir, openDataDir, readIdentity } from './data-dir';
import { startMetrics } from './node-metrics';
import { NodeState } from './node-state';
import { startRpc } from './rpc-server';

/** `node run`. RPC listens last: its answer means that store and peers are up (octez.md 3.3). */
export async function runNode({ release, name }: Call, options: Options): Promise<number> {
  const config = await resolveConfig(options, release);
  openDataDir(config.dataDir, release);
  lockDataDir(config.dataDir);
  const identity =
    readIdentity(config.dataDir) ?? (release.generatesIdentity ? generateIdentity(config.dataDir) : undefined);
  if (!identity) {
    throw new Exit(
      1,
      `Error: Cannot find the identity file ${config.dataDir}/identity.json: use '${name} identity generate'.`,
    );
  }
  const state = new NodeState(config, release, identity.peer_id, options.has('--force-history-mode-switch'));
  await state.connections.start();
  const metrics = await startMetrics(state);
  const rpc = await startRpc(state);
  endOnSignals(async () => {
    state.connections.save(config.dataDir);
    state.connections.stop();
    await Promise.all([...metrics, ...rpc].map(({ server }) => closeServer(server)));
  });
  say(`bootstrapping network ${config.network.chainName}, head ${state.head.level}`);
  const ports = (list: readonly { port: number }[]) => list.map(({ port }) => port).join(' ');
  say(`listening: p2p ${state.connections.port}; metrics ${ports(metrics)}; rpc ${ports(rpc)}`);
  say('the Tezos node is now running');
  return forever();
}
