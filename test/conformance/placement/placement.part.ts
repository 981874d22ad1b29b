import { readBakeryFiles } from '../../../synth/read-bakeries';
import { until } from '../cluster/processes';
import { waits } from '../cluster/server-words';
import { describeNamespace, unreadyWorkloads } from '../cluster/workload-state';
import { distObjects, distStack, namespacesOf } from '../dist-objects';
import type { Context, Part } from '../part';
import { nodesOf } from '../simulation/pool-nodes';
import { Simulation } from '../simulation/simulation';
import { withAuxiliary } from './auxiliary';
import { judgeEvictions } from './eviction';
import { borderOf, judgeMachineSizes } from './machine-size';
import { placeSystemPods, removeSystemPods } from './placed-system-pods';
import { judgePlaces } from './places';
import { applyStand, podsOf, type Scene, type Stand } from './stand';
import { judgeZoneLoss } from './zone-loss';

/** The real scheduler and controllers, on nodes as dist/infra declares them; then a zone is lost. */
export const placement: Part = { name: 'placement', budgetSeconds: 120, run };

async function run(context: Context): Promise<void> {
  const { root, bakeries, report } = context;
  const cluster = await context.cluster();
  for (const program of ['kube-scheduler', 'kube-controller-manager']) {
    report.version(program, await cluster.version()); // built from one module with the server
  }
  const all = bakeries.map((bakery): Stand => {
    const stack = distStack(root, bakery.name);
    return { bakery, stack, nodes: nodesOf(stack), objects: distObjects(root, bakery.name) };
  });
  const stands = all.filter(({ nodes }) => nodes.length > 0);
  for (const { bakery } of all.filter((stand) => !stands.includes(stand))) {
    report.skip(
      `${bakery.name} on its nodes`,
      'the nodes of an existing cluster are not declared in dist/infra',
      'the cloud',
    );
  }
  const scene: Scene = { cluster, simulation: new Simulation(cluster.api), stands, report };
  await scene.simulation.start();
  try {
    await judgeMachineSizes(scene, stands.map(borderOf), readBakeryFiles(root));
    await judgeStands({ ...scene, stands: stands.map(withAuxiliary) });
  } finally {
    if (!context.keep) {
      scene.simulation.revive(); // pods of a silent node would never end
      await removeSystemPods(scene);
      await scene.simulation.end();
    }
  }
}

async function judgeStands(scene: Scene): Promise<void> {
  const { simulation, stands, report } = scene;
  await simulation.addNodes(stands.flatMap(({ nodes }) => nodes));
  report.pass('nodes of the pools in dist/infra', stands.flatMap(({ nodes }) => nodes).length);
  report.pass("pods of GKE's own, placed on them", await placeSystemPods(scene, stands));
  for (const stand of stands) await applyStand(scene, stand);
  for (const stand of stands) await everythingRuns(scene, stand);
  for (const stand of stands) await judgePlaces(scene, stand);
  for (const stand of stands) await judgeEvictions(scene, await podsOf(scene, stand));
  for (const stand of stands) await everythingRuns(scene, stand);
  const twoZones = stands.filter(({ nodes }) => new Set(nodes.map(({ zone }) => zone)).size > 1);
  for (const { bakery } of stands.filter((stand) => !twoZones.includes(stand))) {
    report.version(bakery.name, 'has one zone: nothing is promised without it'); // a note, as nothing is left out
  }
  const { nodeGraceSeconds, unreachableTolerationSeconds } = waits;
  report.version('waits', `node grace ${nodeGraceSeconds} s, toleration ${unreachableTolerationSeconds} s`);
  await Promise.all(twoZones.map((stand) => judgeZoneLoss(scene, stand)));
}

async function everythingRuns(scene: Scene, stand: Stand): Promise<void> {
  const { api } = scene.cluster;
  for (const namespace of namespacesOf(stand.objects)) {
    await until(`every pod of ${namespace} is scheduled and runs`, 40, async () => {
      return (await unreadyWorkloads(api, namespace)).length === 0;
    }).catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await describeNamespace(api, namespace)}`);
    });
  }
  const pods = await podsOf(scene, stand);
  scene.report.pass('pods of the bakeries, scheduled and running', pods.length);
}
