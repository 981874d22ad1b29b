import type { Bakery } from '../../model/bakery';
import {
  chainExporterMetrics as chain,
  delegateMetric,
  delegateMetrics,
  LAST_RIGHTS,
} from '../../programs/chain-exporter/chain-exporter.contract';
import { BAKER_LABEL, kubeSeries, series } from '../kit/alert';
import { type DashboardOf, type DashboardRow, type Panel, shownInTime, shownNow } from '../kit/dashboard';
import { nodeSeries, ofNodes } from '../kit/octez/node-series';

const MUTEZ = 1_000_000;
const LEGEND = `{{${BAKER_LABEL}}}`;

/** Whether the bakery bakes, and what it stands on. */
export const overviewDashboard: DashboardOf = (bakery) => ({
  name: 'overview',
  title: 'overview',
  rows: [
    ...(bakery.settings.monitoring.own ? [alertRow(bakery)] : []),
    rightsRow(bakery),
    delegateRow(bakery),
    chainRow(bakery),
    nodeRow(bakery),
    ...(bakery.dal ? [dalRow(bakery)] : []),
    podRow(bakery),
  ],
});

const of =
  (bakery: Bakery) =>
  (metric: string, ...matchers: readonly string[]) =>
    series(bakery, 'chain-exporter', metric, ...matchers);

/** What somebody is told of now, and whether those tell who must. */
function alertRow(bakery: Bakery): DashboardRow {
  const firing = `ALERTS{bakery="${bakery.name}",alertstate="firing",severity!="heartbeat"}`;
  const failed = series(bakery, 'alertmanager', 'alertmanager_notifications_failed_total');
  return {
    title: 'Alerts',
    panels: [
      shownInTime('Firing', 'short', 'Each has a section in docs/runbook.md. Nothing here is good.', {
        expr: `count by (alertname, severity) (${firing})`,
        legend: '{{severity}}: {{alertname}}',
      }),
      shownInTime('Targets that are up', 'bool_yes_no', 'What Prometheus scrapes. What is 0 tells nothing.', {
        expr: `min by (component, instance) (up{bakery="${bakery.name}"})`,
        legend: '{{component}} {{instance}}',
      }),
      shownInTime('Messages that did not get through', 'short', 'By kind of receiver, within ten minutes.', {
        expr: `sum by (integration) (increase(${failed}[10m]))`,
        legend: '{{integration}}',
      }),
    ],
  };
}

/** Rights, never blocks: a small baker has none in most of them. */
function rightsRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  const right = 'right="attestation"';
  const perBaker = (metric: string, range: string) =>
    `sum by (${BAKER_LABEL}, result) (increase(${told(metric)}[${range}]))`;
  return {
    title: 'Our rights',
    panels: [
      shownNow('Missed in a row', 'short', 'Attestations. One is bad luck, five page.', {
        expr: `max by (${BAKER_LABEL}) (${told(chain.missedInARow, right)})`,
        legend: LEGEND,
      }),
      shownNow(`Missed of the last ${LAST_RIGHTS}`, 'short', 'Attestations; of fewer after a start of the exporter.', {
        expr: `max by (${BAKER_LABEL}) (${told(chain.missedOfLast, right)})`,
        legend: LEGEND,
      }),
      shownInTime('Attestations in an hour', 'short', 'Rights that were seen in a block, and those that were missed.', {
        expr: perBaker(chain.attestationRights, '1h'),
        legend: `${LEGEND} {{result}}`,
      }),
      shownInTime('Blocks in a day', 'short', 'Rights to bake. Orphaned: seen, and then replaced.', {
        expr: perBaker(chain.blockRights, '1d'),
        legend: `${LEGEND} {{result}}`,
      }),
    ],
  };
}

/** What the chain says of our bakers; chains before staking say less. */
function delegateRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  const known = delegateMetrics(bakery.protocol.blockRank);
  const panel = (
    title: string,
    unit: Panel['unit'],
    description: string,
    [metric, by = 1]: readonly [string, number?],
  ) =>
    known.includes(metric)
      ? [
          shownInTime(title, unit, description, {
            expr: `max by (${BAKER_LABEL}) (${told(metric)})${by === 1 ? '' : ` / ${by}`}`,
            legend: LEGEND,
          }),
        ]
      : [];
  const remaining = delegateMetric('participation', 'remaining_allowed_missed_slots');
  const left = 'Slots that may be missed still in this cycle. Below 0 its rewards for attesting are lost.';
  return {
    title: 'Our bakers',
    panels: [
      shownNow('Cycles until deactivation', 'short', '2 is usual; 0: when this cycle ends.', {
        expr: `min by (${BAKER_LABEL}) (${told(chain.cyclesLeft)})`,
        legend: LEGEND,
      }),
      shownNow('Nonces not revealed', 'short', 'Of blocks of the last cycle. The baker reveals by itself.', {
        expr: `max by (${BAKER_LABEL}) (${told(chain.unrevealedNonces)})`,
        legend: LEGEND,
      }),
      ...panel('Slots left to miss', 'short', left, [remaining]),
      ...panel('Own stake (tez)', 'none', 'What can be slashed of its own.', [delegateMetric('own_staked', ''), MUTEZ]),
      ...panel('Baking power (tez)', 'none', 'What rights follow from.', [delegateMetric('baking_power', ''), MUTEZ]),
      ...panel('Staking balance (tez)', 'none', 'What rights follow from.', [
        delegateMetric('staking_balance', ''),
        MUTEZ,
      ]),
    ],
  };
}

function chainRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  return {
    title: 'The chain',
    panels: [
      shownInTime('Age of the head', 's', 'As the chain-exporter sees it.', {
        expr: `time() - max(${told(chain.headTime)})`,
        legend: 'age',
      }),
      shownInTime('Round of the head', 'short', 'Often above 0: the network is in trouble, or we see it late.', {
        expr: `max(${told(chain.headRank)})`,
        legend: 'round',
      }),
      shownNow('Protocols that our release bakes', 'bool_yes_no', 'By the stage that they are in.', {
        expr: `max by (protocol, stage) (${told(chain.protocolBaked)})`,
        legend: '{{stage}}: {{protocol}}',
      }),
      shownNow('Blocks left in this voting period', 'short', 'A protocol in adoption begins when they are over.', {
        expr: `max by (kind) (${told(chain.votingPeriod)} * on () group_left () max(${told(chain.votingBlocksLeft)}))`,
        legend: '{{kind}}',
      }),
    ],
  };
}

/** The private node and the sentries, side by side. */
function nodeRow(bakery: Bakery): DashboardRow {
  const nodes = [nodeSeries(bakery, 'baker'), ...(bakery.has('sentry') ? [nodeSeries(bakery, 'sentry')] : [])];
  const both = (which: 'head' | 'peers' | 'synced' | 'up') => {
    const exprs = nodes.flatMap((node) => (node[which] ? [`max by (instance) (${ofNodes(bakery, node[which])})`] : []));
    return { expr: exprs.join(' or '), legend: '{{instance}}' };
  };
  const head = both('head');
  return {
    title: 'Nodes',
    panels: [
      shownInTime('Blocks behind', 'short', 'The highest head that any of our nodes has, less its own.', {
        expr: `scalar(max(${head.expr})) - (${head.expr})`,
        legend: head.legend,
      }),
      shownInTime('Peers', 'short', 'The private node has as many as there are sentries.', both('peers')),
      ...(nodes[0].synced
        ? [shownInTime('Synced', 'short', '0: not synced, 1: synced, 2: stuck.', both('synced'))]
        : [shownInTime('Answers', 'bool_yes_no', 'This release says no more of itself.', both('up'))]),
    ],
  };
}

function dalRow(bakery: Bakery): DashboardRow {
  const dal = (metric: string) => series(bakery, 'dal-node', metric);
  return {
    title: 'DAL',
    panels: [
      shownInTime('Slots attested', 'percentunit', 'Below 64 % over a cycle its DAL rewards are lost.', {
        expr: `max by (${BAKER_LABEL}) (avg_over_time(${dal('dal_node_attested_slot_for_baker_per_level_ratio')}[1h]))`,
        legend: LEGEND,
      }),
      shownInTime('Head of the DAL node', 'none', 'Level. A line that is flat follows nothing.', {
        expr: dal('dal_node_new_layer1_head'),
        legend: 'level',
      }),
      shownInTime('Connections', 'short', 'With other DAL nodes.', {
        expr: dal('dal_gs_count_connections'),
        legend: 'connections',
      }),
    ],
  };
}

/** Whatever the pods are for. */
function podRow(bakery: Bakery): DashboardRow {
  const [free, size] = ['available', 'capacity'].map((what) =>
    kubeSeries(bakery, `kubelet_volume_stats_${what}_bytes`),
  );
  const by = 'namespace, persistentvolumeclaim';
  return {
    title: 'Pods and disks',
    panels: [
      shownInTime('Disk left', 'percentunit', 'Of each claim that a pod has mounted.', {
        expr: `min by (${by}) (${free} / ${size})`,
        legend: '{{persistentvolumeclaim}}',
      }),
      shownInTime('Ready', 'bool_yes_no', 'Pods, as Kubernetes sees them.', {
        expr: `max by (namespace, pod) (${kubeSeries(bakery, 'kube_pod_status_ready', 'condition="true"')})`,
        legend: '{{pod}}',
      }),
      shownInTime('Restarts in an hour', 'short', 'Of containers.', {
        expr: `max by (pod, container) (increase(${kubeSeries(bakery, 'kube_pod_container_status_restarts_total')}[1h]))`,
        legend: '{{pod}} {{container}}',
      }),
    ],
  };
}
