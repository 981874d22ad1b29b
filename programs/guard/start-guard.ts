import { readFileSync } from 'node:fs';
import type { GuardMessage } from '../runtime/guard-message';
import type { Log } from '../runtime/json-log';
import { signerWith } from '../runtime/message-key';
import { type Listening, type Reply, type Request, serve } from '../runtime/serve-http';
import { AgentMetricsMemory } from './agent-metrics-memory';
import { Alarms } from './alarms';
import { RequestReader } from './asked-request';
import { BakerApi } from './baker-api';
import { Control } from './control';
import { Forwarder } from './forwarder';
import type { GuardConfig } from './guard.contract';
import { GuardCore } from './guard-core';
import { GuardMetrics, type GuardView } from './guard-metrics';
import { HeadPoll } from './head-poll';
import { newEpoch } from './new-epoch';
import type { Phase } from './opening-parts';
import { SignerLink } from './signer-link';
import { SignerWatch } from './signer-watch';

/** Heads and signers are asked each second; of a chain of faster blocks, so often in a block. */
const EVERY_MS = 1000;
const TIMES_A_BLOCK = 6;
/** Blocks for which signers are waited for, to hear of higher epochs. */
const PATIENCE_BLOCKS = 2;
/** For which something must be wrong before a person is called: the time that a change of signers takes. */
const ALARM_BLOCKS = 3;

/** For answers that are ready to go out at the end. */
const GRACE_MS = 200;

export interface RunningGuard {
  /** Where bakers ask. */
  readonly port: number;
  readonly metricsPort: number;
  /** Signs nothing more; lets those hear who wait for a device, and ends. */
  stop(): Promise<void>;
}

/** Starts a guard; resolves when it listens, which is before it opens. */
export async function startGuard(config: GuardConfig, log: Log): Promise<RunningGuard> {
  const guard = new Guard(config, log);
  const onError = (error: Error) => log('ERROR', error.message);
  const bakers = await serve(config.listen, (request) => guard.bakers.answer(request), onError);
  const metrics = await serve(config.metrics, (request) => guard.tellMetrics(request), onError);
  const control = await serve({ socket: config.control }, (request) => guard.control.answer(request), onError);
  guard.open().catch(onError);
  return {
    port: bakers.port,
    metricsPort: metrics.port,
    stop: () => guard.stop([bakers, metrics, control]),
  };
}

class Guard {
  readonly bakers: BakerApi;
  readonly control: Control;
  private readonly metrics: GuardMetrics;
  private readonly memory = new AgentMetricsMemory();
  private readonly alarms: Alarms;
  private readonly links: readonly SignerLink[];
  private readonly timing: { readonly budgetMs: number; readonly everyMs: number };
  private view: GuardView = { core: undefined, watches: [], heads: undefined };
  private forwarder: Forwarder | undefined;
  private ticking: NodeJS.Timeout | undefined;
  private isStopped = false;
  private ending: Promise<void> | undefined;

  constructor(
    private readonly config: GuardConfig,
    private readonly log: Log,
  ) {
    const { blockMs } = config.chain;
    const sign = signerWith(readFileSync(config.privateKeyFile, 'utf8'));
    this.timing = { budgetMs: blockMs / 2, everyMs: Math.min(EVERY_MS, blockMs / TIMES_A_BLOCK) };
    this.links = config.signers.map((signer) => new SignerLink(signer, sign));
    this.alarms = new Alarms(ALARM_BLOCKS * blockMs, log);
    this.metrics = new GuardMetrics(() => this.view);
    for (const node of config.nodes) this.metrics.headIgnored({ node }, 0);
    this.control = new Control(() => this.view, log);
    this.bakers = new BakerApi({
      reader: new RequestReader(config),
      forwarder: () => this.forwarder,
      isReady: () => (this.view.core?.opening.usableSigners.length ?? 0) > 0,
      metrics: this.metrics,
      budgetMs: this.timing.budgetMs,
      log,
    });
  }

  /** Takes an epoch, and asks nodes and signers from then on. */
  async open(): Promise<void> {
    const { links, log, config } = this;
    const { budgetMs: timeoutMs, everyMs } = this.timing;
    const { blockMs, startMs, roundGrowthMs, id: chainId } = config.chain;
    const epoch = await newEpoch(links, { forMs: PATIENCE_BLOCKS * blockMs, everyMs, timeoutMs });
    if (this.isStopped) return;
    const core = new GuardCore({
      epoch,
      signers: config.signers.map(({ name, keys, away }) => ({ name, keys, away: away !== undefined })),
      chain: { blockMs, startMs, roundGrowthMs },
      wallMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      onPhase: (phase, by) => this.tellPhase(core, phase, by),
    });
    const heads = new HeadPoll({
      nodes: config.nodes,
      chainId,
      report: (head) => core.report(head),
      onIgnored: (node) => this.metrics.headIgnored({ node }),
      log,
    });
    const watches = links.map((link) => new SignerWatch(link, { core, timeoutMs, log }));
    this.view = { core, watches, heads };
    this.forwarder = new Forwarder({
      core,
      links,
      pollHeads: (isEnough, atMostMs) => heads.poll(atMostMs / 2, isEnough),
    });
    log('INFO', 'the guard has an epoch', { epoch: epoch.number });
    this.tick();
    this.ticking = setInterval(() => this.tick(), everyMs);
  }

  private tick(): void {
    const { heads, watches } = this.view;
    heads?.poll(this.timing.budgetMs);
    for (const watch of watches) watch.tick();
    this.view.core?.opening.retry(); // who has been silent for long enough may be skipped
    this.alarms.look(this.view);
  }

  private tellPhase({ floor, opening }: GuardCore, phase: Phase, by?: string): void {
    const { log } = this;
    if (phase === 'outbid') log('ERROR', `${by} listens to a newer guard: delete this pod`);
    else if (phase === 'opening') log('WARNING', 'the guard is opening', { why: 'no session has lasted' });
    else if (phase === 'open') {
      const without = this.links.map(({ config }) => config.name).filter((name) => !opening.hasAnswered(name));
      log('INFO', 'the guard is open', { floor: floor.level, round: floor.round, without });
    }
  }

  async tellMetrics({ method, path }: Request): Promise<Reply> {
    if (method === 'GET' && path === '/metrics') return { status: 200, text: this.metrics.text };
    const [, signer] = /^\/signers\/([^/?]+)\/metrics$/.exec(path) ?? [];
    const link = this.linkOf(signer);
    return method === 'GET' && link ? this.memory.answer(link) : { status: 404, text: 'nothing is here\n' };
  }

  stop(listening: readonly Listening[]): Promise<void> {
    this.ending ??= this.end(listening);
    return this.ending;
  }

  /** First nothing more is decided; only then one agent is told so. */
  private async end(listening: readonly Listening[]): Promise<void> {
    this.isStopped = true;
    const isReached = (signer: string) => this.linkOf(signer)?.isReached ?? false;
    const message = this.view.core?.stop(isReached);
    clearInterval(this.ticking);
    const { budgetMs } = this.timing;
    await Promise.all([this.forwarder?.idle(budgetMs), message && this.handOver(message)]);
    await Promise.all(listening.map((each) => each.close(GRACE_MS)));
  }

  private async handOver(message: GuardMessage): Promise<void> {
    const isTaken = await this.linkOf(message.signer)?.handOver(message, this.timing.budgetMs);
    this.log('INFO', 'the guard has stopped for good', { told: message.signer, isTaken });
  }

  private linkOf(signer: string | undefined): SignerLink | undefined {
    return this.links.find(({ config }) => config.name === signer);
  }
}
