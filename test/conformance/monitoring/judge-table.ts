import { guardMetrics } from '../../../programs/guard/guard.contract';
import { type MetricTable, octezMetrics, programMetrics } from '../../kit/scraped-metrics';
import type { Report } from '../part';
import type { Sources } from './small-bakery';
import type { Shapes } from './told-metrics';

/** What the guard adds to whatever an agent tells. */
const ADDED_BY_GUARD = 'signer';

/** In the table, and not told here: they come with their first one, and nothing goes wrong. */
const notHere: readonly string[] = [guardMetrics.headsIgnored, guardMetrics.refusals];

/** Whether the table by which `npm test` judges rules and dashboards says what is told, of those who run here. */
export function judgeTable(report: Report, told: ReadonlyMap<keyof Sources, Shapes>): void {
  const ofGateway = new Map([...(told.get('guard') ?? []), ...(told.get('agent') ?? [])]);
  const rows: readonly (readonly [string, MetricTable, Shapes, boolean])[] = [
    ['guard and agent', { ...programMetrics.guard, ...ofAgent() }, ofGateway, true],
    ['chain-exporter', programMetrics['chain-exporter']('round'), told.get('chain-exporter') ?? new Map(), true],
    ['node', octezMetrics.node, told.get('node') ?? new Map(), false],
    ['dal-node', octezMetrics['dal-node'], told.get('dal-node') ?? new Map(), false],
  ];
  for (const [who, table, shapes, isWhole] of rows) {
    const wrong = [...differences(table, shapes), ...(isWhole ? strangers(table, shapes) : [])];
    if (wrong.length === 0) report.pass('metrics of the table that are told so', Object.keys(table).length);
    else
      report.fail(`the table of metrics and what is told: ${who}`, `test/kit/scraped-metrics.ts\n${wrong.join('\n')}`);
  }
}

function ofAgent(): MetricTable {
  return Object.fromEntries(
    Object.entries(programMetrics.agent).map(([metric, labels]) => [metric, [ADDED_BY_GUARD, ...labels]]),
  );
}

function differences(table: MetricTable, shapes: Shapes): string[] {
  return Object.entries(table).flatMap(([metric, labels]) => {
    const seen = shapes.get(metric);
    if (!seen) return notHere.includes(metric) ? [] : [`${metric} is not told`];
    const wanted = [...new Set(labels)].sort().join();
    return seen.join() === wanted ? [] : [`${metric}: the table has {${wanted}}, told is {${seen.join()}}`];
  });
}

function strangers(table: MetricTable, shapes: Shapes): string[] {
  return [...shapes.keys()].filter((metric) => !(metric in table)).map((metric) => `${metric} is not in the table`);
}
