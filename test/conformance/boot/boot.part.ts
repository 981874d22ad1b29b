import { MessageServices } from '../../stand-ins/told/message-services';
import type { Api } from '../cluster/api';
import { emptyBakeries, removeBakeries } from '../cluster/clean';
import { fullWaits } from '../cluster/server-words';
import type { Context, Part, Report } from '../part';
import { mustRun } from '../tools/run';
import { faults } from './faults/faults';
import { asked, bootable, planOf } from './faults/plan';
import { Internet } from './made-up-internet';
import { Nodes } from './nodes';
import { GoogleServices } from './payday/google-services';
import { bringImages } from './pod-images';
import { smoke, spoiltSmoke } from './smoke';
import { bootTogether } from './together';

/** Every pod of every bakery becomes Ready on a real kubelet. */
export const boot: Part = { name: 'boot', budgetSeconds: 540, run };

async function run(context: Context): Promise<void> {
  const { root, bakeries, tools, report, keep } = context;
  if (process.getuid?.() !== 0) return report.skip('pods on real kubelets', 'mounts, links and cgroups need root');
  const here = bootable(bakeries, report);
  if (here.length === 0) return;
  const cluster = await context.cluster(fullWaits); // with short ones a minute without API server would empty the nodes
  const { ours, wanted } = asked(process.env.BAKERY_BOOT, here, faults);
  const plan = planOf(ours, wanted, report);
  const nodes = new Nodes(cluster, tools, [...new Set(ours.flatMap(({ zones }) => zones))]);
  const internet = new Internet(nodes.state);
  const services = new MessageServices();
  const google = new GoogleServices(internet, tools);
  try {
    await nodes.start();
    await bringImages({ root, tools, nodes }, ours);
    report.version('kubelet', await cluster.version()); // built from one module with the server
    report.version('containerd', (await mustRun('containerd', ['--version'])).stdout.split(' ')[2] ?? '');
    await prove(nodes, cluster.api, report);
    await internet.start();
    internet.addSites(await services.start());
    await google.start();
    await bootTogether({ root, cluster, nodes, internet, google, services, report }, plan, context);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${nodes.lastWords()}`);
  } finally {
    if (!keep) {
      await takeAway(nodes, cluster.api, report);
      internet.stop();
      services.stop();
      await google.stop();
    }
  }
}

/** Whatever went wrong before, the machine is left as it was found. */
async function takeAway(nodes: Nodes, api: Api, report: Report): Promise<void> {
  const what = 'nothing is left on the machine';
  await nodes.stop();
  await removeBakeries(api).catch((error: Error) => report.fail(what, error.message));
  const left = nodes.clear();
  if (left === undefined) return;
  if (left.length === 0) report.pass(what);
  else report.fail(what, left.join('\n'));
}

/** Nodes that pass everything would prove nothing. */
async function prove(nodes: Nodes, api: Api, report: Report): Promise<void> {
  const { places } = nodes;
  const [words] = await Promise.all([spoiltSmoke(api, places[0]!), smoke(api, places)]);
  report.pass('restricted pods with a disk, Ready behind a Service', places.length);
  const what = 'a pod without fsGroup cannot write on its disk';
  if (words.includes('Permission denied')) report.pass(what);
  else report.fail(what, words);
  await emptyBakeries(api);
}
