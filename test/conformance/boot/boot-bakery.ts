import type { Bakery } from '../../../model/bakery';
import type { MessageServices } from '../../stand-ins/told/message-services';
import { mustApply } from '../cluster/apply';
import { until } from '../cluster/processes';
import type { Cluster } from '../cluster/test-cluster';
import type { Report } from '../part';
import { votesAreInBlocks } from './baking';
import { type Brought, bringSecrets, makeSecrets } from './brought-secrets';
import { adapt } from './changes-to-dist';
import { claimsOf } from './claims-and-zones';
import { objectsAfter } from './edited-objects';
import { homesOf, switchOn } from './homes-of-bakery';
import { makeVolume } from './local-volumes';
import type { Internet } from './made-up-internet';
import type { Nodes } from './nodes';
import { Outside } from './outside';
import type { GoogleServices } from './payday/google-services';
import { type Payer, PRESERVED_CYCLES, payerOf } from './payday/paying-bakery';
import { startPayoutSites } from './payday/payout-sites';
import { People } from './people';
import { Scene } from './scene';
import type { HomePrograms } from './stand-in-home';
import { peersAreAsMeant } from './whose-peers';

export interface Stage {
  readonly root: string;
  readonly cluster: Cluster;
  readonly nodes: Nodes;
  readonly internet: Internet;
  readonly google: GoogleServices;
  /** Where people are told of alerts. */
  readonly services: MessageServices;
  readonly report: Report;
  /** Paths of what runs outside of the pods. */
  readonly programs: HomePrograms;
}

/**
 * One bakery, from dist/ to the last Ready pod and the first block; what watches it comes later. `index`: its place among those that run. Undefined: it
 * did not become whole.
 */
export async function bootBakery(stage: Stage, bakery: Bakery, index: number): Promise<Scene | undefined> {
  const { root, cluster, nodes, report, internet, programs } = stage;
  const { state } = nodes;
  const people = new People(stage.services, bakery);
  const payer = payerOf(bakery);
  const brought = await makeSecrets(bakery, state.subfolder(`${bakery.name}-brought`), { theirs: people.files, payer });
  const { objects, changes } = adapt(objectsAfter(root, bakery.name, brought.edit));
  console.log(`  ${bakery.name}: what this part changes of dist/\n${changes.map((line) => `    ${line}`).join('\n')}`);
  sayWhatIsBrought(bakery, brought, payer);
  const outside = new Outside({ bakery, index, objects, internet, state, program: programs.standIn, payer });
  const homes = homesOf(bakery, { brought, index, programs, state });
  const { edit } = brought;
  const scene = new Scene({ root, cluster, nodes, report, bakery, objects, outside, people, edit, homes, payer });
  try {
    await outside.start();
    if (payer) await startPayoutSites(bakery, payer, { outside, internet });
    if (bakery.payouts) await stage.google.add(bakery);
    await mustApply(
      cluster.api,
      objects.filter(({ manifest }) => manifest.kind === 'Namespace'),
    );
    await bringSecrets(cluster.api, brought);
    for (const claim of claimsOf(objects)) await makeVolume(cluster.api, claim);
    await becomesReady(scene);
    return scene;
  } catch (error) {
    report.fail(`pods of ${bakery.name}`, `${(error as Error).message}\n${await scene.lastWords()}`);
    return undefined;
  }
}

/** As the operator would bring it, who then writes the public halves into the bakery file. */
function sayWhatIsBrought({ name }: Bakery, { secrets, edit }: Brought, payer: Payer | undefined): void {
  if (secrets.size > 0)
    console.log(`  ${name}: brought, as the operator would: Secret ${[...secrets.keys()].join(', ')}`);
  const settings = edit.map(([path]) => path.join('.'));
  if (edit.length > 0)
    console.log(
      `  ${name}: dist/ as after an edit of its file, with keys and cycles of this run: ${settings.join(', ')}`,
    );
  if (payer?.engine === 'backerei')
    console.log(
      `  ${name}: and as if its chain had ${PRESERVED_CYCLES} preserved cycles: with fewer Backerei may not pay`,
    );
}

async function becomesReady(scene: Scene): Promise<void> {
  const { bakery, report } = scene;
  const begin = Date.now();
  const seconds = () => ((Date.now() - begin) / 1000).toFixed(0);
  await scene.bringUp();
  const [pods] = await Promise.all([scene.everythingReady(), switchOn(scene)]);
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
