import { join } from 'node:path';
import type { KubeObject } from '../../../charts/objects/kube-object';
import type { Bakery } from '../../../model/bakery';
import type { Edit } from '../../../model/rules/rule';
import type { Api } from '../cluster/api';
import { until } from '../cluster/processes';
import type { Cluster } from '../cluster/test-cluster';
import { namespacesOf } from '../dist-objects';
import type { Report } from '../part';
import { machine } from './machine';
import type { Nodes } from './nodes';
import type { Outside } from './outside';
import type { Payer } from './payday/paying-bakery';
import type { People } from './people';
import type { StandInHome } from './stand-in-home';
import { sample } from './text-at';

export interface Actors {
  readonly root: string;
  readonly cluster: Cluster;
  readonly nodes: Nodes;
  readonly report: Report;
  readonly bakery: Bakery;
  /** What was applied. */
  readonly objects: readonly KubeObject[];
  readonly outside: Outside;
  readonly people: People;
  /** The edit of its file that they were rendered after. */
  readonly edit: Edit;
  /** In the order of preference. */
  readonly homes: readonly StandInHome[];
  readonly payer?: Payer;
}

/** A running bakery, for whoever looks at it. Workloads are StatefulSets of one pod, by name. */
export class ScenePods {
  readonly bakery: Bakery;
  readonly cluster: Cluster;
  readonly nodes: Nodes;
  readonly report: Report;
  readonly outside: Outside;
  /** Who hears of its alerts. */
  readonly people: People;
  readonly homes: readonly StandInHome[];
  /** Whoever pays its delegators. */
  readonly payer: Payer | undefined;
  readonly api: Api;
  /** Where everything that bakes lives. */
  readonly namespace: string;

  constructor(protected readonly of: Actors) {
    const { bakery, cluster, nodes, report, outside, people, homes, payer } = of;
    this.bakery = bakery;
    this.cluster = cluster;
    this.nodes = nodes;
    this.report = report;
    this.outside = outside;
    this.people = people;
    this.homes = homes;
    this.payer = payer;
    this.api = cluster.api;
    this.namespace = bakery.namespace('baking');
  }

  /** A path of the API below the namespace: `pods/baker-0`. */
  path(rest: string, group = 'api/v1'): string {
    return `/${group}/namespaces/${this.namespace}/${rest}`;
  }

  pod(workload: string): Promise<any> {
    return this.api.get(this.path(`pods/${workload}-0`));
  }

  async isReady(workload: string): Promise<boolean> {
    const { status } = await this.pod(workload);
    return (status.conditions ?? []).some(({ type, status: is }: any) => type === 'Ready' && is === 'True');
  }

  /** Ends the pod as a drain does; answers once another one has taken its place. */
  async deletePod(workload: string): Promise<any> {
    const { metadata } = await this.pod(workload);
    await this.api.delete(this.path(`pods/${workload}-0`));
    return this.podAfter(workload, metadata.uid);
  }

  /** The pod that comes after the one of that uid. */
  podAfter(workload: string, uid: string): Promise<any> {
    return until(`another pod ${workload}-0`, 60, async () => {
      const pod = await this.pod(workload);
      return pod.metadata.uid !== uid && pod;
    });
  }

  /** What a container of the present pod has said, from then on. */
  async log(workload: string, container: string, since = 0): Promise<string> {
    return this.nodes.logOf(await this.pod(workload), container, since);
  }

  /** What was said about the present pod, from then on: `Unhealthy: Readiness probe failed: ...`. */
  async events(workload: string, since = 0): Promise<string[]> {
    const { metadata } = await this.pod(workload);
    const events = await this.api.list(this.path(`events?fieldSelector=involvedObject.uid%3D${metadata.uid}`));
    return fresh(events, since).map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** What was said about any pod of the bakery, from then on: `dal-node-0: Unhealthy: ...`. */
  async allEvents(since: number): Promise<string[]> {
    const lists = await Promise.all(
      namespacesOf(this.of.objects).map((namespace) => this.api.list(`/api/v1/namespaces/${namespace}/events`)),
    );
    return fresh(lists.flat(), since).map(
      ({ involvedObject, reason, message }) => `${involvedObject.name}: ${reason}: ${message}`,
    );
  }

  /** The pod's line of `kubectl get pods`. */
  async line(workload: string): Promise<string> {
    const words = ['--namespace', this.namespace, 'get', 'pod', `${workload}-0`, '--no-headers'];
    return (await this.cluster.kubectl(words)).stdout.trim();
  }

  /** StatefulSets that hold a node: the private one's first, then the sentries'. */
  get nodeWorkloads(): string[] {
    return ['baker', ...this.bakery.sentries.map(({ instance }) => instance)];
  }

  /** Starts of containers so far, of init containers too, by the kubelets' own files: `<pod>_<uid>/<container>/<number>`. */
  starts(): ReadonlySet<string> {
    const all = this.nodes.startsIn(namespacesOf(this.of.objects));
    return new Set(all.map((line) => line.slice(line.indexOf('_') + 1)));
  }

  /** Whatever was started since then is an error. */
  nothingStarted(since: ReadonlySet<string>): void {
    const started = [...this.starts()].filter((line) => !since.has(line));
    if (started.length > 0) throw new Error(`started in ${this.bakery.name}: ${started.join(', ')}`);
  }

  /** A metric of a node, asked for in its own container: no flow lets anybody scrape it yet, and it listens there alone. */
  async metric(workload: string, name: string): Promise<number> {
    const { spec } = await this.pod(workload);
    const command = spec.containers.flatMap(({ command: words = [] }: any) => words);
    const url = `http://${command[command.indexOf('--metrics-addr') + 1]}/metrics`;
    const words = ['--namespace', this.namespace, 'exec', `${workload}-0`, '-c', 'node', '--'];
    const { status, stdout, stderr } = await this.cluster.kubectl([...words, 'wget', '-q', '-O', '-', url]);
    if (status !== 0) throw new Error(`${workload} serves no metrics at ${url}: ${stderr}`);
    return sample(stdout, name);
  }

  /** Where the disk of a claim is mounted on this machine. */
  disk(claim: string): string {
    return join(machine.folder, 'disks', `${this.namespace}-${claim}`);
  }
}

/** Events have whole seconds. */
const fresh = (events: readonly any[], since: number) =>
  events.filter(({ lastTimestamp, eventTime }) => Date.parse(lastTimestamp ?? eventTime) >= since - 1000);
