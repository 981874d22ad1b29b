import type { Log } from '../runtime/json-log';
import { type Reply, type Request, serve } from '../runtime/serve-http';
import { type ChainExporterConfig, delegateFields, type NamedNode } from './chain-exporter.contract';
import { type ChainView, readChain } from './chain-facts';
import { chainKinds } from './chain-kind';
import { DelegateNumbers } from './delegate-numbers';
import { ExporterMetrics, type ExporterView } from './exporter-metrics';
import { Job, type JobParts } from './job';
import { Judge } from './judge';
import { NodeWatch } from './node-watch';
import { NonceWatch } from './nonce-watch';
import { OwnBlocks } from './own-blocks';
import { Sources } from './sources';

/** Heads are asked for each second; of a chain of faster blocks, so often in a block. */
const EVERY_MS = 1000;
const TIMES_A_BLOCK = 6;
/** For one question: patience for a busy node, at most so many blocks. */
const PATIENCE_MS = 10_000;
const PATIENCE_BLOCKS = 2;
/** For so many blocks a source that has failed is asked last. */
const AVOIDED_BLOCKS = 10;

export interface RunningExporter {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts an exporter; resolves when it listens. */
export async function startExporter(config: ChainExporterConfig, log: Log): Promise<RunningExporter> {
  const exporter = new Exporter(config, log);
  const onError = (error: Error) => log('ERROR', error.message);
  const listening = await serve(config.metrics, (request) => exporter.answer(request), onError);
  const stop = exporter.start();
  return {
    port: listening.port,
    stop: () => {
      stop();
      return listening.close();
    },
  };
}

class Exporter {
  private readonly metrics: ExporterMetrics;
  private readonly sources: Sources;
  private readonly judge: Judge;
  private readonly numbers: DelegateNumbers;
  private readonly nonces: NonceWatch;
  private readonly nodes: readonly NodeWatch[];
  private readonly ownBlocks: OwnBlocks;
  private readonly jobs: readonly Job[];
  private chain: ChainView | undefined;

  constructor(
    private readonly config: ChainExporterConfig,
    private readonly log: Log,
  ) {
    const { blockMs, id: chainId, rank } = config.chain;
    const kind = chainKinds[rank];
    const timeoutMs = Math.min(PATIENCE_MS, PATIENCE_BLOCKS * blockMs);
    const delegates = config.delegates.map(({ address }) => address);
    const onFailure = ({ name }: NamedNode) => this.metrics.failed({ source: name });
    this.sources = new Sources({ nodes: config.sources, chainId, kind, timeoutMs, onFailure, log });
    this.nodes = config.nodes.map((node) => new NodeWatch(node, { kind, chainId, blockMs, timeoutMs }));
    this.ownBlocks = new OwnBlocks(new Set(delegates));
    this.numbers = new DelegateNumbers({ ...config, fields: delegateFields[rank] });
    this.nonces = new NonceWatch(kind, delegates, chainId);
    this.metrics = new ExporterMetrics(config, () => this.view);
    this.judge = new Judge({
      chainId,
      kind,
      delegates,
      ownBlocks: this.ownBlocks,
      onVerdict: (verdict) => this.metrics.rights.add(verdict),
      onSkipped: (levels) => this.metrics.skipped({}, levels),
      log,
    });
    this.jobs = this.makeJobs();
  }

  /** Answers what ends it. */
  start(): () => void {
    const tick = () => {
      this.sources.tick();
      for (const job of this.jobs) job.tick();
      for (const node of this.nodes) node.tick();
    };
    tick();
    const ticking = setInterval(tick, Math.min(EVERY_MS, this.config.chain.blockMs / TIMES_A_BLOCK));
    return () => clearInterval(ticking);
  }

  answer({ method, path }: Request): Reply {
    if (method === 'GET' && path === '/metrics') return { status: 200, text: this.metrics.text };
    return { status: 404, text: 'nothing is here\n' };
  }

  private makeJobs(): Job[] {
    const { blockMs, id, rank } = this.config.chain;
    const job = (name: string, run: JobParts['run']) =>
      new Job({ name, run, sources: this.sources, avoidMs: AVOIDED_BLOCKS * blockMs, log: this.log });
    return [
      job('the head', async (rpc, head) => {
        this.chain = await readChain(rpc, chainKinds[rank], head, id);
        this.ownBlocks.report(this.chain.block);
        return false;
      }),
      job('rights', (rpc, head) => this.judge.follow(rpc, head)),
      job('delegates', async (rpc, head) => {
        await this.numbers.follow(rpc, head);
        return false;
      }),
      job('nonces', async (rpc, { hash }) =>
        this.chain?.block.hash === hash ? this.nonces.follow(rpc, this.chain) : true,
      ),
    ];
  }

  private get view(): ExporterView {
    const { config, sources, chain, judge, numbers, nonces, nodes, jobs } = this;
    return { config, sources, askedSource: jobs[0].lastSource, chain, judge, numbers, nonces, nodes };
  }
}
