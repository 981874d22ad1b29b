import { components } from '../../../../model/components';
import { isDialled } from '../../../../model/flows';
import { until } from '../../cluster/processes';
import type { Scene } from '../scene';
import { textAt } from '../text-at';
import type { Fault } from './fault';

/** A sentry loses its public peers: it cannot know any more whether it is up to date. */
export const unsyncedSentry: Fault = {
  name: 'a node that is not synced is not Ready, gets no RPC traffic and keeps its peers',
  word: 'unsynced-sentry',
  fits: ({ settings, releases }) => settings.sentries.length > 1 && releases.node.hasIsBootstrappedRpc,
  seconds: 38,
  async run(scene) {
    const [, first = '', ...others] = scene.nodeWorkloads;
    const { podIP } = (await scene.pod(first)).status;
    const peer = await peerIdOf(scene, podIP);
    const begin = Date.now();
    await scene.outside.control({ fault: { banned: [peer] } });
    await until(`${first} is not Ready`, 90, async () => !(await scene.isReady(first)));
    const event = await until('the event says why it is not Ready', 30, async () =>
      (await scene.events(first, begin)).find((line) => line.includes('"sync_state":"unsynced"')),
    );
    const name = 'octez_validator_chain_synchronisation_status';
    const value = await scene.metric(first, name);
    if (value !== 0) throw new Error(`${name} of ${first} is ${value}, not 0`);
    const status = await scene.line(first);
    const p2p = await readyAddresses(scene, first);
    if (!p2p.includes(podIP)) throw new Error(`peers do not find ${first} (${podIP}) any more: ${p2p.join(', ')}`);
    const synced = await Promise.all(others.map(async (each) => (await scene.pod(each)).status.podIP as string));
    // Where no pod asks sentries by RPC there is no Service that could send it there.
    if (isDialled(scene.bakery, 'sentry', 'rpc')) await noRpcReaches(scene, { peer, podIP, synced });
    await scene.bakesOn();
    const [peers, privatePeers] = [
      await scene.metric('baker', 'octez_p2p_connections_active'),
      await scene.metric(first, 'octez_p2p_connections_private'),
    ];
    if (peers !== others.length + 1 || privatePeers !== 1) {
      throw new Error(`the private node has ${peers} peers, ${first} has ${privatePeers} private ones`);
    }
    await scene.outside.control({ fault: {} });
    return { event, status, metric: `${name} of ${first}: ${value}` };
  },
};

/** Were one of twenty requests sent to the cut-off sentry, it would wait for ever. */
async function noRpcReaches(
  scene: Scene,
  of: { peer: string; podIP: string; synced: readonly string[] },
): Promise<void> {
  const rpc = await readyAddresses(scene, 'sentry-rpc');
  if (rpc.sort().join() !== [...of.synced].sort().join())
    throw new Error(`RPC goes to ${rpc.join(', ') || 'nobody'}, not to ${of.synced.join(', ')} alone`);
  const { spec } = await scene.api.get(scene.path('services/sentry-rpc'));
  await scene.outside.control({ nodeFaults: [{ node: of.peer, rpcHangs: true }] });
  await until('the cut-off sentry answers no request', 30, () =>
    hangs(`http://${of.podIP}:${components.sentry.ports.rpc}/version`),
  );
  // What the Service says reaches the kernel's tables a moment later.
  await until('twenty requests in a row are answered', 60, async () => {
    for (let i = 0; i < 20; i++) await textAt(`http://${spec.clusterIP}:${spec.ports[0].port}/version`, 3000);
    return true;
  });
  await scene.outside.control({ nodeFaults: [] });
}

const hangs = (url: string) =>
  textAt(url, 1000).then(
    () => false,
    ({ message }: Error) => message.includes('no answer'),
  );

/** The sentry's identity, as the public peers know it. */
async function peerIdOf(scene: Scene, address: string): Promise<string> {
  const { connections } = await scene.outside.state();
  const wire = connections.find(({ point }: { point: string }) => point.split(':')[0] === address);
  if (!wire) throw new Error(`no public peer knows ${address}: ${JSON.stringify(connections)}`);
  return wire.peerId;
}

/** Where a Service sends connections. */
async function readyAddresses(scene: Scene, service: string): Promise<string[]> {
  const query = `endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${service}`;
  const slices = await scene.api.list(scene.path(query, 'apis/discovery.k8s.io/v1'));
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
  return endpoints.filter(({ conditions }) => conditions.ready).flatMap(({ addresses }) => addresses);
}
