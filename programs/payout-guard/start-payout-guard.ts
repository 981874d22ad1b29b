import { setTimeout as pause } from 'node:timers/promises';
import { type GoogleUrls, googleUrls } from '../runtime/google-hosts';
import type { Log } from '../runtime/json-log';
import { type Listening, type Reply, type Request, serve } from '../runtime/serve-http';
import { ChainReader } from './chain-reader';
import { EngineApi, MOST_SIGNED_BYTES } from './engine-api';
import type { FinalBlock } from './final-block';
import { GoogleStorage } from './google-storage';
import { NodeChoice } from './node-choice';
import { PayingWallet } from './paying-wallet';
import { PayoutControl } from './payout-control';
import type { PayoutGuardConfig } from './payout-guard.contract';
import { NOBODY, PayoutMetrics } from './payout-metrics';
import { MOST_PLAN_BYTES, MOST_PLAN_CONNECTIONS, PlanApi } from './plan-api';
import { ReconcileOffer } from './reconcile-offer';
import { RecordsApi } from './records-api';
import { rpcsOf } from './rpc-list.contract';
import { RpcMatch } from './rpc-match';
import { MOST_ASKED_BYTES, MOST_ENGINE_CONNECTIONS, RpcWindow } from './rpc-window';
import { signatureHex, takenApart } from './signed-operation';

/** Heads are asked for each second. */
const EVERY_MS = 1000;
/** How often the signer and the bucket are looked at. */
const LOOK_MS = 60_000;
/** Go, in which tezpay is written, keeps its connections for 90 s (net/http, DefaultTransport). */
const ENGINE_IDLE_MS = 120_000;
/** A signer is waited for at the end; then answers go out. */
const END_MS = 15_000;
const GRACE_MS = 200;

export interface RunningPayoutGuard {
  readonly ports: Readonly<Record<'signer' | 'rpc' | 'plan' | 'records' | 'metrics', number>>;
  /** Signs nothing new, finishes what the signer was asked for, and ends. */
  stop(): Promise<void>;
}

export interface Surroundings {
  readonly google: GoogleUrls;
  /** Ends this process, since nobody knows any more what is in a journal: the next one reads it anew. */
  readonly die: () => void;
  readonly everyMs: number;
}

const surroundings: Surroundings = { google: googleUrls(), die: () => process.exit(1), everyMs: EVERY_MS };

/** Starts a payout-guard; resolves when it listens, which is before it has caught up with the chain. */
export async function startPayoutGuard(
  config: PayoutGuardConfig,
  log: Log,
  around: Partial<Surroundings> = {},
): Promise<RunningPayoutGuard> {
  const guard = new PayoutGuard(config, log, { ...surroundings, ...around });
  const { signer, rpc, plan, records, metrics } = config.listen;
  const onError = (error: Error) => log('ERROR', error.message);
  const signed = { mostBodyBytes: MOST_SIGNED_BYTES, idleMs: ENGINE_IDLE_MS };
  const long = { mostBodyBytes: MOST_PLAN_BYTES, mostConnections: MOST_PLAN_CONNECTIONS };
  const few = { mostBodyBytes: MOST_ASKED_BYTES, mostConnections: MOST_ENGINE_CONNECTIONS, idleMs: ENGINE_IDLE_MS };
  const listening = {
    signer: await serve(signer, (request) => guard.engine.answer(request), onError, signed),
    rpc: await serve(rpc, (request) => guard.window.answer(request), onError, few),
    plan: await serve(plan, (request) => guard.plan.answer(request), onError, long),
    records: await serve(records, (request) => guard.records.answer(request), onError),
    metrics: await serve(metrics, (request) => guard.tellMetrics(request), onError),
  };
  const control = await serve({ socket: config.control }, (request) => guard.control.answer(request), onError, long);
  guard.start();
  const ports = Object.fromEntries(Object.entries(listening).map(([name, { port }]) => [name, port]));
  return {
    ports: ports as RunningPayoutGuard['ports'],
    stop: () => guard.stop([...Object.values(listening), control]),
  };
}

