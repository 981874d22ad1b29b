import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { bakeryAlerts, bakeryDashboards } from '../../../charts/bakery.charts';
import { alertmanagerFiles } from '../../../charts/monitoring/alertmanager-config';
import { watched } from '../../../charts/monitoring/kube-state-metrics.pod';
import { checkBakeries } from '../../../model/reading/check';
import { severities } from '../../../model/severities';
import { agentMetrics } from '../../../programs/agent/agent.contract';
import { chainExporterMetrics } from '../../../programs/chain-exporter/chain-exporter.contract';
import { guardMetrics } from '../../../programs/guard/guard.contract';
import { heartbeatMetrics } from '../../../programs/heartbeat/heartbeat.contract';
import { payoutGuardMetrics } from '../../../programs/payout-guard/payout-guard.contract';
import { publishingMainnet } from '../../kit/paying';
import { randomBakeryFile } from '../../kit/random-bakery';
import { changedExample, exampleBakeries } from '../../kit/rendered';
import {
  kubernetesMetrics,
  type MetricTable,
  madeByPrometheus,
  programMetrics,
  scrapedMetrics,
  targetLabels,
} from '../../kit/scraped-metrics';
import { judged, testWith } from './judges';
import { bareNames, groupedBy, made, type Selector, selectorsOf } from './promql-names';

const { mainnet, bakingnet, carthagenet } = exampleBakeries();
const bakeries = {
  mainnet,
  bakingnet,
  carthagenet,
  'with keys in Cloud KMS': changedExample('bakingnet', [[['custody'], { kms: {} }]]),
  'with a heartbeat in a bucket': changedExample('mainnet', [[['monitoring', 'own', 'heartbeat'], 'bucket']]),
  'which pays, and shows it': publishingMainnet(),
  "at an operator's Prometheus": changedExample('mainnet', [
    [['monitoring'], { operator: { namespace: 'monitoring' } }],
  ]),
};
type Bakery = typeof mainnet;
type Tables = ReturnType<typeof scrapedMetrics>;

