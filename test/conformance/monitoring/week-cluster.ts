import { isIn, positionAt, type While } from './week-values';
import type { Labels, Teller, WeekWorld } from './week-world';

const GIB = 1024 ** 3;

/** kube-state-metrics. */
export function tellKubernetes(world: WeekWorld): void {
  const tell = world.target('kube-state-metrics', 'kube-state-metrics');
  for (const { namespace, name, containers } of world.rendered.pods)
    tellPod(world, tell, { namespace, name, containers });
  const { payouts } = world.happenings;
  const namespace = world.bakery.namespace('payouts');
  for (const [i, { at, fails }] of payouts.entries()) {
    // One that has failed lies there for two hours; the next one pays.
    const runs: readonly While[] = fails ? [at, { from: at.from + 10, minutes: at.minutes }] : [at];
    for (const [attempt, own] of runs.entries()) {
      const ended = fails && attempt === 0 ? 'Failed' : 'Succeeded';
      tellJobPod(tell, { namespace, pod: `payouts-${i}-${attempt}` }, own, ended);
    }
  }
}

/** A pod that is made anew has its restarts counted from 0. */
function tellPod(
  world: WeekWorld,
  tell: Teller,
  { namespace, name, containers }: { namespace: string; name: string; containers: readonly string[] },
): void {
  const instance = name.replace(/-\d+$/, '');
  const pod = { namespace, pod: name };
  const isReady = (minute: number) => !world.isAway(instance, minute);
  const set = { namespace, statefulset: instance };
  tell('kube_statefulset_replicas', set, () => 1);
  tell('kube_statefulset_status_replicas_ready', set, (minute) => Number(isReady(minute)));
  tell('kube_pod_status_ready', { ...pod, condition: 'true' }, (minute) => Number(isReady(minute)));
  for (const phase of ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']) {
    tell('kube_pod_status_phase', { ...pod, phase }, (minute) => {
      return Number(phase === (world.isImporting(instance, minute) ? 'Pending' : 'Running'));
    });
  }
  for (const container of containers) {
    tell('kube_pod_container_status_restarts_total', { ...pod, container }, () => 0);
    tell('kube_pod_container_status_last_terminated_reason', { ...pod, container, reason: 'Completed' }, (minute) =>
      world.wasAway(instance, minute, 600) ? 1 : undefined,
    );
    tell('kube_pod_container_status_last_terminated_exitcode', { ...pod, container }, (minute) =>
      world.wasAway(instance, minute, 600) ? 0 : undefined,
    );
    tell('kube_pod_container_status_waiting_reason', { ...pod, container, reason: 'PodInitializing' }, (minute) =>
      world.isAway(instance, minute) ? 1 : undefined,
    );
  }
  if (!/^(baker|sentry)/.test(name)) return;
  tell('kube_pod_init_container_status_restarts_total', { ...pod, container: 'import' }, () => 0);
  tell(
    'kube_pod_init_container_status_waiting_reason',
    { ...pod, container: 'identity', reason: 'PodInitializing' },
    (minute) => (world.isImporting(instance, minute) ? 1 : undefined),
  );
}

function tellJobPod(tell: Teller, pod: Labels, at: While, ended: string): void {
  const lies = { from: at.from, minutes: at.minutes + 120 };
  tell('kube_pod_status_ready', { ...pod, condition: 'true' }, (minute) =>
    isIn(minute, lies) ? Number(isIn(minute, at)) : undefined,
  );
  for (const phase of ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']) {
    tell('kube_pod_status_phase', { ...pod, phase }, (minute) => {
      if (!isIn(minute, lies)) return undefined;
      return Number(phase === (isIn(minute, at) ? 'Running' : ended));
    });
  }
}

/** Stores of nodes fill for a cycle and are cleaned when it ends; an import empties its disk and fills it again. */
export function tellDisks(world: WeekWorld): void {
  const tell = world.target('kubelet', 'node-1');
  for (const { namespace, name: persistentvolumeclaim } of world.rendered.claims) {
    const claim = { namespace, persistentvolumeclaim };
    const instance = world.rendered.pods.find(({ name }) =>
      persistentvolumeclaim.startsWith(name.replace(/-\d+$/, '')),
    );
    const imports = world.happenings.imports[instance?.name.replace(/-\d+$/, '') ?? ''] ?? [];
    const isOfNode = /^(baker-node|sentry)/.test(persistentvolumeclaim);
    const size = isOfNode ? 150 * GIB : 10 * GIB;
    tell('kubelet_volume_stats_capacity_bytes', claim, () => size);
    tell('kubelet_volume_stats_available_bytes', claim, (minute) => {
      if (!isOfNode) return size / 2;
      const breath = 500_000 * positionAt(minute);
      const importing = imports.find((each) => isIn(minute, each));
      const freed = importing ? 70 * GIB * (1 - (minute - importing.from) / importing.minutes) : 0;
      return Math.round(70 * GIB - breath + freed);
    });
  }
}

/** Prometheus and Alertmanager themselves. */
export function tellWatchers(world: WeekWorld): void {
  const group = `/etc/prometheus/rules.yaml;${world.bakery.name}-platform`;
  world.target('prometheus', 'prometheus')('prometheus_rule_evaluation_failures_total', { rule_group: group }, () => 0);
  const tell = world.target('alertmanager', 'alertmanager');
  for (const integration of ['slack', 'pagerduty', 'webhook']) {
    for (const reason of ['other', 'clientError', 'serverError']) {
      tell('alertmanager_notifications_failed_total', { integration, reason, receiver_name: 'x' }, () => 0);
    }
  }
}
