import type { Bakery } from '../../../model/bakery';
import { emptyBakeries, removeBakeries } from '../cluster/clean';
import { fullWaits } from '../cluster/server-words';
import type { Context, Part, Report } from '../part';
import { mustRun } from '../tools/run';
import type { Fault } from './faults/fault';
import { faults } from './faults/faults';
import { standInImage } from './images';
import { Internet } from './internet';
import { Nodes } from './nodes';
import { smoke, spoiltSmoke } from './smoke';
import { groupsOf, type Planned, runTogether } from './together';

/** Every pod of every bakery becomes Ready on a real kubelet. */
export const boot: Part = { name: 'boot', budgetSeconds: 360, run };

async function run(context: Context): Promise<void> {
  const { root, tools, report, keep } = context;
  if (process.getuid?.() !== 0) return report.skip('pods on real kubelets', 'mounts, links and cgroups need root');
  const cluster = await context.cluster(fullWaits); // with short ones a minute without API server would empty the nodes
  const nodes = new Nodes(cluster, tools);
  const image = 'tezos-bakery.test/smoke:1';
  try {
    const archive = await standInImage(tools, { root, version: '25.2', names: [image] });
    await nodes.start();
    await nodes.importImage(archive);
    report.version('kubelet', await cluster.version()); // built from one module with the server
    report.version('containerd', (await mustRun('containerd', ['--version'])).stdout.split(' ')[2] ?? '');
    await bootAll(context, nodes, image);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${nodes.lastWords()}`);
  } finally {
    if (!keep) await takeAway(context, nodes);
  }
}

/** Whatever went wrong before, the machine is left as it was found. */
async function takeAway(context: Context, nodes: Nodes): Promise<void> {
  const { api } = await context.cluster();
  const what = 'nothing is left on the machine';
  try {
    await removeBakeries(api);
  } catch (error) {
    context.report.fail(what, (error as Error).message);
  }
  const left = await nodes.end();
  if (left.length === 0) context.report.pass(what);
  else context.report.fail(what, left.join('\n'));
}

async function bootAll(context: Context, nodes: Nodes, image: string): Promise<void> {
  const { root, bakeries, tools, report } = context;
  const cluster = await context.cluster();
  const { zones } = bakeries[0]!;
  await nodes.standIn(zones);
  await smoke(cluster.api, image, zones);
  report.pass('restricted pods with a disk, Ready behind a Service', 2);
  const words = await spoiltSmoke(cluster.api, image, zones[0]!);
  const what = 'a pod without fsGroup cannot write on its disk';
  if (words.includes('Permission denied')) report.pass(what);
  else report.fail(what, words);
  await emptyBakeries(cluster.api);
  const internet = new Internet(nodes.state);
  await internet.start();
  try {
    const groups = groupsOf(planOf(bakeries, report));
    for (const group of groups) {
      const keep = context.keep && group === groups.at(-1); // the zones of the nodes are one group's
      await runTogether({ root, cluster, nodes, internet, tools, report }, group, { keep, long: context.long });
    }
  } finally {
    if (!context.keep) internet.stop();
  }
}

/** Each fault befalls the first bakery that it fits. */
function planOf(bakeries: readonly Bakery[], report: Report): Planned[] {
  const { ours, wanted } = asked(bakeries);
  const plan = ours.map((bakery) => ({ bakery, faults: [] as Fault[] }));
  for (const fault of wanted) {
    const planned = plan.find(({ bakery }) => fault.fits(bakery));
    if (planned) planned.faults.push(fault);
    else report.skip(fault.name, 'no bakery here is of the kind that it needs');
  }
  return plan;
}

/** All of them; for whoever works on one, those that BAKERY_BOOT names, e.g. `bakingnet,full-volume`. */
function asked(bakeries: readonly Bakery[]): { ours: readonly Bakery[]; wanted: readonly Fault[] } {
  const words = process.env.BAKERY_BOOT?.split(',') ?? [];
  const chosen = bakeries.filter(({ name }) => words.includes(name));
  return {
    ours: chosen.length > 0 ? chosen : bakeries,
    wanted: words.length > 0 ? faults.filter(({ word }) => words.includes(word)) : faults,
  };
}