const alertsOf = (bakery: Bakery) => [...bakeryAlerts(bakery).values()].flat();
const queriesOf = (bakery: Bakery) =>
  bakeryDashboards(bakery).flatMap(({ name, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap(({ title, queries }) => queries.map((query) => ({ ...query, where: `${name}: ${title}` }))),
    ),
  );

/** Every expression of a bakery, with where it stands. */
const exprsOf = (bakery: Bakery): { where: string; expr: string; legend?: string }[] => [
  ...alertsOf(bakery).map(({ name, expr }) => ({ where: name, expr })),
  ...queriesOf(bakery),
];

/** The tables of all sources that a selector may mean. */
function sourcesOf({ matchers }: Selector, tables: Tables): MetricTable[] {
  const component = matchers.find(({ label }) => label === 'component');
  if (!component) return [tables['kube-state-metrics'] ?? {}, tables.kubelet ?? {}]; // by namespace
  const means = new RegExp(`^(?:${component.value})$`);
  const isMeant = (source: string) => means.test(source) !== component.op.startsWith('!');
  return Object.entries(tables).flatMap(([source, table]) => (isMeant(source) ? [table] : []));
}

/** Labels that the series of a selector have; undefined if no source tells the metric. */
function labelsOf(selector: Selector, all: Tables): readonly string[] | undefined {
  const own = madeByPrometheus[selector.metric];
  if (own) return [...targetLabels, ...own];
  const tables = sourcesOf(selector, all).filter((table) => selector.metric in table);
  return tables.length === 0 ? undefined : [...targetLabels, ...tables.flatMap((table) => table[selector.metric])];
}

/** What an alert or a board asks for and nobody tells. */
function unknownTo(bakery: Bakery): string[] {
  const tables = scrapedMetrics(bakery);
  return exprsOf(bakery).flatMap(({ where, expr }) =>
    selectorsOf(expr)
      .filter((selector) => !labelsOf(selector, tables))
      .map(({ metric }) => `${where}: ${metric}`),
  );
}

test('whatever a bakery file holds, its alerts and boards ask for what somebody tells', () => {
  fc.assert(
    fc.property(randomBakeryFile, (file) => {
      const { bakeries: valid } = checkBakeries([file]); // none, once in a while: made-up keys may look like secret ones
      for (const bakery of valid) expect(unknownTo(bakery)).toEqual([]);
    }),
    { numRuns: 25 },
  );
}, 60_000);

describe.each(Object.entries(bakeries))('%s', (_, bakery) => {
  test('every metric of an alert or a board is told by the source that it is asked of', () => {
    expect(unknownTo(bakery)).toEqual([]);
  });

  test('no metric is asked for without saying whose it is', () => {
    expect(exprsOf(bakery).flatMap(({ where, expr }) => bareNames(expr).map((name) => `${where}: ${name}`))).toEqual(
      [],
    );
  });

  test('every label that is selected, grouped by or shown is one that the series have', () => {
    const tables = scrapedMetrics(bakery);
    const wrong = exprsOf(bakery).flatMap(({ where, expr, legend = '' }) => {
      const selectors = selectorsOf(expr);
      const has = new Set([...selectors.flatMap((each) => labelsOf(each, tables) ?? []), ...made(expr)]);
      const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      const selected = selectors.flatMap((each) =>
        each.matchers.filter(({ label }) => !labelsOf(each, tables)?.includes(label)).map(({ label }) => label),
      );
      return [...selected, ...[...groupedBy(expr), ...shown].filter((label) => !has.has(label))].map(
        (label) => `${where}: ${label}`,
      );
    });
    expect(wrong).toEqual([]);
  });

  test('no alert and no board asks for a component that the bakery has not', () => {
    for (const { where, expr } of exprsOf(bakery)) {
      const named = selectorsOf(expr).flatMap(({ matchers }) =>
        matchers.filter(({ label, op }) => label === 'component' && op === '=').map(({ value }) => value),
      );
      for (const component of named)
        expect([where, component, bakery.has(component as never)]).toEqual([where, component, true]);
    }
  });
});

test('the tables know every metric of the contracts of our programs, and no other', () => {
  const names = (table: MetricTable) =>
    [...new Set(Object.keys(table).map((name) => name.replace(/_(bucket|sum|count)$/, '')))].sort();
  expect(names(programMetrics.guard)).toEqual(Object.values(guardMetrics).sort());
  expect(names(programMetrics.agent)).toEqual(Object.values(agentMetrics).sort());
  expect(names(programMetrics.heartbeat)).toEqual(Object.values(heartbeatMetrics).sort());
  expect(names(programMetrics['payout-guard'])).toEqual(Object.values(payoutGuardMetrics).sort());
  const exported = names(programMetrics['chain-exporter']('round'));
  expect(exported).toEqual(expect.arrayContaining(Object.values(chainExporterMetrics)));
});

test('kube-state-metrics watches each kind whose metrics are asked for', () => {
  expect(Object.values(watched).flat()).toEqual(expect.arrayContaining(Object.keys(kubernetesMetrics)));
});

const receivers = [{ name: 'team', to: 'webhook' }];
const told = changedExample('mainnet', [[['monitoring'], { own: { receivers, heartbeat: 'hosted' } }]]);

test('every severity of an alert has a route with a receiver, and every route an alert', () => {
  const { route } = parse(alertmanagerFiles(told, alertsOf(told))['alertmanager.yaml']);
  const routed = route.routes.map(({ matchers, receiver }: any) => [/severity="(\w+)"/.exec(matchers)?.[1], receiver]);
  const used = new Set(alertsOf(told).map(({ severity }) => severity));
  expect(used).toEqual(new Set([...severities, 'heartbeat']));
  expect(new Set(routed.map(([severity]: string[]) => severity))).toEqual(used);
  expect(routed.filter(([, receiver]: string[]) => receiver === 'nobody')).toEqual([]);
});

testWith('promtool')('promtool reads every query of every board', () => {
  for (const bakery of Object.values(bakeries)) {
    const rules = queriesOf(bakery).map(({ expr }, i) => ({ record: `board:query_${i}`, expr }));
    const text = stringify({ groups: [{ name: 'boards', rules }] }, { lineWidth: 0 });
    expect(judged('promtool', { 'boards.yaml': text }, 'check', 'rules', 'boards.yaml')).toContain(
      `SUCCESS: ${rules.length} rules found`,
    );
  }
});
