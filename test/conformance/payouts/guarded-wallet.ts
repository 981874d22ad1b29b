import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  payoutGuardMetrics as metrics,
  type PayoutGuardConfig,
  type PayoutRecord,
  type WalletStatus,
} from '../../../programs/payout-guard/payout-guard.contract';
import { ask, askJson } from '../../stand-ins/kit/http-client';
import { madeSecretKey } from '../../stand-ins/kit/secret-keys';
import { freePorts } from '../cluster/processes';
import { Child } from '../signing/child-program';
import { run } from '../tools/run';
import { engineConfig, planOf } from './engine-files';
import { reconcileAsPerson } from './informed-person';
import { type MoneyWorld, until } from './money-world';

const RECIPIENTS = 3;
export const FIRST_CYCLE = 1;

/** What is due of a cycle: an amount that no other row of this wallet has. */
export interface DueRow {
  readonly cycle: number;
  readonly recipient: string;
  readonly amount: number;
}

/** A wallet with a guard in front of it, and an engine when it is asked to pay. */
export class GuardedWallet {
  readonly word: string;
  readonly address: string;
  readonly publicKey: string;
  readonly baker: string;
  readonly recipients: readonly string[];
  /** All that was ever due. */
  readonly due: DueRow[] = [];
  guard: Child | undefined;
  runs = 0;
  private ports: readonly number[] = [];

  constructor(
    readonly world: MoneyWorld,
    readonly index: number,
    /** Its guard's bundle. */
    readonly program: string,
  ) {
    this.word = `payer ${index}`;
    const { address, publicKey } = madeSecretKey(this.word);
    this.address = address;
    this.publicKey = publicKey;
    this.baker = madeSecretKey(`baker ${index}`).address;
    this.recipients = Array.from({ length: RECIPIENTS }, (_, i) => madeSecretKey(`paid ${index} ${i}`).address);
  }

  get folder(): string {
    return this.world.path(`wallet-${this.index}`);
  }
  get journal(): string {
    return join(this.folder, 'journal', `${this.address}.journal`);
  }

  /** As charts/payouts renders it, but for loopback. */
  config(folder: string, ports: readonly number[]): PayoutGuardConfig {
    const [signer, rpc, plan, records, port] = ports;
    const at = (each: number) => ({ port: each, host: '127.0.0.1' });
    const { address, publicKey, baker, world } = this;
    const most = '1000000000000';
    return {
      chain: { id: 'NetXdQprcVkpaWU', finalityBlocks: world.parts.finalityBlocks ?? 2, costPerByte: '250' },
      engine: 'tezpay',
      wallets: [
        {
          ...{ address, publicKey, bakerName: `baker-${this.index}`, baker, signer: world.signerUrl },
          ...{ firstCycle: FIRST_CYCLE, feeWindow: '0', caps: { content: most, cycle: most, day: most } },
          recipients: [],
        },
      ],
      nodes: [world.nodeUrl],
      folder: join(folder, 'journal'),
      bucket: { name: 'records', prefix: '' },
      listen: { signer: at(signer), rpc: at(rpc), plan: at(plan), records: at(records), metrics: at(port) },
      control: join(folder, 'control.sock'),
    };
  }

  async start(): Promise<void> {
    this.ports = await freePorts(5);
    mkdirSync(join(this.folder, 'journal'), { recursive: true });
    this.world.write(`wallet-${this.index}/guard.json`, this.config(this.folder, this.ports));
    this.writeEngine(`wallet-${this.index}`, this.ports[0], this.ports[1]);
    this.startGuard();
    await this.answers();
    await reconcileAsPerson(this);
  }

  startGuard(): void {
    this.guard = this.guardAt(this.folder);
  }

  /** A guard with the configuration that lies there. */
  guardAt(folder: string): Child {
    const words = [this.program, '--config', join(folder, 'guard.json')];
    return new Child({ program: process.execPath, words, env: this.world.store.env });
  }

  async killGuard(): Promise<void> {
    await this.guard?.kill();
  }

  /** Until its guard listens. */
  async answers(): Promise<void> {
    await until(
      () =>
        this.status().then(
          () => true,
          () => false,
        ),
      `guard ${this.index}`,
    );
  }