class PayoutGuard {
  readonly engine: EngineApi;
  readonly window: RpcWindow;
  readonly plan: PlanApi;
  readonly records: RecordsApi;
  readonly control: PayoutControl;
  private readonly metrics: PayoutMetrics;
  private readonly wallets: ReadonlyMap<string, PayingWallet>;
  private readonly nodes: NodeChoice;
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly config: PayoutGuardConfig,
    private readonly log: Log,
    private readonly around: Surroundings,
  ) {
    const { chain: chainConfig, folder } = config;
    this.nodes = new NodeChoice(config.nodes, log);
    const chain = new ChainReader(this.nodes, chainConfig.id);
    this.wallets = this.makeWallets(chain);
    const { wallets, nodes } = this;
    const all = [...wallets.values()];
    this.metrics = new PayoutMetrics([...wallets.keys()], () => ({ wallets: all, nodes, folder }));
    this.engine = new EngineApi({ wallets, metrics: this.metrics, log });
    this.plan = new PlanApi({ wallets, metrics: this.metrics, log });
    this.records = new RecordsApi(wallets, chainConfig.id);
    const { finalityBlocks } = chainConfig;
    const offers = new Map(
      all.map((wallet) => [wallet.config.address, new ReconcileOffer(wallet, { chain, finalityBlocks })]),
    );
    this.control = new PayoutControl({ wallets, offers, log });
    this.window = this.makeWindow();
  }

  start(): void {
    const all = [...this.wallets.values()];
    const tick = () => all.forEach((wallet) => void wallet.tick());
    const look = () => all.forEach((wallet) => void wallet.look());
    tick();
    look();
    this.timers = [setInterval(tick, this.around.everyMs), setInterval(look, LOOK_MS)];
  }

  tellMetrics({ method, path }: Request): Reply {
    if (method === 'GET' && path === '/metrics') return { status: 200, text: this.metrics.text };
    return { status: 404, text: 'nothing is here\n' };
  }

  /** What a signer was asked for is stored and answered; whoever waits for the chain is told to come again. */
  async stop(listening: readonly Listening[]): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    const all = [...this.wallets.values()];
    for (const wallet of all) wallet.stop();
    const untilMs = performance.now() + END_MS;
    while (all.some(({ signing }) => !signing.isIdle) && performance.now() < untilMs) await pause(10);
    await Promise.all(listening.map((each) => each.close(GRACE_MS)));
  }

  private makeWallets(chain: ChainReader): ReadonlyMap<string, PayingWallet> {
    const { config, log, around } = this;
    const storage = new GoogleStorage(config.bucket.name, around.google);
    const onFinal = (wallet: PayingWallet, block: FinalBlock) => this.tellFinal(wallet, block);
    const shared = { config, chain, storage, onBroken: around.die, onFinal, log };
    return new Map(config.wallets.map((each) => [each.address, new PayingWallet(each, shared)]));
  }

  private makeWindow(): RpcWindow {
    const { nodes, config, log, metrics } = this;
    const known = {
      wallets: config.wallets.map(({ address }) => address),
      bakers: config.wallets.map(({ baker }) => baker),
    };
    return new RpcWindow({
      ...{ nodes, log, list: new RpcMatch(rpcsOf([config.engine, 'preflight']), known) },
      isOurs: (signed) => this.isOurs(signed),
      onRefused: (reason) => metrics.refused(NOBODY, reason),
    });
  }

  private isOurs(signed: string): boolean {
    const { bytes, signature } = takenApart(signed);
    const signatures = [...this.wallets.values()].map(({ core }) => core.signatureOf(bytes));
    return signatures.some((text) => text !== undefined && signatureHex(text) === signature);
  }

  private tellFinal({ config: { address }, core }: PayingWallet, { level, operations }: FinalBlock): void {
    for (const { hash, bytes, contents } of operations) {
      const statuses = contents.map(({ status }) => status);
      this.log('INFO', 'an operation of the wallet is final', {
        wallet: address,
        level,
        hash,
        statuses,
        isKnownForm: bytes !== undefined,
      });
    }
    const { stops } = core.state;
    if (operations.length > 0 && stops.length > 0)
      this.log('ERROR', 'nothing is signed until a person reconciles', { wallet: address, stops });
  }
}
