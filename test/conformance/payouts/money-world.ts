import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, askJson } from '../../stand-ins/kit/http-client';
import { madeSecretKey } from '../../stand-ins/kit/secret-keys';
import { freePorts } from '../cluster/processes';
import { Child } from '../signing/child-program';
import { GuardedWallet } from './guarded-wallet';
import { RecordsStore } from './records-store';

export interface MoneyWorldParts {
  readonly folder: string;
  /** Bundle of the stand-ins. */
  readonly standIn: string;
  readonly engine: string;
  /** The bundle of each wallet's guard. */
  readonly guards: readonly string[];
  readonly blockTimeMs: number;
  /** Absent: so many that no cycle ends. */
  readonly blocksPerCycle?: number;
  /** Absent: as many as Tenderbake needs. */
  readonly finalityBlocks?: number;
}

/** Where the chain begins, and for how many blocks an operation may be included. */
export const START_LEVEL = 1000;
const TTL = 40;
const SLOW_MS = 60_000;

/** A chain, a node, a signer, an indexer and a bucket; and wallets, each with its guard. All but the bucket are processes. */
export class MoneyWorld {
  readonly store = new RecordsStore();
  readonly wallets: GuardedWallet[];
  /** Wallets of which its chain includes nothing; another world has wallets of the same addresses. */
  readonly censored = new Set<string>();
  chainUrl = '';
  nodeUrl = '';
  signerUrl = '';
  indexerUrl = '';
  private readonly children: Child[] = [];

  constructor(readonly parts: MoneyWorldParts) {
    mkdirSync(parts.folder, { recursive: true });
    this.wallets = parts.guards.map((program, i) => new GuardedWallet(this, i, program));
  }

  path(...names: string[]): string {
    return join(this.parts.folder, ...names);
  }

  /** The file's path. */
  write(name: string, content: unknown): string {
    const path = this.path(name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  async start(): Promise<void> {
    await this.store.start();
    const [control, peers, rpc, p2p, signer, indexer] = await freePorts(6);
    this.chainUrl = `http://127.0.0.1:${control}`;
    this.nodeUrl = `http://127.0.0.1:${rpc}`;
    this.signerUrl = `http://127.0.0.1:${signer}`;
    this.indexerUrl = `http://127.0.0.1:${indexer}`;
    const addresses = ['--control-addr', `127.0.0.1:${control}`, '--p2p-addr', `127.0.0.1:${peers}`];
    this.standIn('stand-in-chain', ['--config', this.write('chain.json', this.chainConfig()), ...addresses]);
    const listen = ['--rpc-addr', `127.0.0.1:${rpc}`, '--net-addr', `127.0.0.1:${p2p}`];
    const sync = [
      '--history-mode',
      'archive',
      '--no-bootstrap-peers',
      '--synchronisation-threshold',
      '1',
      '--peer',
      `127.0.0.1:${peers}`,
    ];
    await until(() => this.answers(`${this.chainUrl}/control/context`), 'the chain');
    this.standIn('octez-node', ['run', '--data-dir', this.path('node'), ...listen, ...sync]);
    this.standIn('octez-signer', [
      '--base-dir',
      this.keys(),
      'launch',
      'http',
      'signer',
      '-a',
      '127.0.0.1',
      '-p',
      `${signer}`,
      '-M',
      '0x03',
    ]);
    const settings = { listen: `127.0.0.1:${indexer}`, chain: this.chainUrl };
    this.standIn('stand-in-indexer', ['--config', this.write('indexer.json', settings)]);
    await until(async () => (await this.level()) > START_LEVEL, 'the node');
    await Promise.all(this.wallets.map((wallet) => wallet.start()));
  }

  private standIn(name: string, words: readonly string[]): void {
    const all = [this.parts.standIn, name, ...words];
    this.children.push(new Child({ program: process.execPath, words: all }));
  }

  private chainConfig(): object {
    const rich = { balance: '1000000000000', counter: '10' };
    const payers = this.wallets.map(({ address, publicKey }) => [address, { ...rich, publicKey }]);
    const paid = this.wallets.flatMap(({ recipients, baker }) =>
      recipients.map((each) => [each, { balance: '1', delegate: baker }]),
    );
    const accounts = Object.fromEntries([...payers, ...paid]);
    const rights = Object.fromEntries(this.wallets.map(({ baker }) => [baker, { share: 0 }]));
    const { blockTimeMs, blocksPerCycle = 100_000 } = this.parts;
    const pace = { blockTimeMs, blocksPerCycle, startLevel: START_LEVEL, maxOperationsTtl: TTL };
    return { ...pace, accounts, rights, seed: 'payouts' };
  }

  private keys(): string {
    const made = this.wallets.map(({ word }) => ({ name: word, ...madeSecretKey(word) }));
    const file = (name: string, value: (key: (typeof made)[number]) => string) =>
      this.write(
        `keys/${name}`,
        made.map((key) => ({ name: key.name, value: value(key) })),
      );
    file('public_key_hashs', ({ address }) => address);
    file('public_keys', ({ publicKey }) => `unencrypted:${publicKey}`);
    file('secret_keys', ({ secretKey }) => `unencrypted:${secretKey}`);
    return this.path('keys');
  }

  private answers(url: string): Promise<boolean> {
    return askJson(url, { timeoutMs: 1000 }).then(
      () => true,
      () => false,
    );
  }

  /** Of the node's head; 0 while it does not answer. */
  async level(): Promise<number> {
    const header = await this.rpc<{ level: number }>('/chains/main/blocks/head/header').catch(() => ({ level: 0 }));
    return header.level;
  }

  rpc<T>(path: string): Promise<T> {
    return askJson<T>(`${this.nodeUrl}${path}`, { timeoutMs: 5000 });
  }

  /** Tells the chain something. */
  control(change: object): Promise<void> {
    return told(this.chainUrl, change);
  }

  /** Tells the indexer something. */
  index(change: object): Promise<void> {
    return told(this.indexerUrl, change);
  }

  async stop(): Promise<void> {
    await Promise.all(this.wallets.map((wallet) => wallet.stop()));
    await Promise.all(this.children.map((child) => child.kill()));
    this.store.stop();
  }
}

async function told(url: string, change: object): Promise<void> {
  const { status, text } = await ask(`${url}/control`, { method: 'POST', body: JSON.stringify(change) });
  if (status !== 200) throw new Error(text);
}

/** Asks until it is so. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, ms = SLOW_MS): Promise<void> {
  for (const endMs = performance.now() + ms; performance.now() < endMs; await wait(40)) if (await condition()) return;
  throw new Error(`${what}: not within ${ms / 1000} s`);
}

export const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
