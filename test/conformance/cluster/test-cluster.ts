import { dirname } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Answer, run } from '../tools/run';
import { Api, contentTypes } from './api';
import type { ControlPlane } from './control-plane';
import crds from './crds.yaml';
import { until } from './processes';
import type { Waits } from './server-words';

/** Where a running cluster answers. */
export interface Access {
  /** For kubectl and whoever else reads one. */
  readonly kubeconfig: string;
  /** https://127.0.0.1:<port> */
  readonly server: string;
  /** The certificate that the server shows, PEM. */
  readonly certificate: string;
  /** Bearer token of a cluster administrator. */
  readonly token: string;
  /** File of the certificate that the API server shows to kubelets. */
  readonly kubeletClientCertificate: string;
  readonly kubectlProgram: string;
  readonly etcdProgram: string;
}

/** A real Kubernetes control plane on loopback; its nodes are simulated. */
export class Cluster {
  readonly kubeconfig: string;
  readonly server: string;
  /** For many small calls: no process per call. */
  readonly api: Api;

  private readonly access: Access;

  constructor(private readonly controlPlane: ControlPlane) {
    this.access = controlPlane.access;
    this.kubeconfig = this.access.kubeconfig;
    this.server = this.access.server;
    this.api = new Api(this.access);
  }

  /** What the API server shows the kubelets; a file, PEM. */
  get kubeletClientCertificate(): string {
    return this.access.kubeletClientCertificate;
  }

  /** How long nodes may be silent, for pods that are made from now on. */
  useWaits(waits: Waits): Promise<void> {
    return this.controlPlane.useWaits(waits);
  }

  /** The API server, and those who live by it, are away while `work` lasts. */
  withoutApiServer(work: () => Promise<void>): Promise<void> {
    return this.controlPlane.withoutApiServer(work);
  }

  /** Runs kubectl; an answer of whatever status is an answer. */
  kubectl(words: readonly string[], input?: string): Promise<Answer> {
    return run(this.access.kubectlProgram, ['--kubeconfig', this.kubeconfig, ...words], {
      input,
      // It keeps a cache of what the server knows in its home, where it also finds a person's own settings.
      alone: dirname(this.kubeconfig),
    });
  }

  /** The server's own schemas: `openapi/v3` lists them, `openapi/v3/apis/apps/v1` is one. */
  openApi(path = 'openapi/v3'): Promise<any> {
    return this.api.get(`/${path}`);
  }

  /** Kinds that GKE adds to Kubernetes. */
  async installCustomResources(): Promise<void> {
    for (const document of parseAllDocuments(crds)) {
      const crd = document.toJS();
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}`;
      await this.api.send('PATCH', `${path}?fieldManager=gke&fieldValidation=Strict`, crd, contentTypes.apply);
      await until(`${crd.metadata.name} is established`, 20, async () =>
        (await this.api.get(path)).status?.conditions?.some(
          ({ type, status }: { type: string; status: string }) => type === 'Established' && status === 'True',
        ),
      );
    }
  }

  /** The server's version, as in v1.35.4. */
  async version(): Promise<string> {
    return (await this.api.get('/version')).gitVersion;
  }

  async kubectlVersion(): Promise<string> {
    const { stdout } = await this.kubectl(['version', '--client', '-o', 'json']);
    return JSON.parse(stdout).clientVersion.gitVersion;
  }

  async etcdVersion(): Promise<string> {
    const { stdout } = await run(this.access.etcdProgram, ['--version']);
    return /etcd Version: (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  }
}
