import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentBundle } from './agent-bundle';
import { bootBakery, type Stage } from './boot-bakery';
import type { Fault } from './faults/fault';
import { type Befallen, trouble, wasTold } from './faults/faults';
import type { Planned } from './faults/plan';
import { standInOf } from './octez-image';
import type { GoogleServices } from './payday/google-services';
import { payOneCycle } from './payday/pay-one-cycle';
import type { Scene } from './scene';
import type { HomePrograms } from './stand-in-home';
import { heartbeatWasHeard, watch } from './watching';

/**
 * Brings bakeries up side by side, each on its own chain; those that pay delegators do so once; then comes what watches
 * them; and when nothing has fired on any of them, troubles each with its faults. What hits all comes last.
 */
export async function bootTogether(
  stage: Omit<Stage, 'programs'>,
  plan: readonly Planned[],
  { long }: { long: boolean },
): Promise<void> {
  const programs = placePrograms(stage.root, stage.nodes.state.folder);
  const booted = await Promise.all(
    plan.map(async ({ bakery, faults }, index) => {
      const scene = await bootBakery({ ...stage, programs }, bakery, index);
      return scene ? [{ scene, faults }] : [];
    }),
  );
  const whole = booted.flat();
  await Promise.all(whole.map(({ scene }) => pays(scene, stage.google)));
  await Promise.all(whole.map(({ scene }) => isWatched(scene)));
  const begin = Date.now();
  const befallen = await Promise.all(whole.map((each) => troubleAlone(each, long)));
  for (const { scene, faults } of whole) {
    const beside = whole.map((each) => each.scene).filter((each) => each !== scene);
    for (const fault of faults.filter(({ hitsAll }) => hitsAll)) await trouble(scene, fault, { long, beside });
  }
  await Promise.all(befallen.flat().map(wasTold));
  for (const { scene } of whole) {
    heartbeatWasHeard(scene, begin);
    if (scene.people.hear('page')) console.log(`  ${scene.bakery.name}: ${scene.people.lastWords()}`);
  }
}

/** One fault of a bakery after the other, but those that hit all. */
async function troubleAlone(
  { scene, faults }: { scene: Scene; faults: readonly Fault[] },
  long: boolean,
): Promise<Befallen[]> {
  const befallen: Befallen[] = [];
  for (const fault of faults.filter(({ hitsAll }) => !hitsAll))
    befallen.push(...(await trouble(scene, fault, { long, beside: [] })));
  return befallen;
}

async function pays(scene: Scene, google: GoogleServices): Promise<void> {
  try {
    if (scene.payer) await payOneCycle(scene, scene.payer, google);
  } catch (error) {
    scene.report.fail(`payouts of ${scene.bakery.name}`, `${(error as Error).message}\n${await scene.lastWords()}`);
  }
}

async function isWatched(scene: Scene): Promise<void> {
  try {
    await watch(scene);
  } catch (error) {
    scene.report.fail(`monitoring of ${scene.bakery.name}`, `${(error as Error).message}\n${await scene.lastWords()}`);
  }
}

/** What runs on this machine outside of the pods. */
function placePrograms(root: string, folder: string): HomePrograms {
  const programs = { standIn: join(folder, 'stand-in.cjs'), agent: join(folder, 'agent.mjs') };
  writeFileSync(programs.standIn, standInOf(root).standInBundle());
  writeFileSync(programs.agent, agentBundle(root));
  return programs;
}
