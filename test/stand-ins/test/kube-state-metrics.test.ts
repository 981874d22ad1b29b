import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { distObjects } from '../../conformance/dist-objects';
import { ROOT } from '../../kit/root';
import { metricsText, resources } from '../kube-state-metrics/families';
import { inCluster } from '../kube-state-metrics/kube-objects';
import { readFlags } from '../kube-state-metrics/kube-state-metrics.program';

const charts = join(ROOT, 'dist/charts');
const bakeries = existsSync(charts) ? readdirSync(charts) : [];
const manifests = bakeries.flatMap((bakery) => distObjects(ROOT, bakery).map(({ manifest }) => manifest as any));

const pod = {
  metadata: { namespace: 'mainnet-baking', name: 'baker-0', uid: 'u', creationTimestamp: '2026-11-29T10:00:00Z' },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False' }],
    initContainerStatuses: [
      {
        name: 'import',
        ready: false,
        restartCount: 4,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: {},
      },
    ],
    containerStatuses: [
      {
        name: 'node',
        ready: true,
        restartCount: 2,
        state: { running: {} },
        lastState: { terminated: { reason: 'OOMKilled' } },
      },
    ],
  },
};

test('the flags of dist/ are ones that kube-state-metrics has, with values that it takes', () => {
  const commands = manifests
    .filter(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'kube-state-metrics')
    .map(({ spec }) => spec.template.spec.containers[0].command);
  for (const [program, ...words] of commands) {
    expect(program).toBe('/kube-state-metrics');
    expect(readFlags(words).resources.split(',')).toContain('pods');
  }
});

test.each([
  [['--resource=pods'], 'unknown flag: --resource'],
  [['pods'], 'unknown command "pods"'],
  [['--resources=pods', '--port=web'], 'invalid argument "web"'],
  [['--resources=pods,claims'], 'resource claims does not exist'],
  [['--resources'], 'flag needs an argument'],
])('%j ends it with its own words', (words, said) => {
  expect(() => readFlags(words)).toThrow(said);
});

test('without a token, or a Service that leads to the API, it does not start', () => {
  const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
  expect(() => inCluster({}, '/nowhere')).toThrow('unable to load in-cluster configuration');
  expect(() => inCluster(env, '/nowhere')).toThrow('/nowhere/token');
});

test('a pod is told of by its state, its containers and its init containers', () => {
  const text = metricsText(resources.pods!, [pod]);
  const of = 'namespace="mainnet-baking",pod="baker-0",uid="u"';
  for (const line of [
    `kube_pod_status_phase{${of},phase="Running"} 1`,
    `kube_pod_status_phase{${of},phase="Pending"} 0`,
    `kube_pod_status_ready{${of},condition="true"} 0`,
    `kube_pod_status_ready{${of},condition="false"} 1`,
    `kube_pod_container_status_restarts_total{${of},container="node"} 2`,
    `kube_pod_container_status_last_terminated_reason{${of},container="node",reason="OOMKilled"} 1`,
    `kube_pod_init_container_status_restarts_total{${of},container="import"} 4`,
    `kube_pod_init_container_status_waiting_reason{${of},container="import",reason="CrashLoopBackOff"} 1`,
  ])
    expect(text.split('\n')).toContain(line);
  expect(text).not.toContain('kube_pod_status_scheduled{'); // it has no such condition yet
});

test('whatever a rule of dist/ asks of kube-state-metrics is told here', () => {
  const rules = manifests.flatMap(({ data }) => data?.['rules.yaml'] ?? []).join('\n');
  const asked = new Set([...rules.matchAll(/\bkube_[a-z_]+\b/g)].map(([name]) => name));
  const told = Object.values(resources).flatMap(({ families }) => families.map(({ name }) => name));
  expect([...asked].filter((name) => !told.includes(name))).toEqual([]);
});
