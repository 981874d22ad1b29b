import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootBakery, type Stage } from './boot-bakery';
import { trouble } from './faults/faults';
import type { Planned } from './faults/plan';
import { standInOf } from './image-builder';

/**
 * Brings bakeries up side by side, each on its own chain, and troubles each with its faults as soon as it is whole; what
 * hits all comes last.
 */
export async function bootTogether(stage: Stage, plan: readonly Planned[], { long }: { long: boolean }): Promise<void> {
  writeFileSync(join(stage.nodes.state.folder, 'stand-in.cjs'), standInOf(stage.root).standInBundle());
  const booted = await Promise.all(
    plan.map(async ({ bakery, faults }, index) => {
      const scene = await bootBakery(stage, bakery, index);
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
