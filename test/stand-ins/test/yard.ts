import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../../kit/root';
import { standInBundle } from '../build';
import { ask, askJson } from '../kit/http-client';
import { madeSecretKey } from '../kit/secret-keys';
import './needed-programs';

/** The machine may be busy: what takes a second here may take ten there. */
jest.setTimeout(120_000);

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A program that runs. */
export class Running {
  output = '';
  readonly ended: Promise<Ended>;

  constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (this.output += text));
    this.ended = new Promise((resolve) => child.on('close', (code) => resolve({ code, output: this.output })));
  }

  /** The numbers after `word` in a line that matches. */
  ports(word: string): number[] {
    const found = new RegExp(`${word} ([\\d ]+)`).exec(this.output);
    return (found?.[1] ?? '').trim().split(' ').map(Number);
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** A folder and the processes that a test starts in it, on free ports of loopback. */
export class Yard {
  readonly folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  private readonly started: Running[] = [];

  constructor() {
    writeFileSync(this.path('stand-in.cjs'), standInBundle());
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }
  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }
  write(name: string, content: unknown): string {
    mkdirSync(join(this.path(name), '..'), { recursive: true });
    writeFileSync(this.path(name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    return this.path(name);
  }

  spawn(name: string, words: readonly string[], env: Record<string, string>): Running {
    const own = { HOME: this.folder, STAND_IN_DISCONNECTION_MS: '300', ...env };
    const settings = { env: { ...process.env, ...own }, cwd: this.folder };
    const running = new Running(spawn(process.execPath, [this.path('stand-in.cjs'), name, ...words], settings));
    this.started.push(running);
    return running;
  }

  /** To its end. */
  run(name: string, words: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return this.spawn(name, words, env).ended;
  }

  /** Until it says it is ready. */
  async start(name: string, words: readonly string[], env: Record<string, string> = {}): Promise<Running> {
    const running = this.spawn(name, words, env);
    const isReady = /running|: (control|sites)|HTTP requests|started for|Accuser started|the DAL node is ready/;
    await until(
      () => isReady.test(running.output) || running.child.exitCode !== null,
      () => running.output,
    );
    if (running.child.exitCode !== null) throw new Error(`${name} ended: ${running.output}`);
    return running;
  }

  async chain(settings: object, peers = 3): Promise<Chain> {
    const config = this.write(`chain-${Math.random()}.json`, settings);
    const addresses = Array.from({ length: peers }, () => ['--p2p-addr', '127.0.0.1:0']).flat();
    return new Chain(
      await this.start('stand-in-chain', ['--config', config, '--control-addr', '127.0.0.1:0', ...addresses]),
    );
  }

  /** A node that has its folder, of the chain that `network` names. */
  async node(
    name: string,
    flags: readonly string[],
    options: { version?: string; rpc?: number; env?: Record<string, string> } = {},
  ): Promise<Node> {
    const old = options.version === '7.5';
    const metrics = old ? [] : ['--metrics-addr', '127.0.0.1:0'];
    const rpc = ['--rpc-addr', `127.0.0.1:${options.rpc ?? 0}`, '--rpc-addr', '0.0.0.0:0'];
    const addresses = [...(flags.includes('--net-addr') ? [] : ['--net-addr', '127.0.0.1:0']), ...rpc, ...metrics];
    const words = ['run', '--data-dir', this.path(name), '--no-bootstrap-peers', ...addresses, ...flags];
    const env = { STAND_IN_VERSION: options.version ?? '25.2', ...options.env };
    return new Node(await this.start(old ? 'tezos-node' : 'octez-node', words, env), this.path(name));
  }

  /** The wallet of keys, made from words; `locator` says where they are signed with. */
  wallet(folder: string, words: readonly string[], locator?: string): string {
    const keys = words.map((word) => ({ name: word, ...madeSecretKey(word) }));
    const file = (name: string, value: (key: (typeof keys)[number]) => string) =>
      this.write(
        `${folder}/${name}`,
        keys.map((key) => ({ name: key.name, value: value(key) })),
      );
    file('public_key_hashs', ({ address }) => address);
    file('public_keys', ({ publicKey }) => `unencrypted:${publicKey}`);
    file('secret_keys', ({ address, secretKey }) => (locator ? `${locator}/${address}` : `unencrypted:${secretKey}`));
    return this.path(folder);
  }

  /** A folder for PATH with the wget of the image. */
  imageWget(): string {
    return dirname(this.program('image/wget', `exec /bin/sh ${ROOT}/test/stand-ins/image/wget "$@"`));
  }

  /** A program under its own name, as in the image; for scripts. */
  link(name: string): string {
    return this.program(`bin/${name}`, `exec ${process.execPath} ${this.path('stand-in.cjs')} ${name} "$@"`);
  }

  /** Written once: what another one runs at that moment is "busy" for the kernel while it is written again. */
  private program(path: string, command: string): string {
    const file = this.path(path);
    if (existsSync(file)) return file;
    this.write(path, `#!/bin/sh\n${command}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  async clear(): Promise<void> {
    for (const running of this.started) running.child.kill('SIGKILL');
    await Promise.all(this.started.map(({ ended }) => ended));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class Chain {
  readonly url: string;
  readonly peers: string[];

  constructor(readonly running: Running) {
    this.url = `http://127.0.0.1:${running.ports('control')[0]}`;
    this.peers = running.ports('peers').map((port) => `127.0.0.1:${port}`);
  }
  state(): Promise<any> {
    return askJson(`${this.url}/control/state`);
  }
  async control(change: object): Promise<any> {
    const { status, text } = await ask(`${this.url}/control`, { method: 'POST', body: JSON.stringify(change) });
    if (status !== 200) throw new Error(text);
    return JSON.parse(text);
  }
}

export class Node {
  readonly p2p: string;
  readonly rpc: string;
  /** The listener that is not on loopback. */
  readonly publicRpc: string;
  readonly metrics: string;

  constructor(
    readonly running: Running,
    readonly dataDir: string,
  ) {
    const [first, second] = running.ports('rpc');
    this.p2p = `127.0.0.1:${running.ports('p2p')[0]}`;
    this.rpc = `http://127.0.0.1:${first}`;
    this.publicRpc = `http://127.0.0.1:${second}`;
    this.metrics = `http://127.0.0.1:${running.ports('metrics')[0]}/metrics`;
  }
  get<T = any>(path: string): Promise<T> {
    return askJson<T>(`${this.rpc}${path}`);
  }
  async level(): Promise<number> {
    return (await this.get('/chains/main/blocks/head/header')).level;
  }
  async syncState(): Promise<string> {
    return (await this.get('/chains/main/is_bootstrapped')).sync_state;
  }
}

export const peerFlags = (peers: readonly string[]) => peers.flatMap((peer) => ['--peer', peer]);

/** Asks until it is so; the error says what `state` tells. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  state: () => unknown = () => '',
  seconds = 30,
): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`it did not happen within ${seconds} s: ${JSON.stringify(await state()).slice(-3000)}`);
}
