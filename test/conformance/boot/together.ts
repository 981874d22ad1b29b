import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bakery } from '../../../model/bakery';
import { emptyBakeries } from '../cluster/clean';
import { bootBakery, type Stage } from './boot-bakery';
import type { Fault } from './faults/fault';
import { trouble } from './faults/faults';
import { standInOf } from './images';

/** A bakery, and what is to befall it. */
export interface Planned {
  readonly bakery: Bakery;
  readonly faults: readonly Fault[];
}

/**
 * Bakeries that can run beside each other on two nodes: no more than two zones in all. Those come last after which the
 * cluster is slow for a minute.
 */
export function groupsOf(planned: readonly Planned[]): Planned[][] {
  const groups: Planned[][] = [];
  for (const each of planned) {
    const group = groups.find((others) => zonesOf([...others, each]).length <= 2);
    if (group) group.push(each);
    else groups.push([each]);
  }
  const hitsAll = (group: readonly Planned[]) => group.some(({ faults }) => faults.some((fault) => fault.hitsAll));
  return [...groups.filter((group) => !hitsAll(group)), ...groups.filter(hitsAll)];
}

const zonesOf = (planned: readonly Planned[]) => [...new Set(planned.flatMap(({ bakery }) => bakery.zones))];

/** Brings a group up, each bakery on its own chain, troubles each with its faults, and takes it all away again. */
export async function runTogether(stage: Stage, group: readonly Planned[], options: { keep: boolean; long: boolean }) {
  const { nodes, root, cluster, internet } = stage;
  writeFileSync(join(nodes.state.folder, 'stand-in.cjs'), standInOf(root).standInBundle());
  await nodes.standIn(zonesOf(group));
  const booted = await Promise.all(
    group.map(async ({ bakery, faults }, index) => ({ ...(await bootBakery(stage, bakery, index)), faults })),
  );
  const whole = booted.filter(({ isWhole }) => isWhole);
  await Promise.all(
    whole.map(async ({ scene, faults }) => {
      for (const fault of faults.filter(({ hitsAll }) => !hitsAll)) {
        await trouble(scene, fault, { long: options.long, beside: [] });
      }
    }),
  );
  for (const { scene, faults } of whole) {
    const beside = whole.map((each) => each.scene).filter((each) => each !== scene);
    for (const fault of faults.filter(({ hitsAll }) => hitsAll)) {
      await trouble(scene, fault, { long: options.long, beside });
    }
  }
  if (options.keep) return;
  await emptyBakeries(cluster.api);
  for (const { stop } of booted) await stop();
  internet.clear();
}
