import { Bakery } from '../../../model/bakery';
import { bakingMisfit } from '../../../model/capacity';
import { machineType, machineTypes } from '../../../model/google/machine-types';
import { poolsOf } from '../../../model/google/pools';
import { BakeryFileError } from '../../../model/messages/problems';
import type { BakeryFile } from '../../../model/reading/bakery-file';
import type { Edit } from '../../../model/rules/rule';
import { renderChanged } from '../changed-bakery';
import { emptyBakeries } from '../cluster/clean';
import { until } from '../cluster/processes';
import { type NodeSpec, nodesOf } from '../simulation/pool-nodes';
import { placeSystemPods, removeSystemPods } from './placed-system-pods';
import { applyStand, describe, type Placed, podsOf, type Scene, type Stand } from './stand';

/** A bakery on two neighbouring machine types: the largest that is too small, and the smallest that is not. */
export interface Border {
  readonly stand: Stand;
  readonly tooSmall?: string;
  readonly justRight: string;
}

/** Types of the bakery's own series and class by size; the model's arithmetic says where the border is. */
export function borderOf(stand: Stand): Border {
  const own = machineType(poolsOf(stand.bakery.settings).baking.machineType)!;
  const family = own.name.slice(0, own.name.lastIndexOf('-') + 1);
  const sizes = machineTypes.filter(({ name }) => name.startsWith(family)).sort((a, b) => a.cpus - b.cpus);
  const fits = sizes.findIndex(({ name }) => bakingMisfit(withMachine(stand.bakery, name)) === undefined);
  return { stand, tooSmall: sizes[fits - 1]?.name, justRight: sizes[fits]?.name ?? own.name };
}

function withMachine({ name: bakery, settings, ownsProject }: Bakery, name: string): Bakery {
  const copy = structuredClone(settings);
  (poolsOf(copy).baking as { machineType: string }).machineType = name;
  return new Bakery(bakery, copy, ownsProject);
}

/** Synth refuses the type that is too small; the scheduler, asked with the same objects, agrees. */
export async function judgeMachineSizes(scene: Scene, borders: readonly Border[], files: readonly BakeryFile[]) {
  for (const border of borders) refusedBySynth(scene, border, files);
  const small = borders.filter((border) => border.tooSmall !== undefined);
  await onOneZone(
    scene,
    small.map(({ stand, tooSmall }) => ({ stand, machine: tooSmall!, fits: false })),
  );
  await onOneZone(
    scene,
    borders.map(({ stand, justRight }) => ({ stand, machine: justRight, fits: true })),
  );
}

function refusedBySynth({ report }: Scene, { stand, tooSmall }: Border, files: readonly BakeryFile[]): void {
  const { name, settings } = stand.bakery;
  const what = 'machine types that synth refuses as too small';
  if (tooSmall === undefined) return; // it fits the smallest of its series, so there is nothing to refuse
  const shape = Object.keys(settings.cluster).find((key) => settings.cluster[key as keyof typeof settings.cluster])!;
  const edit: Edit = [[['cluster', shape, 'baking', 'machineType'], tooSmall]];
  try {
    renderChanged(files, name, edit, new Map());
    report.fail(what, `${name} on ${tooSmall}: synth took it`);
  } catch (error) {
    if (!(error instanceof BakeryFileError)) throw error;
    if (/too small/.test(error.message)) report.pass(what);
    else report.fail(what, `${name} on ${tooSmall}: ${error.message}`);
  }
}

interface Try {
  readonly stand: Stand;
  readonly machine: string;
  readonly fits: boolean;
}

/** With one zone left, as the model's arithmetic has it: all that can move must fit there. */
async function onOneZone(scene: Scene, tries: readonly Try[]): Promise<void> {
  const { api } = scene.cluster;
  const stands = tries.map(({ stand, machine }) => ({ ...stand, nodes: oneZone(stand, machine) }));
  await scene.simulation.addNodes(stands.flatMap(({ nodes }) => nodes));
  await placeSystemPods(scene, stands);
  for (const stand of stands) await applyStand(scene, stand);
  for (const [index, stand] of stands.entries()) await judgeFit(scene, stand, tries[index]!);
  await emptyBakeries(api);
  await removeSystemPods(scene);
  await scene.simulation.removeNodes();
}

function oneZone({ bakery, stack }: Stand, machine: string): NodeSpec[] {
  const changed = JSON.parse(stack);
  changed.resource.google_container_node_pool.baking.node_config.machine_type = machine;
  const nodes = nodesOf(JSON.stringify(changed));
  return nodes.filter(({ zone }) => zone === bakery.zones[0]);
}

/** A pod that is not made yet would be one that seems to fit. */
function podsWanted({ objects }: Stand): number {
  const sets = objects.filter(({ manifest }) => ['StatefulSet', 'Deployment'].includes(manifest.kind));
  return sets.reduce((sum, { manifest }) => sum + ((manifest as any).spec.replicas ?? 1), 0);
}

async function judgeFit(scene: Scene, stand: Stand, { machine, fits }: Try): Promise<void> {
  const { name } = stand.bakery;
  await until(`the scheduler has judged every pod of ${name}`, 180, async () => {
    const pods = await podsOf(scene, stand);
    // Where there is too little room the important drive out the others, and a pod may be disturbed: others say it then.
    const isJudged = ({ node, unschedulable, isDisturbed }: Placed) => node || unschedulable || (!fits && isDisturbed);
    return pods.length === podsWanted(stand) && pods.every(isJudged);
  }).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${describe(await podsOf(scene, stand))}`);
  });
  const pods = await podsOf(scene, stand);
  // A sentry of the other zone has no node for another reason.
  const noRoom = pods.filter(({ unschedulable }) => /Insufficient (cpu|memory)/.test(unschedulable ?? ''));
  const what = fits
    ? 'bakeries that fit one zone of the smallest machine type that synth takes'
    : 'bakeries for which the scheduler finds no room on the type that synth refuses';
  if (noRoom.length > 0 !== fits) scene.report.pass(what);
  else scene.report.fail(what, `${name} on ${machine}:\n${describe(pods)}`);
}
