import { bakerLabels } from '../../charts/monitoring/scrape-jobs';
import type { Bakery } from '../../model/bakery';
import { type ComponentName, componentNames, components } from '../../model/components';
import { isDialled } from '../../model/flows';
import { agentMetrics } from '../../programs/agent/agent.contract';
import {
  type BlockRank,
  chainExporterMetrics as chain,
  delegateMetrics,
} from '../../programs/chain-exporter/chain-exporter.contract';
import { guardMetrics } from '../../programs/guard/guard.contract';
import { heartbeatMetrics } from '../../programs/heartbeat/heartbeat.contract';

/** What a source tells: metric -> the labels of its own that it has, beside those of its target. */
export type MetricTable = Readonly<Record<string, readonly string[]>>;

/** Who is scraped: components, and the kubelets. */
export type MetricSource = ComponentName | 'kubelet';

/** Labels that each series of a target has, whoever scrapes it; Kubernetes' own have none of them at an operator's. */
export const targetLabels: readonly string[] = ['bakery', 'component', 'instance'];

/** What Prometheus makes by itself: of each target, and of each alert. */
export const madeByPrometheus: MetricTable = {
  up: [],
  ALERTS: ['alertname', 'alertstate', 'severity', 'delegate_name', 'signer', 'namespace', 'pod'],
  ALERTS_FOR_STATE: ['alertname', 'severity', 'delegate_name', 'signer', 'namespace', 'pod'],
};

/** The three series of a histogram. */
function histogram(name: string, ...labels: readonly string[]): MetricTable {
  return { [`${name}_bucket`]: [...labels, 'le'], [`${name}_sum`]: labels, [`${name}_count`]: labels };
}

function each(names: readonly string[], ...labels: readonly string[]): MetricTable {
  return Object.fromEntries(names.map((name) => [name, labels]));
}

const { refusals, seconds, active, phase, nodeUp, headsIgnored, keyUsable, uplinkUp } = guardMetrics;

const guard: MetricTable = {
  [guardMetrics.requests]: ['kind', 'result'],
  [refusals]: ['reason'],
  ...histogram(seconds),
  ...each([guardMetrics.level, guardMetrics.round], 'key', 'kind'),
  [active]: ['key', 'signer'],
  [phase]: ['phase'],
  ...each([guardMetrics.epoch, guardMetrics.floor, guardMetrics.ceiling]),
  ...each([nodeUp, headsIgnored], 'node'),
  ...each(
    [
      ...[
        guardMetrics.signerAwaited,
        guardMetrics.signerAnswered,
        guardMetrics.signerUsable,
        guardMetrics.signerMarked,
      ],
      ...[guardMetrics.clockApart, guardMetrics.agentAge, guardMetrics.agentDropped],
    ],
    'signer',
  ),
  [keyUsable]: ['signer', 'key'],
  [uplinkUp]: ['signer', 'uplink'],
};

const agent: MetricTable = {
  [agentMetrics.requests]: ['result'],
  ...histogram(agentMetrics.seconds),
  ...each([agentMetrics.keyUsable, agentMetrics.signatureAge], 'key'),
  [agentMetrics.keyProblem]: ['key', 'reason'],
  ...each([agentMetrics.lookAge, agentMetrics.epoch]),
  ...each([agentMetrics.markLevel, agentMetrics.markRound], 'key', 'kind'),
  [agentMetrics.partPresent]: ['part'],
  ...each([agentMetrics.mains, agentMetrics.batteryPercent, agentMetrics.batteryVolts, agentMetrics.temperature]),
  ...each([agentMetrics.uplinkUp, agentMetrics.uplinkConnected], 'uplink', 'primary'),
  ...each([agentMetrics.diskFree, agentMetrics.diskReadOnly], 'folder'),
  [agentMetrics.version]: ['program', 'version'],
  ...each([agentMetrics.clockOffset, agentMetrics.clockSynchronised]),
};

const ofDelegate = ['delegate', 'delegate_name'] as const;

