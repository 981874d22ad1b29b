import { bytesToSign, type Content } from '../../../programs/payout-guard/operation-bytes';
import { ControlClient } from '../../../programs/payout-guard/payout-control';
import type {
  LeftOutRow,
  PayoutGuardConfig,
  PostedRow,
  WalletConfig,
} from '../../../programs/payout-guard/payout-guard.contract';
import type { Word } from '../../../programs/payout-guard/reconciliation.contract';
import { type RunningPayoutGuard, startPayoutGuard } from '../../../programs/payout-guard/start-payout-guard';
import { ask } from '../../../programs/runtime/ask-http';
import { closeServer } from '../../stand-ins/kit/http-server';
import { madeSecretKey, signatureBytes } from '../../stand-ins/kit/secret-keys';
import { SignerHttp } from '../../stand-ins/signer/signer-http';
import { afterwards, temporaryFolder, until } from '../temporary';
import { BUCKET, KeptObjects } from './kept-objects';
import { PayoutNode } from './payout-node';

export const wallet = madeSecretKey('wallet');
export const baker = madeSecretKey('baker');
export const [ann, bob] = ['ann', 'bob'].map((word) => madeSecretKey(word).address);
/** Nobody whom the chain knows yet. */
export const cleo = madeSecretKey('cleo');
export const FINALITY = 2;

/** Everything that a payout-guard has around it, on a chain of which a block is final with two above it. */
export class PayoutWorld {
  readonly folder = temporaryFolder();
  readonly node = new PayoutNode(
    {
      [wallet.address]: { balance: 50_000_000n, counter: 40n },
      [baker.address]: { balance: 90_000_000n, counter: 7n },
      [ann]: { balance: 1n, counter: 0n },
    },
    { [wallet.address]: wallet.publicKey },
  );
  readonly kept = new KeptObjects();
  readonly logged: string[] = [];
  signerUrl = '';
  guard: RunningPayoutGuard | undefined;
  hasDied = false;

  static async make(): Promise<PayoutWorld> {
    const world = new PayoutWorld();
    await Promise.all([world.node.listen(), world.kept.listen()]);
    await world.startSigner();
    world.node.bake(5);
    return world;
  }

  /** octez-signer over the wallet's key, which signs operations alone. */
  async startSigner(): Promise<void> {
    const signer = new SignerHttp({
      baseDir: temporaryFolder(),
      readKeys: () => [{ alias: 'wallet', ...wallet, secretKey: `unencrypted:${wallet.secretKey}` }],
      magicBytes: [0x03],
      checksMarks: false,
      listsKeys: false,
      provesPossession: false,
      requiresAuthentication: false,
      maxVersion: 3,
    });
    const { server, port } = await signer.listen({ host: '127.0.0.1', port: 0 });
    afterwards(() => closeServer(server));
    this.signerUrl = `http://127.0.0.1:${port}`;
  }

  config(more: Partial<PayoutGuardConfig> = {}): PayoutGuardConfig {
    const place = { port: 0, host: '127.0.0.1' };
    return {
      chain: { id: this.node.chainId, finalityBlocks: FINALITY, costPerByte: '250' },
      engine: 'tezpay',
      wallets: [this.walletConfig],
      nodes: [this.node.url],
      folder: this.folder,
      bucket: { name: BUCKET, prefix: '' },
      listen: { signer: place, rpc: place, plan: place, records: place, metrics: place },
      control: `${this.folder}/c`,
      ...more,
    };
  }

  private get walletConfig(): WalletConfig {
    return {
      ...{ address: wallet.address, publicKey: wallet.publicKey, bakerName: 'north', baker: baker.address },
      ...{ signer: this.signerUrl, firstCycle: 10, feeWindow: '0' },
      caps: { content: '10000000', cycle: '30000000', day: '40000000' },
      recipients: [],
    };
  }

