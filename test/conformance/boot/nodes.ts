import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, type Started, start, until } from '../cluster/processes';
import type { Cluster } from '../cluster/test-cluster';
import { RunState } from '../run-state';
import { mustRun } from '../tools/run';
import type { Tools } from '../tools/tools';
import { ApiDoor } from './api-door';
import { containerLines, containerLogs, containerStarts } from './container-logs';
import { importImage, inContainerd, startContainerd } from './containerd';
import { startDns } from './dns';
import { pauseArchive } from './image-builder';
import { clearedMachine, clearMachine } from './leftovers';
import { makeDisk } from './local-volumes';
import { machine, type NodePlace, placesIn } from './machine';
import { makeBridge, makeOutside, writeCni } from './network';
import { takeMachine } from './owner';
import { startKubelet } from './start-kubelet';
import { setSysctls } from './sysctls';

/** Debian's programs that kubelet, kube-proxy and we call by name. */
const packages = [
  ['runc', 'runc'],
  ['conntrack', 'conntrack'],
  ['iptables', 'iptables'],
  ['nftables', 'nft'],
  ['e2fsprogs', 'mkfs.ext4'],
  ['openssl', 'openssl'],
] as const;

/** Of a node, for images and what pods write; sparse. */
const NODE_DISK = '40Gi';

