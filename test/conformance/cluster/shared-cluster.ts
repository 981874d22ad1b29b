import type { RunState } from '../run-state';
import type { Tools } from '../tools/tools';
import { ControlPlane } from './control-plane';
import { type Waits, waits } from './server-words';
import { Cluster } from './test-cluster';

/** The one cluster of a run: started when a part first asks, stopped when the run ends. */
export class SharedCluster {
  /** How long the start took, building included. */
  startSeconds = 0;
  private starting: Promise<Cluster> | undefined;
  private controlPlane: ControlPlane | undefined;
  private cluster: Cluster | undefined;

  constructor(
    private readonly tools: Tools,
    private readonly state: RunState,
  ) {}

  /** `wanted`: how long nodes may be silent from now on. */
  async get(wanted?: Waits): Promise<Cluster> {
    this.starting ??= this.start(wanted ?? waits);
    const cluster = await this.starting;
    if (wanted) await cluster.useWaits(wanted);
    return cluster;
  }

  /** The last lines of those of its programs that ended by themselves. */
  lastWords(): string {
    const ended = (this.controlPlane?.programs ?? []).filter((program) => !program.running());
    return ended.map((program) => `${program.name} has ended; its last words:\n${program.log()}`).join('\n');
  }

  /** For a look: what the last part made is still there. Ends by a signal only, which ends this process. */
  async keepUntilSignal(): Promise<void> {
    const { kubeconfig } = await this.get();
    console.log(`\nexport KUBECONFIG=${kubeconfig}\nThe cluster stays up until Ctrl-C.`);
    setInterval(() => {}, 60_000);
    await new Promise<never>(() => {});
  }

  async stop(): Promise<void> {
    await this.starting?.catch(() => {}); // whoever asked for it has been told
    this.cluster?.api.close();
    await this.controlPlane?.stop();
  }

  private async start(first: Waits): Promise<Cluster> {
    const begin = Date.now();
    try {
      this.controlPlane = await ControlPlane.start(this.tools, this.state, first);
      this.cluster = new Cluster(this.controlPlane);
      await this.cluster.installCustomResources();
      return this.cluster;
    } finally {
      this.startSeconds = (Date.now() - begin) / 1000;
    }
  }
}