  /** Starts a guard, or starts it again. */
  async start(more: Partial<PayoutGuardConfig> = {}): Promise<this> {
    const log = (_: unknown, message: string, about?: object) => {
      this.logged.push(`${message} ${JSON.stringify(about ?? {})}`);
    };
    const die = () => {
      this.hasDied = true;
    };
    const around = { google: this.kept.google.urls, die, everyMs: 15 };
    const guard = await startPayoutGuard(this.config(more), log, around);
    this.guard = guard;
    afterwards(() => this.stop());
    return this;
  }

  async stop(): Promise<void> {
    const { guard } = this;
    this.guard = undefined;
    await guard?.stop();
  }

  get control(): ControlClient {
    return new ControlClient(`${this.folder}/c`);
  }

  /** A person says that all is known. */
  async reconcile(word: Partial<Word> = {}): Promise<string> {
    const { id } = await this.control.propose(wallet.address);
    const nothing = { paid: [], notIncluded: [], release: [], paidElsewhere: [], close: [] };
    return this.control.take(wallet.address, { id, ...nothing, ...word });
  }

  async asked(of: keyof RunningPayoutGuard['ports'], path: string, posted?: unknown): Promise<[number, any]> {
    const url = `http://127.0.0.1:${this.guard?.ports[of]}`;
    const method = posted === undefined ? 'GET' : 'POST';
    const body = posted === undefined ? {} : { body: JSON.stringify(posted) };
    const { status, text } = await ask({ url }, { method, path, timeoutMs: 70_000, ...body });
    return [status, text.startsWith('{') || text.startsWith('[') || text.startsWith('"') ? JSON.parse(text) : text];
  }

  async plan(rows: readonly PostedRow[], leftOut: readonly LeftOutRow[] = []): Promise<[number, any]> {
    const { chainId } = this.node;
    return this.asked('plan', '/plans', { chainId, wallet: wallet.address, baker: baker.address, rows, leftOut });
  }

  /** A batch as an engine makes it, on top of the head, with the counter that the head says, or one further. */
  operation(transfers: readonly (readonly [to: string, mutez: bigint])[], further = 0n): Uint8Array {
    const counter = (this.node.head.accounts.get(wallet.address)?.counter ?? 0n) + further;
    const contents = transfers.map(
      ([destination, amount], i): Content => ({
        ...{ kind: 'transaction', source: wallet.address, destination, amount, counter: counter + BigInt(i + 1) },
        ...{ fee: 500n, gasLimit: 1500n, storageLimit: 300n },
      }),
    );
    return bytesToSign({ branch: this.node.head.hash, contents });
  }

  async sign(bytes: Uint8Array): Promise<[number, any]> {
    return this.asked('signer', `/keys/${wallet.address}`, Buffer.from(bytes).toString('hex'));
  }

  /** By way of the guard. */
  async inject(bytes: Uint8Array, signature: string): Promise<[number, any]> {
    const signed = Buffer.concat([bytes.subarray(1), signatureBytes(signature)]);
    return this.asked('rpc', '/injection/operation', signed.toString('hex'));
  }

  async status(): Promise<any> {
    return (await this.asked('plan', `/wallets/${wallet.address}`))[1];
  }

  /** Until the journal has come to where the chain is final. */
  async settled(): Promise<void> {
    const level = this.node.head.level - FINALITY;
    await until(`level ${level}`, async () => (await this.status()).final?.level === level);
  }

  async stoppedFor(reason: string): Promise<void> {
    await until(reason, async () => (await this.status()).stopped?.reason === reason);
  }
}

export const row = (recipient: string, amount: bigint, more: Partial<PostedRow> = {}): PostedRow => ({
  ...{ cycle: 12, kind: 'delegator reward', delegator: recipient, recipient, amount: `${amount}` },
  ...more,
});

/** A world whose guard was reconciled and has these rows. */
export async function planned(rows: readonly PostedRow[]): Promise<PayoutWorld> {
  const world = await (await PayoutWorld.make()).start();
  await world.reconcile();
  await world.plan(rows);
  return world;
}