function chainExporter(rank: BlockRank): MetricTable {
  return {
    ...each([chain.headLevel, chain.headTime, chain.headRank, chain.cycle, chain.cyclePosition, chain.blocksPerCycle]),
    ...each([chain.nonceWindow, chain.minimalFrozenStake, chain.minimalStake, chain.votingBlocksLeft]),
    [chain.votingPeriod]: ['kind'],
    [chain.protocolBaked]: ['protocol', 'stage'],
    ...each([chain.blockRights, chain.attestationRights, chain.attestationSlots], ...ofDelegate, 'result'),
    ...each([chain.missedInARow, chain.missedOfLast, chain.lastRights], ...ofDelegate, 'right'),
    ...each([chain.cyclesLeft, chain.denunciations, chain.unrevealedNonces], ...ofDelegate),
    [chain.evidence]: [...ofDelegate, 'kind'],
    [chain.walletBalance]: ['address', 'name'],
    ...each([chain.nodeUp, chain.nodeHeadLevel, chain.nodeHeadTime, chain.nodeSynced, chain.nodePeers], 'node'),
    ...each([chain.sourceUp, chain.sourceLevel, chain.sourceAsked, chain.sourceFailures], 'source'),
    ...each([chain.judgedLevel, chain.firstLevel, chain.skippedLevels, chain.readTime]),
    ...each(delegateMetrics(rank), ...ofDelegate),
  };
}

const heartbeat: MetricTable = {
  ...each([heartbeatMetrics.lastSuccess, heartbeatMetrics.watchdogTime]),
  [heartbeatMetrics.misses]: ['reason'],
};

/** Of our own programs, by the labels that they give. Names stand in their contracts. */
export const programMetrics = { guard, agent, 'chain-exporter': chainExporter, heartbeat } as const;

/** Of Octez 25, what a bakery looks at (`octez-node dump-metrics`; src/lib_shell/shell_metrics.ml, lib_p2p, lib_store; lib_dal_node). */
export const octezMetrics = {
  node: {
    ...each(
      ['head_level', 'head_round', 'head_cycle', 'is_bootstrapped', 'synchronisation_status'].map(
        (name) => `octez_validator_chain_${name}`,
      ),
      'chain_id',
    ),
    ...each(['active', 'incoming', 'outgoing', 'private'].map((name) => `octez_p2p_connections_${name}`)),
  },
  'dal-node': {
    ...each(['dal_node_new_layer1_head', 'dal_node_layer1_block_finalized', 'dal_gs_count_connections']),
    dal_node_attested_slot_for_baker_per_level_ratio: ['attester'],
  },
} as const satisfies Record<string, MetricTable>;

/** Signatory 1.4 (pkg/metrics), what is looked at. */
const signatory: MetricTable = {
  signing_ops_total: ['address', 'vault', 'op', 'kind', 'chain_id'],
  ...histogram('vault_sign_request_duration_milliseconds', 'vault', 'address', 'op', 'chain_id'),
  vault_sign_request_error_total: ['vault', 'code', 'chain_id'],
  watermark_rejection_total: ['address', 'operation_type', 'chain_id', 'reason'],
  watermark_io_errors_total: ['backend', 'error_type', 'table_name', 'operation'],
};

