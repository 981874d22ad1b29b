import { LOCAL_RPC_URL } from '../../../charts/kit/octez/octez-node';
import { until } from '../cluster/processes';
import type { Scene } from './scene';

/** What a node answers to somebody in its own container. */
export async function nodeRpc({ cluster, namespace }: Scene, workload: string, path: string): Promise<any> {
  const words = ['--namespace', namespace, 'exec', `${workload}-0`, '-c', 'node', '--', 'wget', '-q', '-O', '-'];
  const { status, stdout, stderr } = await cluster.kubectl([...words, `${LOCAL_RPC_URL}${path}`]);
  if (status !== 0) throw new Error(`${workload} does not answer ${path}: ${stderr}`);
  return JSON.parse(stdout);
}

interface Identity {
  readonly peerId: string;
  readonly podIP: string;
}

/**
 * Who is whose peer, by what the nodes and the public peers say: behind sentries the private node has these for its peers,
 * all of them and nobody else, and no public peer has it; without sentries public peers are its own. Answers the sentence
 * that is then true.
 */
export async function peersAreAsMeant(scene: Scene): Promise<string> {
  const [name = '', ...sentries] = scene.nodeWorkloads;
  let said = '';
  await until('the nodes have the peers that they should', 60, async () => {
    const own = await identityOf(scene, name);
    const peers = (await nodeRpc(scene, name, '/network/connections')).map(
      ({ peer_id }: { peer_id: string }) => peer_id,
    );
    const known = await knownOutside(scene);
    said =
      sentries.length > 0
        ? await behindSentries(scene, { own, peers, known, sentries })
        : inTheOpen(own, { peers, known });
    return true;
  });
  return said;
}

interface Found {
  /** Peer ids that the node is connected to. */
  readonly peers: readonly string[];
  /** Who public peers are connected to: peer ids and addresses. */
  readonly known: ReadonlySet<string>;
}

async function behindSentries(
  scene: Scene,
  { own, peers, known, sentries }: Found & { own: Identity; sentries: readonly string[] },
): Promise<string> {
  const others = await Promise.all(sentries.map((sentry) => identityOf(scene, sentry)));
  const wanted = others.map(({ peerId }) => peerId).sort();
  if ([...peers].sort().join() !== wanted.join())
    throw new Error(`the private node has the peers ${peers.join(', ')}, its sentries are ${wanted.join(', ')}`);
  if (known.has(own.peerId) || known.has(own.podIP)) throw new Error('the private node has public peers');
  const lonely = others.filter(({ peerId, podIP }) => !known.has(peerId) || !known.has(podIP));
  if (lonely.length > 0) throw new Error(`no public peer has the sentry ${JSON.stringify(lonely)}`);
  for (const sentry of sentries) await keepsSecret(scene, sentry, own);
  return `its private node has its ${sentries.length} sentries for peers, and these the public ones`;
}

/** Whom a node knows as private it tells nobody of (octez.md 3.7). */
async function keepsSecret(scene: Scene, sentry: string, { peerId }: Identity): Promise<void> {
  const connections: any[] = await nodeRpc(scene, sentry, '/network/connections');
  const isPrivate = connections.find(({ peer_id }) => peer_id === peerId)?.private;
  if (isPrivate !== true) throw new Error(`for ${sentry} the private node is like any other`);
}

function inTheOpen({ peerId, podIP }: Identity, { peers, known }: Found): string {
  if (peers.length === 0) throw new Error('the node has no peers');
  if (!known.has(peerId) || !known.has(podIP)) throw new Error('no public peer has the node');
  return `its node, without sentries, has ${peers.length} public peers`;
}

async function identityOf(scene: Scene, workload: string): Promise<Identity> {
  const [{ status }, peerId] = await Promise.all([scene.pod(workload), nodeRpc(scene, workload, '/network/self')]);
  return { peerId, podIP: status.podIP };
}

async function knownOutside({ outside }: Scene): Promise<ReadonlySet<string>> {
  const { connections } = await outside.state();
  return new Set(
    connections.flatMap(({ peerId, point }: { peerId: string; point: string }) => [peerId, point.split(':')[0]]),
  );
}
