import type { Context } from '../part';
import { judgeTable } from './judge-table';
import { ProcessYard, until } from './process-yard';
import { metricsIn, renderedMonitoring, rulesOf } from './rendered-monitoring';
import { SmallBakery, type Sources } from './small-bakery';
import { type Shapes, scraped, shapesIn } from './told-metrics';
import { healthyWeek } from './week-happenings';
import { WeekWorld, type WorldSeries } from './week-world';

/** Who tells a metric, by the beginning of its name. */
const tellers: readonly (readonly [RegExp, keyof Sources])[] = [
  [/^octez_delegate_|^tezos_|^chain_exporter_/, 'chain-exporter'],
  [/^octez_/, 'node'],
  [/^dal_/, 'dal-node'],
  [/^signer_agent_|^signer_guard_agent_/, 'agent'],
  [/^signer_guard_/, 'guard'],
];

/** Old chains have other numbers of delegates: those are held against another node, in `npm test`. */
const OF_OLD_CHAINS = /^octez_delegate_(balance|frozen_balance|staking_balance|delegated_balance)$/;

/** Labels that Prometheus adds: of the target, and the baker whose key or address a series has. */
const given = ['bakery', 'component', 'instance'];
const NAMED_BY_KEY = /^(signer_|dal_)/;

/**
 * Whether those who are scraped tell what rules, dashboards and the healthy week speak of, under these names and with
 * these labels: our programs as dist/ holds them, and the stand-ins of Octez' node and DAL node, as processes.
 */
export async function judgeSources(context: Context): Promise<void> {
  const yard = new ProcessYard(context.root, context.scratch('sources'));
  const small = new SmallBakery(yard);
  try {
    const told = await toldBy(await small.start());
    judgeAsked(context, told);
    judgeWorld(context, told);
    judgeTable(context.report, told);
  } finally {
    small.stop();
    await yard.stop();
  }
}

type Told = ReadonlyMap<keyof Sources, Shapes>;

/** What each of them tells, once a baker has signed through all of them and its rights are judged. */
async function toldBy(sources: Sources): Promise<Told> {
  const awaited: readonly (readonly [keyof Sources, string])[] = [
    ['guard', 'signer_guard_highest_level'],
    ['agent', 'signer_agent_last_signature_age_seconds'],
    ['agent', 'signer_agent_clock_offset_seconds'],
    ['chain-exporter', 'octez_delegate_own_staked'],
    ['chain-exporter', 'tezos_baker_unrevealed_nonces'],
    ['chain-exporter', 'chain_exporter_read_timestamp_seconds'],
  ];
  for (const [source, metric] of awaited) {
    let text = '';
    const isThere = async () => {
      text = await scraped(sources[source]).catch((error: Error) => error.message);
      return new RegExp(`^${metric}[{ ]`, 'm').test(text);
    };
    await until(`${source} tells ${metric}`, isThere, () => text, 60);
  }
  const all = Object.entries(sources) as [keyof Sources, string][];
  return new Map(await Promise.all(all.map(async ([name, url]) => [name, shapesIn(await scraped(url))] as const)));
}

function tellerOf(metric: string): keyof Sources | undefined {
  return tellers.find(([names]) => names.test(metric))?.[1];
}

/** Metrics that rules and dashboards select and nobody here tells; `<who asks>: <metric>`. */
function untold(asked: ReadonlyMap<string, readonly string[]>, told: Told): string[] {
  return [...asked].flatMap(([metric, askers]) => {
    const teller = tellerOf(metric);
    if (!teller || OF_OLD_CHAINS.test(metric) || told.get(teller)?.has(metric)) return [];
    return [`${metric}, of which ${askers.join(', ')} asks, is not told by ${teller}`];
  });
}

function judgeAsked({ report, root, bakeries }: Context, told: Told): void {
  const asked = new Map<string, string[]>();
  const note = (asker: string, expr: string) => {
    for (const metric of metricsIn(expr)) asked.set(metric, [...new Set([...(asked.get(metric) ?? []), asker])]);
  };
  for (const { name } of bakeries) {
    const rendered = renderedMonitoring(root, name);
    for (const { alert, expr } of rulesOf(rendered)) note(alert, expr);
    for (const expr of rendered.dashboards.flatMap(expressionsIn)) note('a dashboard', expr);
  }
  const lacking = untold(asked, told);
  const judged = [...asked.keys()].filter((metric) => tellerOf(metric) !== undefined).length;
  if (lacking.length === 0) report.pass('metrics of rules and dashboards that are told here', judged);
  else report.fail('metrics that nobody tells', lacking.join('\n'));
  if (untold(new Map([['signer_guard_phases', ['a stranger']]]), told).length === 1) {
    report.pass('a metric that nobody tells is found');
  } else report.fail('a metric that nobody tells', 'is not found: this judge proves nothing');
}

/** The healthy week is made of what is told: the same names, the same labels. */
function judgeWorld(context: Context, told: Told): void {
  const { report, root, bakeries } = context;
  const bakery = bakeries.find(({ name }) => name === 'mainnet');
  if (!bakery) return;
  const { series } = new WeekWorld(bakery, renderedMonitoring(root, bakery.name), healthyWeek);
  const ours = series.filter(({ metric }) => tellerOf(metric) !== undefined);
  const wrong = ours.flatMap((each) => {
    const own = ownLabels(each);
    const seen = told.get(tellerOf(each.metric)!)?.get(each.metric);
    return seen?.join() === own.join() ? [] : [`${each.metric}{${own}}: told is {${seen}}`];
  });
  if (wrong.length === 0) report.pass('series of the healthy week have the labels that are told', ours.length);
  else report.fail('series of the healthy week', [...new Set(wrong)].join('\n'));
}

function ownLabels({ metric, labels }: WorldSeries): string[] {
  const added = NAMED_BY_KEY.test(metric) ? [...given, 'delegate_name'] : given;
  return Object.keys(labels)
    .filter((label) => !added.includes(label))
    .sort();
}

/** PromQL in the JSON of a dashboard. */
function expressionsIn(json: string): string[] {
  return [...json.matchAll(/"expr":\s*("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) => JSON.parse(text) as string);
}
