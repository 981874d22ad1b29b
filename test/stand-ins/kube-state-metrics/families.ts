/** Labels beside those of the object itself, and the value. */
type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A metric family of kube-state-metrics, named and labelled as its documentation does (docs/metrics/). */
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  samples(object: any): readonly Sample[];
}

export interface Resource {
  /** Of its collection in a namespace, or in all. */
  path(namespace?: string): string;
  /** What each sample says of its object. */
  labels(object: any): Readonly<Record<string, string>>;
  readonly families: readonly Family[];
}

const collection =
  (group: string, plural: string) =>
  (namespace?: string): string =>
    namespace ? `/${group}/namespaces/${namespace}/${plural}` : `/${group}/${plural}`;

const called =
  (label: string) =>
  ({ metadata: { namespace, name } }: any) => ({ namespace, [label]: name });

const gauge = (name: string, help: string, samples: Family['samples']): Family => {
  return { name, type: 'gauge', help, samples };
};

const seconds = (time: string | undefined): readonly Sample[] => (time ? [[{}, Date.parse(time) / 1000]] : []);
const number = (value: number | undefined): readonly Sample[] => (value === undefined ? [] : [[{}, value]]);

const PHASES = ['Pending', 'Succeeded', 'Failed', 'Unknown', 'Running'];
const CONDITION_VALUES = ['true', 'false', 'unknown'];

const phase = ({ status }: any): Sample[] => PHASES.map((each) => [{ phase: each }, Number(status.phase === each)]);

/** Three samples of a condition that the pod has, none of one that it has not yet. */
const condition =
  (wanted: string) =>
  ({ status }: any): Sample[] =>
    (status.conditions ?? [])
      .filter(({ type }: any) => type === wanted)
      .flatMap(({ status: is }: any) =>
        CONDITION_VALUES.map((each): Sample => [{ condition: each }, Number(is.toLowerCase() === each)]),
      );

/** Families of containers of one kind; those of init containers have the same names but for a word. */
function containerFamilies(kind: 'container' | 'init_container', list: string): Family[] {
  const each = (value: (status: any) => number) => (pod: any) =>
    (pod.status[list] ?? []).map((status: any): Sample => [{ container: status.name }, value(status)]);
  const reason = (of: (status: any) => { reason?: string } | undefined) => (pod: any) =>
    (pod.status[list] ?? []).flatMap((status: any): Sample[] => {
      const found = of(status)?.reason;
      return found === undefined ? [] : [[{ container: status.name, reason: found }, 1]];
    });
  const name = (rest: string) => `kube_pod_${kind}_status_${rest}`;
  const of = kind === 'container' ? 'container' : 'init container';
  return [
    gauge(
      name('ready'),
      `Whether the readiness check of the ${of} succeeded.`,
      each(({ ready }) => Number(ready)),
    ),
    gauge(
      name('running'),
      `Whether the ${of} runs.`,
      each(({ state }) => Number(state.running !== undefined)),
    ),
    {
      name: name('restarts_total'),
      type: 'counter',
      help: `The number of restarts of the ${of}.`,
      samples: each(({ restartCount }) => restartCount),
    },
    gauge(
      name('waiting_reason'),
      `Why the ${of} waits.`,
      reason(({ state }) => state.waiting),
    ),
    gauge(
      name('terminated_reason'),
      `Why the ${of} has ended.`,
      reason(({ state }) => state.terminated),
    ),
    ...(kind === 'container' ? [lastExitCode(name('last_terminated_exitcode'), list)] : []),
    gauge(
      name('last_terminated_reason'),
      `Why the ${of} ended last.`,
      reason(({ lastState }) => lastState.terminated),
    ),
  ];
}

/** None of init containers, and none before the first end. */
function lastExitCode(name: string, list: string): Family {
  return gauge(name, 'With what the container ended last.', ({ status }) =>
    (status[list] ?? []).flatMap(({ name: container, lastState }: any): Sample[] =>
      lastState.terminated ? [[{ container }, lastState.terminated.exitCode]] : [],
    ),
  );
}

const podFamilies: readonly Family[] = [
  gauge('kube_pod_created', 'Unix creation timestamp.', ({ metadata }) => seconds(metadata.creationTimestamp)),
  gauge('kube_pod_start_time', 'Start time of the pod.', ({ status }) => seconds(status.startTime)),
  gauge('kube_pod_status_phase', 'The phase of the pod.', phase),
  gauge('kube_pod_status_ready', 'Whether the pod is ready to serve.', condition('Ready')),
  gauge('kube_pod_status_scheduled', 'Whether the pod has a node.', condition('PodScheduled')),
  ...containerFamilies('container', 'containerStatuses'),
  ...containerFamilies('init_container', 'initContainerStatuses'),
];

const CLAIM_PHASES = ['Lost', 'Bound', 'Pending'];

/** Resources by their names in `--resources`; upstream has more, which nobody here asks for. */
export const resources: Readonly<Record<string, Resource>> = {
  pods: {
    path: collection('api/v1', 'pods'),
    labels: (object) => ({ ...called('pod')(object), uid: object.metadata.uid }),
    families: podFamilies,
  },
  persistentvolumeclaims: {
    path: collection('api/v1', 'persistentvolumeclaims'),
    labels: called('persistentvolumeclaim'),
    families: [
      gauge('kube_persistentvolumeclaim_status_phase', 'The phase of the claim.', ({ status }) =>
        CLAIM_PHASES.map((each) => [{ phase: each }, Number(status.phase === each)]),
      ),
    ],
  },
  statefulsets: {
    path: collection('apis/apps/v1', 'statefulsets'),
    labels: called('statefulset'),
    families: [
      gauge('kube_statefulset_replicas', 'Desired pods.', ({ spec }) => number(spec.replicas)),
      gauge('kube_statefulset_status_replicas', 'Pods.', ({ status }) => number(status.replicas)),
      gauge('kube_statefulset_status_replicas_ready', 'Ready pods.', ({ status }) => number(status.readyReplicas ?? 0)),
    ],
  },
  jobs: {
    path: collection('apis/batch/v1', 'jobs'),
    labels: called('job_name'),
    families: [
      gauge('kube_job_status_active', 'Pods that run.', ({ status }) => number(status.active ?? 0)),
      gauge('kube_job_status_succeeded', 'Pods that succeeded.', ({ status }) => number(status.succeeded ?? 0)),
    ],
  },
  cronjobs: {
    path: collection('apis/batch/v1', 'cronjobs'),
    labels: called('cronjob'),
    families: [
      gauge('kube_cronjob_spec_suspend', 'Whether it is suspended.', ({ spec }) =>
        number(Number(spec.suspend ?? false)),
      ),
      gauge('kube_cronjob_status_last_schedule_time', 'When it last began.', ({ status }) =>
        seconds(status?.lastScheduleTime),
      ),
      gauge('kube_cronjob_status_last_successful_time', 'When it last succeeded.', ({ status }) =>
        seconds(status?.lastSuccessfulTime),
      ),
    ],
  },
};

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Prometheus' text of a resource: every family by name, also one that nothing has samples of. */
export function metricsText({ families, labels }: Resource, objects: readonly any[]): string {
  const line = (name: string, all: Readonly<Record<string, string>>, value: number) =>
    `${name}{${Object.entries(all).map(([key, text]) => `${key}="${escaped(text)}"`)}} ${value}\n`;
  return families
    .map(({ name, help, type, samples }) => {
      const lines = objects.flatMap((object) =>
        samples(object).map(([more, value]) => line(name, { ...labels(object), ...more }, value)),
      );
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}
