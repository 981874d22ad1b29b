import { join } from 'node:path';
import type { Bakery } from '../../../model/bakery';
import { urlOf } from '../../../model/components';
import { mustApply } from '../cluster/apply';
import { until } from '../cluster/processes';
import type { Cluster } from '../cluster/test-cluster';
import { distObjects } from '../dist-objects';
import type { Report } from '../part';
import { votesAreInBlocks } from './baking';
import { adapt } from './changes-to-dist';
import { claimsOf } from './claims-and-zones';
import { bringSecrets, standInSigner } from './home-signer';
import { makeVolume } from './local-volumes';
import { machine } from './machine';
import type { Internet } from './made-up-internet';
import type { Nodes } from './nodes';
import { Outside } from './outside';
import { Scene } from './scene';
import { peersAreAsMeant } from './whose-peers';

export interface Stage {
  readonly root: string;
  readonly cluster: Cluster;
  readonly nodes: Nodes;
  readonly internet: Internet;
  readonly report: Report;
}

/**
 * One bakery, from dist/ to the last Ready pod and the first block. `index`: its place among those that run. Undefined: it
 * did not become whole.
 */
export async function bootBakery(stage: Stage, bakery: Bakery, index: number): Promise<Scene | undefined> {
  const { root, cluster, nodes, report, internet } = stage;
  const { objects, changes } = adapt(distObjects(root, bakery.name));
  console.log(`  ${bakery.name}: what this part changes of dist/\n${changes.map((line) => `    ${line}`).join('\n')}`);
  const program = join(nodes.state.folder, 'stand-in.cjs');
  const outside = new Outside({ bakery, index, objects, internet, state: nodes.state, program });
  const scene = new Scene({ root, cluster, nodes, report, bakery, objects, outside });
  try {
    await outside.start();
    await mustApply(
      cluster.api,
      objects.filter(({ manifest }) => manifest.kind === 'Namespace'),
    );
    const secrets = await bringSecrets(cluster.api, bakery, objects);
    if (secrets.length > 0)
      console.log(`  ${bakery.name}: brought, as the operator would: Secret ${secrets.join(', ')}`);
    const home = { state: nodes.state, program, address: machine.homeAddress(index) };
    const signer = await standInSigner(cluster.api, { bakery, objects }, home);
    if (signer)
      console.log(
        `  ${bakery.name}: stands in for the gateway: a signer at ${urlOf(bakery, 'signer-gateway', 'signer')}`,
      );
    for (const claim of claimsOf(objects)) await makeVolume(cluster.api, claim);
    await becomesReady(scene);
    return scene;
  } catch (error) {
    report.fail(`pods of ${bakery.name}`, `${(error as Error).message}\n${await scene.lastWords()}`);
    return undefined;
  }
}

async function becomesReady(scene: Scene): Promise<void> {
  const { bakery, report } = scene;
  const begin = Date.now();
  const seconds = () => ((Date.now() - begin) / 1000).toFixed(0);
  await scene.restore();
  const pods = await scene.everythingReady();
  report.pass(`pods of ${bakery.name}, Ready after ${seconds()} s`, pods);
  const kinds = await scene.bakesOn();
  report.pass(`${bakery.name} bakes: ${kinds.join(', ')} after ${seconds()} s`, kinds.length);
  await votesAreInBlocks(scene.outside, bakery.daemon('dal-node') !== undefined);
  report.pass(
    `votes of ${bakery.name} are in blocks${bakery.daemon('dal-node') ? ', with what its DAL node saw' : ''}`,
  );
  report.pass(`peers of ${bakery.name}: ${await peersAreAsMeant(scene)}`);
  await accuserFollows(scene);
  mustNotLoop(scene);
}

/** It has no probe and signs nothing: only its words say that it has found its node. */
async function accuserFollows(scene: Scene): Promise<void> {
  const said = async () => (await scene.log('accuser', 'accuser')).includes('node is bootstrapped');
  if (scene.bakery.daemon('accuser')) await until('the accuser follows its node', 60, said);
}

/** Here a container that ends is back after 2 s; elsewhere it is kept waiting longer each time, up to five minutes. */
function mustNotLoop(scene: Scene): void {
  const looping = [...scene.starts()].filter((line) => Number(line.split('/').at(-1)) >= 2);
  if (looping.length > 0) throw new Error(`started three times and more until it baked: ${looping.join(', ')}`);
}