/** Real nodes on this machine, one for each zone, with what a cluster has besides: Services and names. */
export class Nodes {
  /** Configuration and logs; what the nodes make is in `machine.folder`. */
  readonly state = new RunState();
  readonly places: readonly NodePlace[];
  private readonly programs: Started[] = [];
  private readonly door: ApiDoor;
  private isOurs = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly tools: Tools,
    zones: readonly string[],
  ) {
    this.places = placesIn(zones);
    this.door = new ApiDoor(cluster);
  }

  /** Ready when this returns. */
  async start(): Promise<void> {
    const { cluster, tools, state } = this;
    for (const [name, program] of packages) await tools.debian(name, program);
    await tools.debianFile('containernetworking-plugins', '/usr/lib/cni/bridge');
    const pause = await pauseArchive(tools);
    takeMachine();
    this.isOurs = true;
    process.once('exit', this.atExit);
    setSysctls(machine.folder);
    await makeOutside([machine.dnsAddress, machine.webAddress, machine.apiAddress, machine.metadataAddress]);
    await this.door.open();
    const kubeconfig = join(state.folder, 'kubeconfig'); // a copy: programs of this run are known by its folder
    copyFileSync(cluster.kubeconfig, kubeconfig);
    this.programs.push(await startDns(tools, { state, kubeconfig }));
    await Promise.all(this.places.map((place) => this.startNode(place, { kubeconfig, pause })));
    const proxy = await tools.kubernetes('kube-proxy');
    this.programs.push(start(state, proxy, proxyWords(kubeconfig, this.places[0]!, await freePorts(2)), 'kube-proxy'));
    const ended = () => this.programs.find((program) => !program.running());
    await until('the nodes are Ready', 60, async () => ended() !== undefined || this.areReady());
    if (ended()) throw new Error(`${ended()!.name} has ended`);
  }

  private async startNode(
    place: NodePlace,
    { kubeconfig, pause }: { kubeconfig: string; pause: string },
  ): Promise<void> {
    const { cluster, tools, state, programs } = this;
    // Of its own: the kubelet gives an account of volumes where it can give one of the disk that it lives on.
    await makeDisk(place.folder, NODE_DISK);
    await makeBridge(place);
    programs.push(await startContainerd(tools, { state, place, cni: writeCni(place) }));
    await importImage(place, pause);
    const clientCertificate = cluster.kubeletClientCertificate;
    programs.push(await startKubelet(tools, { state, place, kubeconfig, clientCertificate }));
  }

  /**
   * After the API server was away: until it has heard from each kubelet since then, it knows but what it knew before. A
   * kubelet looks for it after up to a minute.
   */
  async areReadyAgain(): Promise<void> {
    const back = Date.now();
    await until(
      'the nodes are Ready again',
      150,
      async () => (await this.haveSpokenSince(back)) && this.areReady(back),
    );
  }

  /** Their leases were renewed. */
  private async haveSpokenSince(moment: number): Promise<boolean> {
    const leases = await this.cluster.api.list('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases');
    const fresh = leases.filter(({ spec }) => Date.parse(spec.renewTime) > moment).map(({ metadata }) => metadata.name);
    return this.places.every(({ name }) => fresh.includes(name));
  }

  /** By what kubelets have said since then. */
  private async areReady(since = 0): Promise<boolean> {
    const nodes = await this.cluster.api.list('/api/v1/nodes');
    const isReady = ({ status }: any) =>
      (status.conditions ?? []).some(
        ({ type, status: is, lastHeartbeatTime }: any) =>
          type === 'Ready' && is === 'True' && Date.parse(lastHeartbeatTime) > since,
      );
    return this.places.every(({ name }) => nodes.some((node) => node.metadata.name === name && isReady(node)));
  }

  /** For pods in these zones. */
  async importImage(archive: string, zones: readonly string[]): Promise<void> {
    const places = this.places.filter(({ zone }) => zones.includes(zone));
    await Promise.all(places.map((place) => importImage(place, archive)));
  }

  /** Ends the first process of a container that runs, and with it all the others, as the kernel does. */
  async kill({ metadata, spec }: any, container: string): Promise<void> {
    const place = this.places.find(({ name }) => name === spec.nodeName)!;
    const id = await until(`${metadata.name} says that ${container} runs`, 30, async () => {
      const { status } = await this.cluster.api.get(`/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`);
      const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
      const { state, containerID = '' } = all.find(({ name }) => name === container) ?? {};
      return state?.running && containerID.replace('containerd://', '');
    });
    await mustRun('ctr', [...inContainerd(place), 'tasks', 'kill', '--signal', 'SIGKILL', id]);
  }

  /** What a container of a pod has said since then, over its restarts. */
  logOf({ metadata: { namespace, name, uid } }: any, container: string, since: number): string {
    return this.places
      .flatMap(({ folder }) => containerLines(join(folder, 'logs', `${namespace}_${name}_${uid}`, container), since))
      .join('\n');
  }

  /** Starts of containers so far (container-logs.ts). */
  startsIn(namespaces: readonly string[]): string[] {
    return this.places.flatMap(({ folder }) => containerStarts(join(folder, 'logs'), namespaces));
  }

  /** The last words of the containers that run or ran, by the kubelets' own files. */
  logs(lines = 6): string {
    return this.places.flatMap(({ folder }) => containerLogs(join(folder, 'logs'), lines)).join('\n');
  }

  /** The last words of all its programs. */
  lastWords(lines = 5): string {
    return this.programs.map((program) => `${program.name}:\n${program.log(lines)}`).join('\n');
  }

  /**
   * Containers run on, for `clear` to kill: killed in the middle of their end, which kubelets would see to, they leave
   * sockets and addresses behind in folders of the system.
   */
  async stop(): Promise<void> {
    await this.door.close();
    for (const program of [...this.programs].reverse()) await program.stop();
    for (const { name } of this.places) await this.cluster.api.delete(`/api/v1/nodes/${name}`).catch(() => {});
  }

  /** Takes everything away; answers what could not be. Undefined: it never had the machine, which is another run's. */
  clear(): string[] | undefined {
    process.off('exit', this.atExit);
    this.state.destroy();
    return this.isOurs ? clearedMachine(this.state.folder) : undefined;
  }

  private readonly atExit = () => {
    this.state.destroy();
    if (this.isOurs) clearMachine(); // what is there may be another run's
  };
}

function proxyWords(kubeconfig: string, { name }: NodePlace, [health, metrics]: readonly number[]): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    '--proxy-mode=nftables',
    // The machine's own limits and waits stay as they are.
    '--conntrack-max-per-core=0',
    '--conntrack-tcp-timeout-established=0',
    '--conntrack-tcp-timeout-close-wait=0',
    `--hostname-override=${name}`,
    `--healthz-bind-address=127.0.0.1:${health}`,
    `--metrics-bind-address=127.0.0.1:${metrics}`,
  ];
}
