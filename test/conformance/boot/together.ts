import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentBundle } from './agent-bundle';
import { bootBakery, type Stage } from './boot-bakery';
import { trouble } from './faults/faults';
import type { Planned } from './faults/plan';
import { standInOf } from './octez-image';
import type { HomePrograms } from './stand-in-home';

/**
 * Brings bakeries up side by side, each on its own chain, and troubles each with its faults as soon as it is whole; what
 * hits all comes last.
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
      if (!scene) return [];
      for (const fault of faults.filter(({ hitsAll }) => !hitsAll)) await trouble(scene, fault, { long, beside: [] });
      return [{ scene, faults }];
    }),
  );
  const whole = booted.flat();
  for (const { scene, faults } of whole) {
    const beside = whole.map((each) => each.scene).filter((each) => each !== scene);
    for (const fault of faults.filter(({ hitsAll }) => hitsAll)) await trouble(scene, fault, { long, beside });
  }
}

/** What runs on this machine outside of the pods. */
function placePrograms(root: string, folder: string): HomePrograms {
  const programs = { standIn: join(folder, 'stand-in.cjs'), agent: join(folder, 'agent.mjs') };
  writeFileSync(programs.standIn, standInOf(root).standInBundle());
  writeFileSync(programs.agent, agentBundle(root));
  return programs;
}
