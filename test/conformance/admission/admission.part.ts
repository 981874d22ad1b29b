import { join } from 'node:path';
import { type KubeObject, nameOf } from '../../../charts/objects/kube-object';
import { ApiError } from '../cluster/api';
import { applyAll } from '../cluster/apply';
import type { Cluster } from '../cluster/test-cluster';
import { distObjects, distStack, namespacesOf } from '../dist-objects';
import type { Context, Part, Report } from '../part';
import { nodesOf } from '../simulation/pool-nodes';
import { Simulation } from '../simulation/simulation';
import { proveTheJudge } from './judge-proofs';
import { acceptsChanges } from './later-changes';
import { rewrittenFields } from './rewritten';
import { runningPods } from './rollout';
import { tell } from './tell';

/** The real API server takes every object of every bakery, and keeps what it was given. */
export const admission: Part = { name: 'admission', budgetSeconds: 40, run };

async function run(context: Context): Promise<void> {
  const { root, bakeries, report } = context;
  const cluster = await context.cluster();
  report.version('kube-apiserver', await cluster.version());
  report.version('kubectl', await cluster.kubectlVersion());
  report.version('etcd', await cluster.etcdVersion());
  const simulation = new Simulation(cluster.api);
  await simulation.start();
  const objectsOf = new Map(bakeries.map(({ name }) => [name, distObjects(root, name)]));
  const nodes = new Map(bakeries.map(({ name }) => [name, nodesOf(distStack(root, name))]));
  const running = bakeries.map(({ name }) => name).filter((name) => nodes.get(name)!.length > 0);
  await simulation.addNodes([...nodes.values()].flat());
  try {
    for (const objects of objectsOf.values()) await acceptsBakery(cluster, objects, report);
    for (const bakery of running) {
      await admitsPods(cluster, { bakery, namespaces: namespacesOf(objectsOf.get(bakery)!) }, report);
    }
    for (const name of objectsOf.keys()) await changesNothing(cluster, { root, bakery: name }, report);
    for (const name of running) await acceptsChanges({ cluster, simulation, report, root, bakery: name });
    await proveTheJudge(cluster, [...objectsOf.values()].flat(), report);
    for (const name of [...objectsOf.keys()].filter((each) => !running.includes(each))) {
      report.skip(
        `pods and later changes of ${name}`,
        'the nodes of an existing cluster are not declared in dist/infra, so no claim is bound',
        'the cloud',
      );
    }
  } finally {
    if (!context.keep) await simulation.end();
  }
}

async function acceptsBakery(cluster: Cluster, objects: readonly KubeObject[], report: Report): Promise<void> {
  const verdicts = await applyAll(cluster.api, objects);
  tell(verdicts, 'objects applied, no error, no warning', report);
  for (const { object, returned } of verdicts) {
    if (!returned) continue; // refused, and told above
    const rewritten = rewrittenFields(object.manifest, returned);
    const what = 'objects of which every field came back as it was sent';
    if (rewritten.length === 0) report.pass(what);
    else report.fail(what, `${nameOf(object.manifest)} (${object.file})\n${rewritten.join('\n')}`);
  }
}

/** Controllers create the pods: what Pod Security refuses shows as an event of theirs. */
async function admitsPods(cluster: Cluster, { bakery, namespaces }: Inhabited, report: Report): Promise<void> {
  const what = 'pods admitted under Pod Security `restricted`, and run';
  try {
    let pods = 0;
    for (const namespace of namespaces) pods += await runningPods(cluster.api, namespace);
    if (pods > 0) report.pass(what, pods);
    else report.fail(what, `dist/charts/${bakery}: it has no pod`);
  } catch (error) {
    report.fail(what, (error as Error).message);
  }
}

interface Inhabited {
  readonly bakery: string;
  readonly namespaces: readonly string[];
}

const noDiff = 'bakeries of which `kubectl diff` shows no line';
const unchanged = 'objects that a second `kubectl apply -k` leaves as they are';

interface Applied {
  readonly root: string;
  readonly bakery: string;
}

/** What a GitOps tool does every few minutes, by the same kustomization. */
async function changesNothing(cluster: Cluster, { root, bakery }: Applied, report: Report): Promise<void> {
  const folder = join(root, 'dist', 'charts', bakery);
  const owner = ['--server-side', '--field-manager=kubectl'];
  const diff = await cluster.kubectl(['diff', ...owner, '-k', folder]);
  if (diff.status === 0) report.pass(noDiff);
  else report.fail(noDiff, `dist/charts/${bakery}: ${diff.stdout}${diff.stderr}`.slice(0, 3000));

  const objects = distObjects(root, bakery);
  const before = await Promise.all(objects.map((object) => heldObject(cluster, object)));
  const second = await cluster.kubectl(['apply', ...owner, '--validate=strict', '--warnings-as-errors', '-k', folder]);
  if (second.status !== 0) report.fail(unchanged, `kubectl apply -k dist/charts/${bakery}: ${second.stderr}`);
  for (const [index, object] of objects.entries()) {
    if (before[index] === undefined) continue; // refused, and told above
    const after = await heldObject(cluster, object);
    const changed = [...rewrittenFields(before[index], after), ...rewrittenFields(after, before[index])];
    if (changed.length === 0) report.pass(unchanged);
    else report.fail(unchanged, `${nameOf(object.manifest)} (${object.file})\n${changed.join('\n')}`);
  }
}

/** An object without what controllers write meanwhile; undefined if the server has none. */
async function heldObject({ api }: Cluster, { manifest }: KubeObject): Promise<any> {
  const answer = await api.get(await api.pathOf(manifest)).catch(unlessMissing);
  if (answer === undefined) return undefined;
  const { status: _, ...held } = answer;
  const { resourceVersion: __, managedFields, ...metadata } = held.metadata;
  const fields = managedFields.filter(({ subresource }: { subresource?: string }) => subresource !== 'status');
  return { ...held, metadata: { ...metadata, managedFields: fields } };
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof ApiError && error.status === 404)) throw error;
}
