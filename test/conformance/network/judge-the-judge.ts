import { availableParallelism } from 'node:os';
import type { Report } from '../part';
import type { Scene } from './bakery-scene';
import type { NetworkPolicy } from './endpoints';
import { differencesBetween, modeDifferences } from './flow-differences';
import { probe } from './policy-probe';
import { type Sabotage, sabotages, withoutExceptions } from './sabotage';
import { keyOf, type Side, type Sides, type Stage, sidesOf } from './sides';

/** A judge that finds nothing wrong must find what is made wrong, in copies of the policies that exist only here. */
export async function judgeTheJudge(report: Report, program: string, scene: Scene, allowed: Sides): Promise<void> {
  const found = new Map<Sabotage['kind'], number>();
  const ours = sabotages(scene.policies).filter(({ namespace }) => scene.namespaces.includes(namespace));
  const judgeNext = async (queue: Iterator<Sabotage>) => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const { kind, what } = next.value;
      if (await isFound(program, scene, allowed, next.value)) found.set(kind, (found.get(kind) ?? 0) + 1);
      else report.fail(`not found: ${kind}`, `${what}: made wrong on purpose, and this part does not see it`);
    }
  };
  const queue = ours.values();
  await Promise.all(Array.from({ length: availableParallelism() }, () => judgeNext(queue)));
  for (const [kind, count] of found) report.pass(`found, as it must be: ${kind}`, count);

  const what = 'ipBlocks without exceptions, by the pods that they match in some implementations';
  const differences = await differencesOfModes(program, scene, withoutExceptions(scene.policies));
  if (differences > 0) report.pass(`found, as it must be: ${what}`);
  else report.fail(`not found: ${what}`, 'both readings of the policies gave the same answer');
}

/** Whether the sabotage shows as something wrong that was not wrong before. */
async function isFound(
  program: string,
  { stage, wanted }: Scene,
  allowed: Sides,
  sabotage: Sabotage,
): Promise<boolean> {
  const { policies, namespace } = sabotage;
  const question = { policies, ipBlocksMatchPods: true, judge: [namespace] };
  const { sides } = await probe(program, oneProtocol(stage), question);
  const isConcerned = ({ side, from, to, port }: Side) =>
    (side === 'out' ? from : to).namespace === namespace && port.protocol === 'TCP';
  const concerned = (all: Sides) => sidesOf([...all.values()].filter(isConcerned));
  const wrongBefore = wrongKeys(concerned(wanted), concerned(allowed));
  return [...wrongKeys(concerned(wanted), sidesOf(sides))].some((key) => !wrongBefore.has(key));
}

async function differencesOfModes(program: string, scene: Scene, policies: readonly NetworkPolicy[]): Promise<number> {
  const [byAddress, byLabels] = await Promise.all(
    [true, false].map(async (ipBlocksMatchPods) => {
      const question = { policies, ipBlocksMatchPods, judge: scene.namespaces };
      return sidesOf((await probe(program, oneProtocol(scene.stage), question)).sides);
    }),
  );
  return modeDifferences(byAddress, byLabels).length;
}

/** Every sabotage shows in TCP, and there are more than a hundred. */
function oneProtocol({ endpoints, ports }: Stage): Stage {
  return { endpoints, ports: ports.filter(({ protocol }) => protocol === 'TCP') };
}

function wrongKeys(wanted: Sides, allowed: Sides): Set<string> {
  return new Set(differencesBetween(wanted, allowed).flatMap(({ sides }) => sides.map(keyOf)));
}
