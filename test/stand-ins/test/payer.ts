import { madeSecretKey } from '../kit/secret-keys';
import { SendingWallet } from './sending-wallet';
import { type Chain, type Node, peerFlags, type Running, until, type Yard } from './yard';

/** A chain, a node, an indexer, a signer, and a tezpay that is configured for them. */
export class Payer {
  readonly wallet = new SendingWallet('payer');
  readonly baker = madeSecretKey('the baker').address;
  readonly delegators = ['alice', 'bob', 'carol'].map((word) => madeSecretKey(word).address);
  readonly contracts = ['KT1MeySKzt4FXWb1ZKfmHLVBvhNpELsehgpb'];
  chain!: Chain;
  node!: Node;
  indexer!: Running;
  signer!: Running;

  constructor(private readonly yard: Yard) {}

  async start(): Promise<this> {
    const { yard, wallet, baker } = this;
    const paid = [...this.delegators, ...this.contracts].map((address) => [address, { balance: '1', delegate: baker }]);
    const accounts = {
      ...Object.fromEntries(paid),
      [wallet.address]: { balance: '10000000000', counter: '5', publicKey: wallet.publicKey },
    };
    const cycles = { blocksPerCycle: 100, startLevel: 1000, maxOperationsTtl: 40 };
    const rights = { [baker]: { share: 0, attests: false } };
    this.chain = await yard.chain({ blockTimeMs: 150, ...cycles, accounts, rights, seed: 'payer' });
    this.node = await yard.node('node', ['--synchronisation-threshold', '1', ...peerFlags(this.chain.peers)]);
    await until(async () => (await this.node.syncState()) === 'synced');
    const config = yard.write('indexer.json', { chain: this.chain.url, rewards: { [baker]: { 9: this.rewards() } } });
    this.indexer = await yard.start('stand-in-indexer', ['--config', config]);
    const launch = ['launch', 'http', 'signer', '-a', '127.0.0.1', '-p', '0', '-M', '0x03'];
    this.signer = await yard.start('octez-signer', ['--base-dir', yard.wallet('wallet', ['payer']), ...launch]);
    this.configure({});
    return this;
  }

  rewards(change: object = {}): object {
    const owners = [...this.delegators, ...this.contracts];
    const delegators = Object.fromEntries(owners.map((address, i) => [address, (i + 1) * 1_000_000_000]));
    const earned = { blockRewardsDelegated: 6_000_000, attestationRewardsDelegated: 4_000_000 };
    return { ownDelegatedBalance: 0, ownStakedBalance: 6_000_000_000, ...earned, delegators, ...change };
  }

  get url(): string {
    return `http://127.0.0.1:${this.indexer.ports('sites')[0]}`;
  }

  configure(change: object): void {
    this.yard.write('config.hjson', {
      tezpay_config_version: 0,
      baker: this.baker,
      payouts: {
        ...{ wallet_mode: 'remote-signer', payout_mode: 'actual', fee: 0.1 },
        ...{ baker_pays_transaction_fee: true, baker_pays_allocation_fee: true },
      },
      income_recipients: { donate: 0 },
      network: { rpc_pool: [this.node.rpc], tzkt_url: this.url },
      ...change,
    });
    const url = `http://127.0.0.1:${this.signer.ports('on port')[0]}`;
    this.yard.write('remote_signer.hjson', { pkh: this.wallet.address, url });
  }

  /** Environment of a run; waits are a hundredth of the real ones. */
  env(change: Record<string, string> = {}): Record<string, string> {
    return { DISABLE_TEZPAY_KILL_SWITCH: 'true', STAND_IN_WAIT_FACTOR: '0.01', ...change };
  }

  tezpay(words: readonly string[], env: Record<string, string> = {}) {
    return this.yard.run('tezpay', ['--path', this.yard.folder, '--disable-donation-prompt', ...words], this.env(env));
  }

  spawn(words: readonly string[], env: Record<string, string> = {}): Running {
    return this.yard.spawn(
      'tezpay',
      ['--path', this.yard.folder, '--disable-donation-prompt', ...words],
      this.env(env),
    );
  }

  /** What an account has now. */
  async balance(address: string): Promise<number> {
    return Number(await this.node.get(`/chains/main/blocks/head/context/contracts/${address}/balance`));
  }

  async counter(): Promise<number> {
    return Number(await this.node.get(`/chains/main/blocks/head/context/contracts/${this.wallet.address}/counter`));
  }
}
