import type { Context } from '../part';
import { addressesOf } from './addresses';
import type { NetworkPolicy } from './endpoints';
import { podsOf } from './pods-and-strangers';
import { portsOf } from './policy-probe';
import { type Rendered, renderedBakeries } from './rendered-bakeries';
import { type Sides, type Stage, type Subject, sidesOf, wantedOf } from './sides';
import type { Line } from './wanted';

/**
 * One bakery in a cluster of its own ranges. The pods and policies of all other bakeries of dist/ are in that cluster
 * too: nothing may cross.
 */
export interface Scene {
  readonly subject: Subject;
  readonly stage: Stage;
  /** Of all bakeries. */
  readonly policies: readonly NetworkPolicy[];
  /** The bakery's own, whose pods are judged. */
  readonly namespaces: readonly string[];
  readonly wanted: Sides;
  /** Lines of the list that apply, and speak of nobody. */
  readonly empty: readonly Line[];
}

export function scenesOf({ root, bakeries }: Context): Scene[] {
  const all = renderedBakeries(root);
  const [inDist, inFiles] = [all.map((each) => each.bakery), bakeries.map(({ name }) => name).sort()];
  if (String(inDist) !== String(inFiles)) throw new Error(`dist/charts holds ${inDist}, bakeries/ holds ${inFiles}`);
  return bakeries.map((bakery) => sceneOf(bakery, all));
}

function sceneOf(bakery: Context['bakeries'][number], all: readonly Rendered[]): Scene {
  const rendered = all.find((each) => each.bakery === bakery.name)!;
  const namespaces = rendered.namespaces.map(({ name }) => name);
  const policies = all.flatMap((each) => each.policies);
  const pods = podsOf(all, bakery.settings.google.ranges.pods);
  const stage: Stage = { endpoints: [...pods, ...addressesOf(bakery, policies)], ports: portsOf(all) };
  const own = pods.filter(({ namespace }) => namespaces.includes(namespace!));
  const subject: Subject = { bakery, rendered, own };
  const { sides, empty } = wantedOf(subject, stage);
  return { subject, stage, policies, namespaces, wanted: sidesOf(sides), empty };
}
