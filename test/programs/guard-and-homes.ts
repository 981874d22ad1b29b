import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { AgentConfig } from '../../programs/agent/agent.contract';
import { startAgent } from '../../programs/agent/agent-server';
import type { GuardConfig, SignerConfig } from '../../programs/guard/guard.contract';
import { type RunningGuard, startGuard } from '../../programs/guard/start-guard';
import { ask } from '../../programs/runtime/ask-http';
import { serve } from '../../programs/runtime/serve-http';
import { type Vote, voteHex } from './asked-bytes';
import { agentConfig, CHAIN, GUARD_PEM, key, octezSigner, otherKey, type StandIn } from './home';
import { afterwards, temporaryFolder, until } from './temporary';

/** A chain with short blocks; the guard's budget is half of one. */
export const BLOCK_MS = 1200;
const START_MS = Date.now() - 1_000_000 * BLOCK_MS;

/** A node of the bakery, which says what it is told to. */
export class Node {
  level = 100;
  timestampMs = Date.now();
  chain = CHAIN;
  url = '';
  asked = 0;

  async start(): Promise<this> {
    const listening = await serve(
      { port: 0, host: '127.0.0.1' },
      ({ path }) => {
        this.asked++;
        if (path !== '/chains/main/blocks/head/header') return { status: 404, text: '' };
        const timestamp = new Date(this.timestampMs).toISOString();
        return { status: 200, json: { chain_id: this.chain, level: this.level, timestamp } };
      },
      () => {},
    );
    afterwards(() => listening.close());
    this.url = `http://127.0.0.1:${listening.port}`;
    return this;
  }

  /** A block comes now. */
  head(level: number): void {
    this.level = level;
    this.timestampMs = Date.now();
  }
}

export interface Home {
  readonly config: AgentConfig;
  /** What the guard's file says of it. */
  readonly signer: SignerConfig;
  /** Ends its agent. */
  stop(): Promise<void>;
}

/** A machine at home whose agent runs. */
export async function home(name: string, standIn?: StandIn, more: Partial<AgentConfig> = {}): Promise<Home> {
  const config = agentConfig(standIn ?? (await octezSigner()), { signer: name, budgetMs: BLOCK_MS / 3, ...more });
  const { socket } = config.listen as { socket: string };
  const signer = { name, keys: config.keys, uplinks: [{ name: 'cable', socket }] };
  return { config, signer, stop: await run(config) };
}

/** Starts its agent; answers how to end it. */
export async function run(config: AgentConfig): Promise<() => Promise<void>> {
  const { close } = await startAgent(config, () => {}, 50);
  afterwards(close);
  return close;
}

/** What passes on the way to an agent. */
export interface Tap {
  readonly socket: string;
  /** Requests as they came. */
  readonly heard: string[];
  /** Answers to what matches wait so long, or for ever. */
  delay: { readonly of: RegExp; readonly ms: number } | undefined;
  /** On what matches the line is cut, when it has passed. */
  cut: RegExp | undefined;
}

/** A way to an agent on which somebody listens. */
export async function tap({ listen }: AgentConfig): Promise<Tap> {
  const tapped: Tap = { socket: join(temporaryFolder(), 't'), heard: [], delay: undefined, cut: undefined };
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect((listen as { socket: string }).socket);
    let isSlow = false;
    near.on('data', (data) => {
      tapped.heard.push(`${data}`);
      isSlow ||= tapped.delay?.of.test(`${data}`) ?? false;
      far.write(data);
      if (tapped.cut?.test(`${data}`)) setTimeout(() => near.destroy(), 20);
    });
    const later = (what: () => void) => setTimeout(what, isSlow ? tapped.delay?.ms : 0).unref();
    far.on('data', (data) => later(() => near.write(data)));
    far.on('close', () => later(() => near.destroy()));
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(tapped.socket, resolve));
  afterwards(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return tapped;
}

export interface Guard extends RunningGuard {
  readonly config: GuardConfig;
  readonly logged: string[];
}

export function guardConfig(
  node: Node,
  signers: readonly SignerConfig[],
  more: Partial<GuardConfig> = {},
): GuardConfig {
  const folder = temporaryFolder();
  const privateKeyFile = join(folder, 'key.pem');
  writeFileSync(privateKeyFile, GUARD_PEM);
  return {
    chain: {
      id: CHAIN,
      blockMs: BLOCK_MS,
      startMs: START_MS,
      roundGrowthMs: 0,
      tags: {
        firstBytes: [0x11, 0x12, 0x13],
        preattestation: { slot: [20], slotless: [40] },
        attestation: { slot: [21], slotWithDal: [23], slotless: [41] },
        endorsement: [],
      },
    },
    keys: [key, otherKey].map(({ address, publicKey }) => ({ address, publicKey, role: 'delegate' })),
    signers,
    nodes: [node.url],
    privateKeyFile,
    listen: { port: 0, host: '127.0.0.1' },
    metrics: { port: 0, host: '127.0.0.1' },
    control: join(folder, 'c'),
    ...more,
  };
}

export async function guard(config: GuardConfig): Promise<Guard> {
  const logged: string[] = [];
  const running = await startGuard(config, (severity, message) => logged.push(`${severity} ${message}`));
  let ending: Promise<void> | undefined;
  const stop = () => (ending ??= running.stop());
  afterwards(stop);
  return { ...running, stop, config, logged };
}

/** A guard that has opened, with these homes; the node's head is such that the level above it is the first that may be signed. */
export async function openGuard(node: Node, homes: readonly Home[], more: Partial<GuardConfig> = {}): Promise<Guard> {
  const signers = homes.map(({ signer }) => signer);
  const opened = await guard(guardConfig(node, signers, more));
  await opens(opened, node, homes.length);
  return opened;
}

/** It is open, and so many signers are usable and healthy; its node's head moves to the floor. */
export async function opens(of: Guard, node: Node, usable: number): Promise<void> {
  const isHealthy = ({ isUsable, keys }: any) => isUsable && Object.values(keys).includes('');
  await until('the guard is open', async () => (await said(of)).signers.filter(isHealthy).length >= usable);
  node.head(Math.max(node.level, (await said(of)).floor));
}

/** What `guard status` says. */
export async function said({ config: { control } }: Guard): Promise<any> {
  return JSON.parse((await ask({ socket: control }, { method: 'GET', path: '/status', timeoutMs: 5000 })).text);
}

export interface Wish extends Vote {
  readonly of?: string;
  readonly body?: string;
  readonly query?: string;
}

/** What a baker hears: the code, and the signature or the error. */
export async function sign({ port }: RunningGuard, wish: Wish): Promise<[number, string]> {
  const { of = key.address, query = '?version=3', body = JSON.stringify(voteHex(wish)) } = wish;
  const question = { method: 'POST', path: `/keys/${of}${query}`, body, timeoutMs: 10_000 } as const;
  const { status, text } = await ask({ url: `http://127.0.0.1:${port}` }, question);
  if (!/^[{[]/.test(text)) return [status, text];
  const told = JSON.parse(text);
  return [status, told.signature ?? told[0]?.msg];
}

export async function get(port: number, path: string): Promise<[number, string]> {
  const { status, text } = await ask({ url: `http://127.0.0.1:${port}` }, { method: 'GET', path, timeoutMs: 5000 });
  return [status, text.trim()];
}
