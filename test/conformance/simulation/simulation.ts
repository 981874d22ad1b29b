import { type Api, ApiError } from '../cluster/api';
import { removeBakeries } from '../cluster/clean';
import { sleep } from '../cluster/processes';
import { attachAndProvision } from './disks';
import type { NodeSpec } from './pool-nodes';
import { runPods } from './simulated-kubelet';

const heartbeatSeconds = 2;
const loopMilliseconds = 250;

/**
 * Nodes without machines: Node objects whose heartbeats we send, pods on them that we call running, disks that we
 * call provisioned and attached. Everything that decides (scheduler, controllers, API server) is the real one.
 */
export class Simulation {
  private readonly nodes = new Map<string, { spec: NodeSpec; alive: boolean }>();
  private readonly reportedVolumes = new Map<string, string>();
  private readonly complaints = new Set<string>();
  private stopped = false;
  private loops: Promise<void>[] = [];

  constructor(private readonly api: Api) {}

  async start(): Promise<void> {
    await this.api.create('/apis/storage.k8s.io/v1/csidrivers', csiDriver);
    this.loops = [
      this.loop(heartbeatSeconds * 1000, () => this.heartbeats()),
      this.loop(loopMilliseconds, () => runPods(this.api, this.alive(), this.reportedVolumes)),
      this.loop(loopMilliseconds, () => attachAndProvision(this.api, this.zones())),
    ];
  }

  /** Leaves the cluster as it was before: no bakeries, then no nodes. */
  async end(): Promise<void> {
    this.revive(); // pods of a silent node would never end
    await removeBakeries(this.api);
    this.stopped = true;
    await Promise.all(this.loops);
    await this.removeNodes();
    await this.api.delete(`/apis/storage.k8s.io/v1/csidrivers/${csiDriver.metadata.name}`);
  }

  /** Starts nodes; they are Ready when this returns. */
  async addNodes(specs: readonly NodeSpec[]): Promise<void> {
    for (const spec of specs) {
      await this.api.create('/api/v1/nodes', nodeObject(spec));
      await this.api.create(leases, { metadata: { name: spec.name }, spec: leaseSpec(spec.name) });
      await this.api.patch(`/api/v1/nodes/${spec.name}/status`, { status: statusOf(spec) });
      this.nodes.set(spec.name, { spec, alive: true });
    }
  }

  /** Takes nodes away, all of them unless some are named. */
  async removeNodes(names: readonly string[] = [...this.nodes.keys()]): Promise<void> {
    for (const name of names) {
      this.nodes.delete(name);
      this.reportedVolumes.delete(name);
    }
    await Promise.all(names.map((name) => this.api.delete(`/api/v1/nodes/${name}`)));
    await Promise.all(names.map((name) => this.api.delete(`${leases}/${name}`).catch(unlessGone)));
  }

  /** They say nothing more. Their objects stay, as after a real loss: the cloud does not know more than we do. */
  silence(names: Iterable<string>): void {
    for (const name of names) this.nodes.get(name)!.alive = false;
  }

  /** Ends their silence. */
  revive(names: Iterable<string> = this.nodes.keys()): void {
    for (const name of names) this.nodes.get(name)!.alive = true;
  }

  private alive(): ReadonlySet<string> {
    return new Set([...this.nodes].flatMap(([name, { alive }]) => (alive ? [name] : [])));
  }

  private zones(): ReadonlyMap<string, string> {
    return new Map([...this.nodes].map(([name, { spec }]) => [name, spec.zone]));
  }

  private async heartbeats(): Promise<void> {
    await Promise.all(
      [...this.alive()].map((name) => this.api.patch(`${leases}/${name}`, { spec: leaseSpec(name) }).catch(unlessGone)),
    );
    // A node that was called unknown while it was silent says itself that it is ready again.
    for (const { metadata, status } of await this.api.list('/api/v1/nodes')) {
      const node = this.nodes.get(metadata.name);
      const ready = status.conditions?.find(({ type }: { type: string }) => type === 'Ready');
      if (!node?.alive || ready?.status === 'True') continue;
      await this.api.patch(`/api/v1/nodes/${metadata.name}/status`, { status: statusOf(node.spec) }).catch(unlessGone);
    }
  }

  /** Said once, then tried again: a dead server is told by the part's own calls. */
  private complain(error: Error): void {
    // An object has changed or gone meanwhile: the next round sees it.
    if (this.stopped || (error instanceof ApiError && [404, 409].includes(error.status))) return;
    if (!this.complaints.has(error.message)) console.log(`simulated nodes: ${error.message}`);
    this.complaints.add(error.message);
  }

  private async loop(milliseconds: number, round: () => Promise<void>): Promise<void> {
    while (!this.stopped) {
      await round().catch((error) => this.complain(error));
      await sleep(milliseconds);
    }
  }
}

const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

const csiDriver = {
  metadata: { name: 'pd.csi.storage.gke.io' },
  spec: { attachRequired: true, podInfoOnMount: false, volumeLifecycleModes: ['Persistent'], fsGroupPolicy: 'File' },
};

function nodeObject({ name, labels, taints }: NodeSpec) {
  // Without this annotation the attach-detach controller leaves the node alone.
  const annotations = { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' };
  return { metadata: { name, labels, annotations }, spec: { taints } };
}

function statusOf({ capacity, allocatable }: NodeSpec) {
  const now = new Date().toISOString();
  const ready = { type: 'Ready', status: 'True', reason: 'Simulated', lastHeartbeatTime: now, lastTransitionTime: now };
  return { capacity, allocatable, conditions: [ready] };
}

function leaseSpec(name: string) {
  const renewTime = new Date().toISOString().replace('Z', '000Z'); // microseconds
  return { holderIdentity: name, leaseDurationSeconds: 40, renewTime };
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) throw error;
}
