import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import type { RunState } from '../run-state';
import { run } from '../tools/run';
import { kubernetesPrograms, type Tools } from '../tools/tools';
import { kubeletClient, makeKubeletClient } from './kubelet-client';
import { freePorts, type Started, start, until } from './processes';
import { apiServerWords, etcdWords, managerWords, schedulerWords, type Waits } from './server-words';
import type { Access } from './test-cluster';

/** etcd, API server, controller manager and scheduler on loopback, with ports, data and keys of their own. */
export class ControlPlane {
  private readonly started: Started[] = [];

  private constructor(
    private readonly state: RunState,
    private readonly binaries: Binaries,
    private readonly ports: readonly number[],
    /** The administrator's. */
    private readonly token: string,
    private waits: Waits,
  ) {}

  /** Ready when it answers. */
  static async start(tools: Tools, state: RunState, waits: Waits): Promise<ControlPlane> {
    await makeKubeletClient(tools, state);
    const plane = new ControlPlane(state, await binariesOf(tools), await freePorts(3), writeKeys(state), waits);
    const words = etcdWords(state, plane.etcdUrl, `http://127.0.0.1:${plane.ports[1]}`);
    plane.started.push(start(state, plane.binaries.etcd, words, 'etcd'));
    await healthy(plane.started, () => answers(`${plane.etcdUrl}/health`));
    await plane.serve();
    return plane;
  }

  get programs(): readonly Started[] {
    return this.started;
  }

  get access(): Access {
    const { state, token, binaries } = this;
    return {
      kubeconfig: join(state.folder, 'kubeconfig'),
      server: `https://127.0.0.1:${this.ports[2]}`,
      certificate: readFileSync(join(state.folder, 'tls', 'apiserver.crt'), 'utf8'),
      token,
      kubeletClientCertificate: kubeletClient(state).certificate,
      kubectlProgram: binaries.kubectl,
      etcdProgram: binaries.etcd,
    };
  }

  /**
   * The API server goes away while `work` lasts, and then answers again: same address, same objects. Whoever only talks to
   * it goes with it: a scheduler that missed something ends by itself, and where it is a static pod, as usual, starts anew.
   */
  async withoutApiServer(work: () => Promise<void>): Promise<void> {
    await stopInOrder(this.started.splice(1));
    try {
      await work();
    } finally {
      await this.serve();
    }
  }

  /** Pods that are made from now on are subject to these. */
  async useWaits(wanted: Waits): Promise<void> {
    if (wanted === this.waits) return;
    this.waits = wanted;
    await this.withoutApiServer(async () => {});
  }

  stop(): Promise<void> {
    return stopInOrder(this.started);
  }

  private get etcdUrl(): string {
    return `http://127.0.0.1:${this.ports[0]}`;
  }

  private async serve(): Promise<void> {
    const { state, started, binaries } = this;
    const launch = (name: keyof Binaries, words: readonly string[]) =>
      started.push(start(state, binaries[name], words, name));
    launch('kube-apiserver', apiServerWords(state, { etcdUrl: this.etcdUrl, port: this.ports[2]!, waits: this.waits }));
    // It writes the key after the certificate, which is whole then: half of one would never be believed.
    await healthy(started, async () => existsSync(join(state.folder, 'tls', 'apiserver.key')));
    writeKubeconfig(this.access);
    await healthy(started, () => this.isReady());
    launch('kube-controller-manager', managerWords(state, this.waits));
    launch('kube-scheduler', schedulerWords(state));
  }

  private async isReady(): Promise<boolean> {
    const words = ['--kubeconfig', this.access.kubeconfig, 'get', '--raw', '/readyz'];
    const { status, stderr } = await run(this.binaries.kubectl, words, { alone: this.state.folder });
    if (status !== 0) throw new Error(stderr.trim());
    return true;
  }
}

type Binaries = Readonly<Record<'etcd' | (typeof kubernetesPrograms)[number], string>>;

async function binariesOf(tools: Tools): Promise<Binaries> {
  const paths = kubernetesPrograms.map(async (name) => [name, await tools.kubernetes(name)] as const);
  return Object.fromEntries([['etcd', await tools.etcd()], ...(await Promise.all(paths))]) as Binaries;
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
