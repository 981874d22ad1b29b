import { join } from 'node:path';
import { type KubeObject, nameOf } from '../../../charts/objects/kube-object';
import type { BakeryFile } from '../../../model/reading/bakery-file';
import { readPermanentLists } from '../../../synth/permanent-lists';
import { readBakeryFiles } from '../../../synth/read-bakeries';
import { type ChangedBakery, renderChanged } from '../changed-bakery';
import { applyAll } from '../cluster/apply';
import type { Cluster } from '../cluster/test-cluster';
import { distObjects, distStack, namespacesOf } from '../dist-objects';
import type { Report } from '../part';
import { type NodeSpec, nodesOf } from '../simulation/pool-nodes';
import type { Simulation } from '../simulation/simulation';
import { changesOf } from './changes';
import { replacementOf, replaceNodes } from './node-replacement';
import { runningPods } from './rollout';
import { tell } from './tell';

/** A bakery that runs on simulated nodes. */
export interface Running {
  readonly cluster: Cluster;
  readonly simulation: Simulation;
  readonly report: Report;
  readonly root: string;
  readonly bakery: string;
}

interface State {
  readonly objects: readonly KubeObject[];
  readonly nodes: readonly NodeSpec[];
}

/** Every edit of an operator, one after the other, over the running bakery: objects and nodes. */
export async function acceptsChanges(running: Running): Promise<void> {
  const { root, bakery, report } = running;
  const files = readBakeryFiles(root);
  const permanent = readPermanentLists(join(root, 'dist')).lists;
  let state: State = { objects: distObjects(root, bakery), nodes: nodesOf(distStack(root, bakery)) };
  for (const { what, edit } of changesOf(ownFile(files, bakery))) {
    try {
      state = await acceptsChange(running, what, { from: state, to: renderChanged(files, bakery, edit, permanent) });
    } catch (error) {
      // Synth refused it, or a pod was waited for in vain.
      report.fail(`${bakery} runs after ${what}`, (error as Error).message);
      return; // what comes after would be judged on ruins
    }
  }
}

function ownFile(files: readonly BakeryFile[], bakery: string): BakeryFile {
  return files.find(({ name }) => name === bakery)!;
}

async function acceptsChange(running: Running, what: string, { from, to }: { from: State; to: ChangedBakery }) {
  const { cluster, simulation, bakery, report } = running;
  const replacement = replacementOf(from.nodes, nodesOf(to.stack));
  const changed = changedObjects(from.objects, to.objects);
  if (changed === 0 && replacement.coming.length === 0 && replacement.leaving.length === 0) {
    report.fail(`${what} changes something`, `${bakery}: neither an object nor a node is another one`);
  }
  tell(await applyAll(cluster.api, to.objects), `objects applied over the running bakery: ${what}`, report);
  if (changed > 0) report.pass(`objects changed by ${what}`, changed);
  await replaceNodes(cluster.api, simulation, replacement);
  let pods = 0;
  for (const namespace of namespacesOf(to.objects)) pods += await runningPods(cluster.api, namespace);
  if (pods > 0) report.pass(`pods admitted after ${what}, and run in their newest revision`, pods);
  else report.fail(`pods admitted after ${what}`, `${bakery} has no pod`);
  if (replacement.coming.length > 0) {
    report.pass(`nodes replaced by ${what}, their pods run elsewhere`, replacement.coming.length);
  }
  return { objects: to.objects, nodes: replacement.nodes };
}

/** New ones, and those that say something else. */
function changedObjects(before: readonly KubeObject[], after: readonly KubeObject[]): number {
  const key = ({ manifest }: KubeObject) => `${nameOf(manifest)} ${JSON.stringify(manifest)}`;
  const old = new Set(before.map(key));
  return after.filter((object) => !old.has(key(object))).length;
}
