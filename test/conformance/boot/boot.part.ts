import { removeBakeries } from '../cluster/clean';
import type { Context, Part } from '../part';
import { mustRun } from '../tools/run';
import { bootBakery } from './boot-bakery';
import { standInImage } from './images';
import { Nodes } from './nodes';
import { smoke, spoiltSmoke } from './smoke';

/** Every pod of every bakery becomes Ready on a real kubelet. */
export const boot: Part = { name: 'boot', budgetSeconds: 360, run };

async function run(context: Context): Promise<void> {
  const { root, tools, report, keep } = context;
  if (process.getuid?.() !== 0) return report.skip('pods on real kubelets', 'mounts, links and cgroups need root');
  const cluster = await context.cluster();
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
    if (!keep) {
      await removeBakeries(cluster.api);
      await nodes.end();
    }
  }
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
  for (const bakery of bakeries) {
    const keep = context.keep && bakery === bakeries.at(-1); // names and addresses of the internet are one bakery's
    await bootBakery({ root, cluster, nodes, tools, report, keep }, bakery);
  }
}