  get rpc(): string {
    return `http://127.0.0.1:${this.ports[1]}`;
  }

  get plan(): string {
    return `http://127.0.0.1:${this.ports[2]}`;
  }

  status(): Promise<WalletStatus> {
    return askJson(`${this.plan}/wallets/${this.address}`, { timeoutMs: 2000 });
  }

  rows(): Promise<PayoutRecord[]> {
    return askJson(`${this.plan}/rows?wallet=${this.address}`, { timeoutMs: 2000 });
  }

  /** The value of a metric of this wallet; the sum, where it has several. */
  async metric(name: keyof typeof metrics): Promise<number> {
    const { text } = await ask(`http://127.0.0.1:${this.ports[4]}/metrics`, { timeoutMs: 2000 });
    const lines = text
      .split('\n')
      .filter((line) => line.startsWith(`${metrics[name]}{`) && line.includes(this.address));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** What is due for one more cycle; amounts tell cycle and recipient. */
  addCycle(): DueRow[] {
    const cycle = FIRST_CYCLE + this.due.length / RECIPIENTS;
    const rows = this.recipients.map((recipient, i) => ({ cycle, recipient, amount: 1_000_000 + cycle * 10 + i }));
    this.due.push(...rows);
    return rows;
  }

  /** Posts rows as the preflight does, and writes those that are open into the engine's file. Undefined: the plan is not taken. */
  async post(rows: readonly DueRow[]): Promise<PayoutRecord[] | undefined> {
    const kind = 'delegator reward';
    const posted = rows.map(({ cycle, recipient, amount }) => ({
      cycle,
      kind,
      delegator: recipient,
      recipient,
      amount: String(amount),
    }));
    const plan = { chainId: 'NetXdQprcVkpaWU', wallet: this.address, baker: this.baker, rows: posted, leftOut: [] };
    const options = { method: 'POST', body: JSON.stringify(plan), timeoutMs: 3000 };
    const answer = await ask(`${this.plan}/plans`, options).catch(() => undefined);
    if (answer?.status !== 200) return undefined;
    const known = (JSON.parse(answer.text) as { rows: PayoutRecord[] }).rows;
    const open = known.filter(({ status }) => status === 'open');
    this.world.write(`wallet-${this.index}/pay.json`, planOf(this.baker, open));
    return known;
  }

  private writeEngine(at: string, signer: number, rpc: number): void {
    const { address, baker, world } = this;
    world.write(`${at}/config.hjson`, engineConfig({ baker, rpc, tzkt: world.indexerUrl }));
    world.write(`${at}/remote_signer.hjson`, { pkh: address, url: `http://127.0.0.1:${signer}` });
  }

  /** tezpay with an empty folder of reports, as in its pod; `onLine`: what it says. */
  engine(onLine: (line: string) => void = () => {}, folder = this.folder): Child {
    const reports = join(this.folder, `reports-${this.runs++}`);
    const pay = ['pay', '--confirm', '--from-file', join(this.folder, 'pay.json')];
    const words = [this.world.parts.engine, '--path', folder, '--disable-donation-prompt', ...pay];
    const env = { REPORTS_DIRECTORY: reports, STAND_IN_WAIT_FACTOR: '0.02' };
    return new Child({ program: process.execPath, words, env, onLine });
  }

  /** One run of an engine that has another guard. */
  async paidThrough(signer: number, rpc: number): Promise<void> {
    this.writeEngine(`wallet-${this.index}-twin`, signer, rpc);
    const engine = this.engine(undefined, `${this.folder}-twin`);
    await until(() => !engine.isRunning, 'the second engine', 12_000).catch(() => engine.kill());
  }

  /** The guard can make no file longer than so many bytes: its disk is full. */
  async limitJournal(bytes: number): Promise<void> {
    await run('prlimit', ['--pid', `${this.guard?.pid}`, `--fsize=${bytes}:${bytes}`]);
  }

  get hasJournal(): boolean {
    return existsSync(this.journal);
  }

  async stop(): Promise<void> {
    await this.killGuard();
  }
}
