import { sleep, until } from '../cluster/processes';
import { auxiliaryPods, bringStandIns } from './auxiliary';
import { evict } from './eviction';
import { describe, nameOf, type Placed, podsOf, type Scene, type Stand, since } from './stand';

/** Longer than anything that could still move by itself: pod garbage collection runs every 20 s. */
const nothingMovesSeconds = 22;

const outOfService = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' };

/** One bakery on its way through the loss of the zone that its baker runs in. */
interface Loss {
  readonly scene: Scene;
  readonly stand: Stand;
  readonly zone: string;
  readonly lostNodes: readonly string[];
  readonly zonalSentries: readonly string[];
  readonly baker: Placed;
  readonly begin: number;
}

/** The zone of the baker is lost, then somebody acts, then the zone is back. */
export async function judgeZoneLoss(scene: Scene, stand: Stand): Promise<void> {
  const baker = (await podsOf(scene, stand)).find(({ component }) => component === 'baker');
  if (!baker?.node) throw new Error(`${stand.bakery.name} has no running baker`);
  const zone = baker.node.zone;
  try {
    await bringStandIns(scene, stand, zone);
    const loss = await loseZone(scene, stand, { baker, zone });
    await nobodyActsYet(loss);
    await somebodyActs(loss);
    await zoneReturns(loss);
  } catch (error) {
    const state = describe(await podsOf(scene, stand));
    scene.report.fail(`${stand.bakery.name} without ${zone}`, `${(error as Error).message}\n${state}`);
  }
}

async function loseZone(scene: Scene, stand: Stand, { baker, zone }: Pick<Loss, 'baker' | 'zone'>): Promise<Loss> {
  const pods = await podsOf(scene, stand);
  const lostNodes = stand.nodes.filter((node) => node.zone === zone).map(({ name }) => name);
  const sentries = pods.filter(({ component, node }) => component === 'sentry' && node?.zone === zone);
  const zonalSentries = sentries.map(({ name }) => name);
  scene.simulation.silence(lostNodes);
  return { scene, stand, zone, lostNodes, zonalSentries, baker, begin: Date.now() };
}

/** Kubernetes cannot know whether the old baker still runs, so it must not start a second one. */
async function nobodyActsYet(loss: Loss): Promise<void> {
  const { scene, stand, baker, zone, begin } = loss;
  const { name } = stand.bakery;
  await until(`the baker of ${name} is Terminating after its zone was lost`, 60, async () => {
    return (await podsOf(scene, stand)).find(({ uid }) => uid === baker.uid)?.terminating;
  });
  const terminating = since(begin);
  await sleep(nothingMovesSeconds * 1000);
  const pods = await podsOf(scene, stand);
  const bakers = pods.filter(({ component }) => component === 'baker');
  const what = `${name} without ${zone}, nobody acts: baker Terminating after ${terminating}, still alone ${nothingMovesSeconds} s later`;
  if (bakers.length === 1 && bakers[0]!.uid === baker.uid && bakers[0]!.terminating) scene.report.pass(what);
  else scene.report.fail(what, describe(pods));

  const disks = await attachedTo(loss);
  const still = `${name}: the baker's disks are still attached in the lost zone`;
  if (disks.length > 0 && disks.every((node) => node === baker.node!.name)) scene.report.pass(still, disks.length);
  else scene.report.fail(still, `${describe([baker])}\ndisks attached to: ${disks.join(', ') || 'no node'}`);
  await lastSentryStays(loss, pods);
}

/** Nodes that hold a disk of the baker. */
async function attachedTo({ scene, stand }: Loss): Promise<string[]> {
  const { api } = scene.cluster;
  const attachments = await api.list('/apis/storage.k8s.io/v1/volumeattachments');
  const volumes = await bakerVolumes({ scene, stand });
  return attachments.flatMap(({ spec, status }) =>
    status?.attached && volumes.includes(spec.source.persistentVolumeName) ? [spec.nodeName] : [],
  );
}

async function bakerVolumes({ scene, stand }: Pick<Loss, 'scene' | 'stand'>): Promise<string[]> {
  const claims = await scene.cluster.api.list(
    `/api/v1/namespaces/${stand.bakery.name}-baking/persistentvolumeclaims?labelSelector=app.kubernetes.io%2Fname%3Dbaker`,
  );
  return claims.map(({ spec }) => spec.volumeName).sort();
}

async function lastSentryStays({ scene }: Loss, pods: readonly Placed[]): Promise<void> {
  for (const pod of pods.filter(({ component, ready }) => component === 'sentry' && ready)) {
    const { status, words } = await evict(scene, pod);
    const what = 'evictions of the sentry that a lost zone left, refused with 429';
    if (status === 429) scene.report.pass(what);
    else scene.report.fail(what, `eviction of ${nameOf(pod)} answered ${status}: ${words}`);
  }
}

