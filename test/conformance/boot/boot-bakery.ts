import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../../charts/kube-object';
import type { Bakery } from '../../../model/bakery';
import { applyAll, complaint } from '../cluster/apply';
import { emptyBakeries } from '../cluster/clean';
import type { Cluster } from '../cluster/cluster';
import { type Started, until } from '../cluster/processes';
import { describeNamespace, unreadyWorkloads } from '../cluster/workloads';
import { distObjects, namespacesOf } from '../dist-objects';
import type { Report } from '../part';
import type { Tools } from '../tools/tools';
import { adapt } from './changes-to-dist';
import { claimsOf } from './claims';
import { bringSecrets, standInSigner } from './home-signer';
import { standInImage, standInOf } from './images';
import { machine } from './machine';
import type { Nodes } from './nodes';
import { Outside } from './outside';
import { containersOf, podTemplates } from './pods';
import { makeVolume } from './volumes';

export interface Stage {
  readonly root: string;
  readonly cluster: Cluster;
  readonly nodes: Nodes;
  readonly tools: Tools;
  readonly report: Report;
  readonly keep: boolean;
}

const readySeconds = 150;

/** One bakery, from dist/ to the last Ready pod. */
export async function bootBakery(stage: Stage, bakery: Bakery): Promise<void> {
  const { root, cluster, nodes, report } = stage;
  const { objects, changes } = adapt(distObjects(root, bakery.name));
  console.log(`  ${bakery.name}: what this part changes of dist/\n${changes.map((line) => `    ${line}`).join('\n')}`);
  const program = join(nodes.state.folder, 'stand-in.cjs');
  writeFileSync(program, standInOf(root).standInBundle());
  await importImages(stage, bakery, objects);
  await nodes.standIn(bakery.zones);
  const outside = new Outside({ bakery, objects, state: nodes.state, program });
  let signer: Started | undefined;
  try {
    await outside.start();
    const namespaces = objects.filter(({ manifest }) => manifest.kind === 'Namespace');
    await mustApply(cluster, namespaces);
    const secrets = await bringSecrets(cluster.api, bakery, objects);
    if (secrets.length > 0) console.log(`    brought, as the operator would: Secret ${secrets.join(', ')}`);
    const home = { state: nodes.state, program, address: machine.webAddress };
    signer = await standInSigner(cluster.api, { bakery, objects }, home);
    if (signer) console.log(`    stands in for the gateway: a signer at ${bakery.signerUrl}`);
    for (const claim of claimsOf(objects)) await makeVolume(cluster.api, claim);
    const begin = Date.now();
    await mustApply(cluster, objects);
    const pods = await everythingReady(stage, objects);
    report.pass(`pods of ${bakery.name}, Ready after ${secondsSince(begin)} s`, pods);
    const kinds = await bakes(outside);
    report.pass(`${bakery.name} bakes: ${kinds.join(', ')} after ${secondsSince(begin)} s`, kinds.length);
  } catch (error) {
    report.fail(`pods of ${bakery.name}`, `${(error as Error).message}\n${outside.lastWords()}\n${nodes.logs()}`);
  } finally {
    if (!stage.keep) {
      await emptyBakeries(cluster.api);
      await signer?.stop();
      await outside.stop();
    }
  }
}

const secondsSince = (begin: number) => ((Date.now() - begin) / 1000).toFixed(0);

/**
 * A container without a probe is Ready while it starts: only a block and a vote that reached the network say that node,
 * baker, wallet, names and signer work together. Answers the kinds of signatures.
 */
async function bakes(outside: Outside): Promise<string[]> {
  await until('the network has a block and a vote of the bakery', 90, async () => {
    const { kinds } = await outside.evidence();
    return kinds.has('block') && (kinds.has('attestation') || kinds.has('endorsement'));
  });
  const { kinds, doubles } = await outside.evidence();
  if (doubles.length > 0) throw new Error(`signed twice: ${JSON.stringify(doubles)}`);
  return [...kinds].sort();
}

/** Every image of a manifest is made under that very name; all are Octez so far. */
async function importImages(
  { root, tools, nodes }: Stage,
  bakery: Bakery,
  objects: readonly KubeObject[],
): Promise<void> {
  const containers = podTemplates(objects).flatMap(({ spec }) => containersOf(spec));
  const names = [...new Set<string>(containers.map(({ image }) => image))].sort();
  const versions = new Map(names.map((name) => [name, /:(?:octez-)?v([\d.]+)$/.exec(name)?.[1]]));
  for (const [name, version] of versions) {
    if (!version) throw new Error(`${bakery.name}: no image for ${name}`);
    await nodes.importImage(await standInImage(tools, { root, version, names: [name] }));
  }
}

async function mustApply(cluster: Cluster, objects: readonly KubeObject[]): Promise<void> {
  const complaints = (await applyAll(cluster.api, objects)).flatMap((verdict) => complaint(verdict) ?? []);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

/** Answers how many pods there are. */
async function everythingReady({ cluster: { api } }: Stage, objects: readonly KubeObject[]): Promise<number> {
  const namespaces = namespacesOf(objects);
  await until(`every pod is Ready`, readySeconds, async () => {
    const unready = await Promise.all(namespaces.map((namespace) => unreadyWorkloads(api, namespace)));
    return unready.flat().length === 0;
  }).catch(async (error: Error) => {
    const states = await Promise.all(namespaces.map((namespace) => describeNamespace(api, namespace)));
    throw new Error([error.message, ...states].join('\n'));
  });
  const pods = await Promise.all(namespaces.map((namespace) => api.list(`/api/v1/namespaces/${namespace}/pods`)));
  return pods.flat().length;
}
