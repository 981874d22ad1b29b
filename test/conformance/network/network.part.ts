import { portOf } from '../../../model/components';
import type { Context, Part, Report } from '../part';
import { type Scene, scenesOf } from './bakery-scene';
import { type Difference, detailText, differencesBetween, headline, modeDifferences } from './flow-differences';
import { judgeTheJudge } from './judge-the-judge';
import { componentOf } from './pods-and-strangers';
import { probe, probesOf } from './policy-probe';
import { keyOf, type Side, type Sides, type Subject, sidesOf } from './sides';

/**
 * What the policies of dist/ allow, as cyclonus reads them, is what wanted.ts wants: flow by flow, and both sides of
 * each. A side too open behind one that is shut is wrong as well: it waits for the other's mistake.
 */
export const network: Part = { name: 'network', budgetSeconds: 30, run };

async function run(context: Context): Promise<void> {
  const program = await context.tools.goBuild('network/go', 'policy-probe');
  for (const scene of scenesOf(context)) await judge(context.report, program, scene);
}

async function judge(report: Report, program: string, scene: Scene): Promise<void> {
  const { stage, policies, namespaces, wanted } = scene;
  const ask = (ipBlocksMatchPods: boolean) => probe(program, stage, { policies, judge: namespaces, ipBlocksMatchPods });
  const byAddress = await ask(true);
  const byLabels = await ask(false);
  report.version('cyclonus', byAddress.library);

  const { name } = scene.subject.bakery;
  for (const { from, to, on } of scene.empty) {
    report.fail(`${name}: ${from} -> ${to}, ${on}`, `dist/charts/${name}: wanted, but it has no such pods`);
  }
  const [allowed, allowedByLabels] = [sidesOf(byAddress.sides), sidesOf(byLabels.sides)];
  if (isRight(report, scene, differencesBetween(wanted, allowed))) {
    report.pass(`${name}: flows allowed exactly as wanted`, flowsOf(scene.subject, allowed));
    report.pass(`${name}: sides of flows judged`, probesOf(stage, scene.subject.own));
  }
  watchersCannotSign(report, scene.subject, allowed);
  if (isRight(report, scene, modeDifferences(allowed, allowedByLabels))) {
    report.pass('the same whether an ipBlock matches pods and nodes or not', probesOf(stage, scene.subject.own));
  }
  await judgeTheJudge(report, program, scene, allowed);
}

/** Follows from the flows being as wanted, and has a line of its own: what watches is what strangers will reach first. */
function watchersCannotSign(report: Report, { bakery, own }: Subject, allowed: Sides): void {
  const watchers = own.filter(({ namespace }) => namespace === bakery.namespace('monitoring'));
  const isAsking = ({ from, to, port }: Side) =>
    watchers.includes(from) && componentOf(to) === SIGNER && port.port === portOf(SIGNER, 'signer');
  const open = [...allowed.values()].filter(isAsking);
  const what = `${bakery.name}: pods of monitoring cannot ask for a signature`;
  if (watchers.length > 0 && open.length === 0) report.pass(what, watchers.length);
  else report.fail(what, open.map(keyOf).join('\n') || 'it has no such pods');
}

const SIGNER = 'signer-gateway';

function isRight(report: Report, { subject, stage, policies }: Scene, differences: readonly Difference[]): boolean {
  const scenery = { policies, files: subject.rendered.files, ports: stage.ports };
  for (const each of differences) report.fail(`${subject.bakery.name}: ${headline(each)}`, detailText(each, scenery));
  return differences.length === 0;
}

/** Traffic that passes both of its sides; where one side is nobody's of ours, the other decides. */
function flowsOf({ own }: Subject, allowed: Sides): number {
  return [...allowed.values()].filter((each) => {
    const [here, there] = each.side === 'out' ? [each.from, each.to] : [each.to, each.from];
    if (!own.includes(here)) return false;
    if (!own.includes(there)) return true;
    return each.side === 'out' && allowed.has(keyOf({ ...each, side: 'in' }));
  }).length;
}
