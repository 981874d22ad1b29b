import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import type { RunState } from '../run-state';
import { run } from '../tools/run';
import type { Tools } from '../tools/tools';
import type { Access } from './cluster';
import { kubeletClient, makeKubeletClient } from './kubelet-client';
import { freePorts, type Started, start, until } from './processes';

/** A running control plane, and how to end it. */
export interface ControlPlane {
  readonly access: Access;
  readonly programs: readonly Started[];
  /** The API server goes away while `work` lasts, and then answers again: same address, same objects. */
  withoutApiServer(work: () => Promise<void>): Promise<void>;
  /** Pods that are made from now on are subject to these. */
  useWaits(waits: Waits): Promise<void>;
  stop(): Promise<void>;
}

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

/** etcd, API server, controller manager and scheduler on loopback, with ports, data and keys of their own. */
export async function startControlPlane(tools: Tools, state: RunState): Promise<ControlPlane> {
  const etcdProgram = await tools.etcd();
  const kubectlProgram = await tools.kubernetes('kubectl');
  const servers = await serverPrograms(tools);
  const [clientPort, peerPort, apiPort] = await freePorts(3);
  const etcdUrl = `http://127.0.0.1:${clientPort}`;
  const programs = [start(state, etcdProgram, etcdWords(state, etcdUrl, `http://127.0.0.1:${peerPort}`), 'etcd')];
  await healthy(programs, () => answers(`${etcdUrl}/health`));

  const token = writeKeys(state);
  await makeKubeletClient(tools, state);
  const kubeconfig = join(state.folder, 'kubeconfig');
  const isReady = async () => {
    const words = ['--kubeconfig', kubeconfig, 'get', '--raw', '/readyz'];
    const { status, stderr } = await run(kubectlProgram, words, { alone: state.folder });
    if (status !== 0) throw new Error(stderr.trim());
    return true;
  };
  const certificateFile = join(state.folder, 'tls', 'apiserver.crt');
  const access = (): Access => ({
    kubeconfig,
    server: `https://127.0.0.1:${apiPort}`,
    certificate: readFileSync(certificateFile, 'utf8'),
    token,
    kubeletClientCertificate: kubeletClient(state).certificate,
    kubectlProgram,
    etcdProgram,
  });

  let inForce = waits;
  const serve = async () => {
    const apiServer = apiServerWords(state, { etcdUrl, port: apiPort!, waits: inForce });
    programs.push(start(state, servers['kube-apiserver'], apiServer, 'kube-apiserver'));
    // It writes the key after the certificate, which is whole then: half of one would never be believed.
    await healthy(programs, async () => existsSync(join(state.folder, 'tls', 'apiserver.key')));
    writeKubeconfig(access());
    await healthy(programs, isReady);
    const manager = managerWords(state, inForce);
    programs.push(start(state, servers['kube-controller-manager'], manager, 'kube-controller-manager'));
    programs.push(start(state, servers['kube-scheduler'], schedulerWords(state), 'kube-scheduler'));
  };
  // Whoever only talks to the API server goes with it: a scheduler that missed something ends by itself, and where it
  // is a static pod, as usual, starts anew.
  const withoutApiServer = async (work: () => Promise<void>) => {
    await stopInOrder(programs.splice(1));
    try {
      await work();
    } finally {
      await serve();
    }
  };
  const useWaits = async (wanted: Waits) => {
    inForce = wanted;
    await withoutApiServer(async () => {});
  };
  await serve();
  return { access: access(), programs, withoutApiServer, useWaits, stop: () => stopInOrder(programs) };
}

const serverNames = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

async function serverPrograms(tools: Tools): Promise<Record<(typeof serverNames)[number], string>> {
  const paths = await Promise.all(serverNames.map(async (name) => [name, await tools.kubernetes(name)] as const));
  return Object.fromEntries(paths) as Record<(typeof serverNames)[number], string>;
}

/** Keys that the server signs with and knows its administrator by; answers the administrator's token. */
function writeKeys(state: RunState): string {
  const token = randomBytes(24).toString('hex');
  writeFileSync(join(state.folder, 'tokens.csv'), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(join(state.folder, 'service-accounts.key'), privateKey, { mode: 0o600 });
  return token;
}

function etcdWords(state: RunState, client: string, peer: string): string[] {
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

interface ApiServerOptions {
  readonly etcdUrl: string;
  readonly port: number;
  readonly waits: Waits;
}

function apiServerWords(state: RunState, { etcdUrl, port, waits }: ApiServerOptions): string[] {
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

function managerWords(state: RunState, waits: Waits): string[] {
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

function schedulerWords(state: RunState): string[] {
  return [`--kubeconfig=${join(state.folder, 'kubeconfig')}`, '--leader-elect=false', '--secure-port=0', ...haste];
}

/** Their own limits of 20 and 50 calls a second suit a server for many; here they are most of the time of a part. */
const haste = ['--kube-api-qps=500', '--kube-api-burst=1000'];

function writeKubeconfig({ kubeconfig, server, certificate, token }: Access): void {
  const ca = Buffer.from(certificate).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'conformance', cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'conformance', context: { cluster: 'conformance', user: 'admin' } }],
    'current-context': 'conformance',
  };
  writeFileSync(kubeconfig, JSON.stringify(config, null, 2), { mode: 0o600 }); // YAML is a superset of JSON
}

/** Waits for the program that was started last; one that ended instead has said why. */
async function healthy(programs: readonly Started[], check: () => Promise<boolean>): Promise<void> {
  const last = programs.at(-1)!;
  try {
    const state = await until(`${last.name} answers`, 60, async () =>
      last.running() ? (await check()) && 'up' : 'down',
    );
    if (state === 'down') throw new Error(`${last.name} has ended`);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${last.log()}`);
  }
}

/** Clients first: a server without its store fills its log. */
async function stopInOrder(programs: readonly Started[]): Promise<void> {
  for (const program of [...programs].reverse()) await program.stop();
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}