/** The out-of-service taint stands for Stateful HA, and for the person with the runbook. */
async function somebodyActs(loss: Loss): Promise<void> {
  const { scene, stand, baker, zone } = loss;
  const { name } = stand.bakery;
  const volumes = (await bakerVolumes(loss)).join();
  const acted = Date.now();
  await setOutOfService(loss, true);
  const what = `${name} without ${zone}, after the taint: the baker runs in the other zone, on the same disks`;
  const found = await until(what, 90, async () => {
    const pods = await podsOf(scene, stand);
    return pods.find(({ component, uid, ready }) => component === 'baker' && uid !== baker.uid && ready);
  });
  const onSameDisks = (await bakerVolumes(loss)).join() === volumes;
  const nodes = [...new Set(await attachedTo(loss))];
  if (found.node!.zone !== zone && onSameDisks && nodes.join() === found.node!.name) {
    scene.report.pass(`${what} (${since(acted)})`);
  } else scene.report.fail(what, `${describe([found])}\ndisks attached to ${nodes.join(', ')}`);
  await othersComeBack(loss);
}

/** Whatever has no disk of the lost zone runs again; what has one waits for it. */
async function othersComeBack(loss: Loss): Promise<void> {
  const { scene, stand, zone, lostNodes } = loss;
  const { name } = stand.bakery;
  const settled = async () => {
    const pods = await podsOf(scene, stand);
    return pods.every(({ ready, node, unschedulable, terminating }) => {
      return !terminating && ((ready && !lostNodes.includes(node?.name ?? '')) || unschedulable !== undefined);
    });
  };
  await until(`${name} has settled without ${zone}`, 90, settled);
  const pods = await podsOf(scene, stand);
  const waiting = pods.filter(({ ready }) => !ready);
  const zonal = waiting.filter(({ component }) => component === 'sentry');
  const what = `${name} without ${zone}: everything else runs`;
  if (waiting.length === zonal.length) scene.report.pass(what, pods.length - waiting.length);
  else scene.report.fail(what, describe(waiting));
  judgeWaiting(loss, zonal);
  auxiliaryComesBack(loss, pods);
}

/** Exactly the sentries of the lost zone wait, and for that reason. */
function judgeWaiting({ scene, zonalSentries }: Loss, waiting: readonly Placed[]): void {
  if (zonalSentries.length === 0) return;
  const what = 'zonal sentries that wait for their zone';
  const forTheZone = /didn't match|volume node affinity|untolerated taint/;
  const right = waiting.filter(({ unschedulable }) => forTheZone.test(unschedulable ?? '')).map(({ name }) => name);
  if (right.sort().join() === [...zonalSentries].sort().join()) scene.report.pass(what, right.length);
  else scene.report.fail(what, `${zonalSentries.join(', ')} should wait\n${describe(waiting)}`);
}

function auxiliaryComesBack({ scene, stand, zone }: Loss, pods: readonly Placed[]): void {
  for (const [role, found] of auxiliaryPods(stand, pods)) {
    const what = `${stand.bakery.name} without ${zone}: payouts and monitoring come back, off the baking pool`;
    const back = found.filter(({ ready, node }) => ready && node?.zone !== zone && !node?.pool.endsWith('-baking'));
    if (found.length > 0 && back.length === found.length) scene.report.pass(what, back.length);
    else scene.report.fail(what, describe(found) || `${role} has no pod`);
  }
}

async function zoneReturns(loss: Loss): Promise<void> {
  const { scene, stand, zone, lostNodes } = loss;
  scene.simulation.revive(lostNodes);
  await setOutOfService(loss, false);
  const begin = Date.now();
  await until(`every pod of ${stand.bakery.name} runs again`, 60, async () => {
    return (await podsOf(scene, stand)).every(({ ready, terminating }) => ready && !terminating);
  });
  scene.report.pass(`${stand.bakery.name} with ${zone} back: its sentry returns (${since(begin)})`);
}

async function setOutOfService({ scene, lostNodes }: Loss, present: boolean): Promise<void> {
  for (const name of lostNodes) {
    // The controller writes taints at the same time: with the version that was read, and again if it was faster.
    await until(`${name} has the taint or not`, 10, () => setTaint(scene, name, present));
  }
}

async function setTaint({ cluster: { api } }: Scene, node: string, present: boolean): Promise<boolean> {
  const { metadata, spec } = await api.get(`/api/v1/nodes/${node}`);
  const others = (spec.taints ?? []).filter(({ key }: { key: string }) => key !== outOfService.key);
  const taints = present ? [...others, outOfService] : others;
  const { resourceVersion } = metadata;
  await api.patch(`/api/v1/nodes/${node}`, { metadata: { resourceVersion }, spec: { taints } });
  return true;
}