/** A metric of kube-state-metrics, by the kind that it watches (docs/metrics/workload and storage, 2.17). None is opt-in. */
export const kubernetesMetrics: Readonly<Record<string, MetricTable>> = {
  pods: {
    kube_pod_status_phase: ['namespace', 'pod', 'uid', 'phase'],
    kube_pod_status_ready: ['namespace', 'pod', 'uid', 'condition'],
    kube_pod_owner: ['namespace', 'pod', 'uid', 'owner_kind', 'owner_name', 'owner_is_controller'],
    kube_pod_start_time: ['namespace', 'pod', 'uid'],
    ...each(
      ['kube_pod_container_status_restarts_total', 'kube_pod_init_container_status_restarts_total'],
      ...['namespace', 'pod', 'uid', 'container'],
    ),
    ...each(
      [
        'kube_pod_container_status_waiting_reason',
        'kube_pod_init_container_status_waiting_reason',
        'kube_pod_container_status_last_terminated_reason',
      ],
      ...['namespace', 'pod', 'uid', 'container', 'reason'],
    ),
    kube_pod_container_status_last_terminated_exitcode: ['namespace', 'pod', 'uid', 'container'],
  },
  statefulsets: each(
    ['kube_statefulset_replicas', 'kube_statefulset_status_replicas_ready', 'kube_statefulset_created'],
    ...['namespace', 'statefulset'],
  ),
  jobs: each(
    [
      'kube_job_status_failed',
      'kube_job_status_succeeded',
      'kube_job_status_active',
      'kube_job_status_completion_time',
    ],
    ...['namespace', 'job_name'],
  ),
  cronjobs: each(
    ['kube_cronjob_status_last_successful_time', 'kube_cronjob_status_last_schedule_time', 'kube_cronjob_spec_suspend'],
    ...['namespace', 'cronjob'],
  ),
  persistentvolumeclaims: {
    kube_persistentvolumeclaim_created: ['namespace', 'persistentvolumeclaim'],
    kube_persistentvolumeclaim_status_phase: ['namespace', 'persistentvolumeclaim', 'phase'],
  },
};

/** `metric_relabel_configs` of the kubelets' job keep these and no others. */
const kubelet = each(
  ['kubelet_volume_stats_available_bytes', 'kubelet_volume_stats_capacity_bytes'],
  ...['namespace', 'persistentvolumeclaim'],
);

/** Of Prometheus 3.16 and Alertmanager 0.31 themselves. */
const prometheus: MetricTable = { prometheus_rule_evaluation_failures_total: ['rule_group'] };
const alertmanager: MetricTable = { alertmanager_notifications_failed_total: ['integration', 'reason'] };

/** Everything that the Prometheus of a bakery can know, by source: a name that is not here selects nothing, ever. */
export function scrapedMetrics(bakery: Bakery): Readonly<Partial<Record<MetricSource, MetricTable>>> {
  const { custody } = bakery.settings;
  const atGateway = custody.homes ? { ...guard, ...toldByGuard(agent) } : custody.kms ? signatory : {};
  const tables: Partial<Record<MetricSource, MetricTable>> = {
    baker: octezMetrics.node,
    sentry: octezMetrics.node,
    'dal-node': octezMetrics['dal-node'],
    'signer-gateway': atGateway,
    'chain-exporter': chainExporter(bakery.protocol.blockRank),
    heartbeat,
    'kube-state-metrics': Object.assign({}, ...Object.values(kubernetesMetrics)),
    prometheus,
    alertmanager,
  };
  const told = componentNames.filter((name) => bakery.has(name) && isScraped(bakery, name));
  // An operator's Prometheus has these of its own.
  const kubernetes = { 'kube-state-metrics': tables['kube-state-metrics'], kubelet };
  return {
    ...Object.fromEntries(told.map((name) => [name, withBakers(bakery, name, tables[name] ?? {})])),
    ...kubernetes,
  };
}

function isScraped(bakery: Bakery, component: ComponentName): boolean {
  const watchesItself = component === 'prometheus' || component === 'alertmanager';
  return (
    watchesItself || ('metrics' in components[component].ports && isDialled(bakery, component, 'metrics' as never))
  );
}

/** The guard puts the signer's name before an agent's own labels. */
function toldByGuard(table: MetricTable): MetricTable {
  return Object.fromEntries(Object.entries(table).map(([name, labels]) => [name, ['signer', ...labels]]));
}

/** The relabelling of a component's series: whose they are. */
function withBakers(bakery: Bakery, component: ComponentName, table: MetricTable): MetricTable {
  const [{ sourceLabels = [], targetLabel = '' } = {}] = bakerLabels(bakery, component);
  const isOfBaker = (labels: readonly string[]) => sourceLabels.some((label) => labels.includes(label));
  return Object.fromEntries(
    Object.entries(table).map(([name, labels]) => [name, isOfBaker(labels) ? [...labels, targetLabel] : labels]),
  );
}
