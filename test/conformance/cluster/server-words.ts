import { join } from 'node:path';
import type { RunState } from '../run-state';
import { kubeletClient } from './kubelet-client';

/** How long Kubernetes waits before it gives a node up. */
export interface Waits {
  /** Without a sign of life, until a node counts as lost (node-monitor-grace-period). */
  readonly nodeGraceSeconds: number;
  /** Until pods leave a lost node, for those that say nothing of their own. */
  readonly unreachableTolerationSeconds: number;
}

/** Shortened, never skipped: what is judged is what happens, and in which order. */
export const waits: Waits = { nodeGraceSeconds: 10, unreachableTolerationSeconds: 5 };
/** Kubernetes' own, and GKE's. */
export const fullWaits: Waits = { nodeGraceSeconds: 50, unreachableTolerationSeconds: 300 };

/** Command lines of the control plane's programs. */
export function etcdWords(state: RunState, client: string, peer: string): string[] {
  return [
    `--data-dir=${join(state.folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync', // nobody reads its data after the run
  ];
}

export interface ApiServerOptions {
  readonly etcdUrl: string;
  readonly port: number;
  readonly waits: Waits;
}

export function apiServerWords(state: RunState, { etcdUrl, port, waits }: ApiServerOptions): string[] {
  const serviceAccountKey = join(state.folder, 'service-accounts.key');
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none', // loopback is no address that pods could use
    `--secure-port=${port}`,
    `--cert-dir=${join(state.folder, 'tls')}`,
    `--token-auth-file=${join(state.folder, 'tokens.csv')}`,
    '--authorization-mode=Node,RBAC',
    '--anonymous-auth=false',
    '--kubelet-preferred-address-types=InternalIP', // names of nodes are nobody's
    `--kubelet-client-certificate=${kubeletClient(state).certificate}`,
    `--kubelet-client-key=${kubeletClient(state).key}`,
    '--allow-privileged=true', // as on GKE: what refuses a privileged pod must be Pod Security
    `--service-account-key-file=${serviceAccountKey}`,
    `--service-account-signing-key-file=${serviceAccountKey}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.96.0.0/16',
    `--default-not-ready-toleration-seconds=${waits.unreachableTolerationSeconds}`,
    `--default-unreachable-toleration-seconds=${waits.unreachableTolerationSeconds}`,
  ];
}

export function managerWords(state: RunState, waits: Waits): string[] {
  return [
    `--kubeconfig=${join(state.folder, 'kubeconfig')}`,
    '--leader-elect=false',
    '--secure-port=0',
    `--service-account-private-key-file=${join(state.folder, 'service-accounts.key')}`,
    `--node-monitor-grace-period=${waits.nodeGraceSeconds}s`,
    '--node-monitor-period=1s',
    ...haste,
    '--node-eviction-rate=10',
    '--secondary-node-eviction-rate=10',
  ];
}

export function schedulerWords(state: RunState): string[] {
  return [`--kubeconfig=${join(state.folder, 'kubeconfig')}`, '--leader-elect=false', '--secure-port=0', ...haste];
}

/** Their own limits of 20 and 50 calls a second suit a server for many; here they are most of the time of a part. */
const haste = ['--kube-api-qps=500', '--kube-api-burst=1000'];
