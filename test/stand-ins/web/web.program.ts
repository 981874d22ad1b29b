import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Block } from '../chain/block';
import { ancientBlock } from '../chain/block';
import { type ChainContext, defaultContext, type SiteFault } from '../chain/chain-context';
import { parseCmdliner } from '../kit/command-line';
import { askJson } from '../kit/http-client';
import { parseAddress } from '../kit/http-server';
import { endOnSignals, forever, type Program, pause, say } from '../kit/program';
import { headerLine, type Snapshot } from '../kit/snapshot-file';

export interface Site {
  readonly listen: string;
  /** What it serves by path. */
  readonly snapshots?: Readonly<Record<string, SnapshotSettings>>;
  /** Answers `.../chains/main/blocks/<level>/hash` and `/v1/blocks/<level>`, under any path. */
  readonly rpc?: boolean;
  /** From the start on; the chain's control endpoint may say otherwise (`siteFaults`). */
  readonly fault?: SiteFault;
}

export interface SnapshotSettings {
  readonly level?: number;
  readonly mode?: 'rolling' | 'full';
  readonly version?: number;
  readonly bytes?: number;
}

export interface WebSettings {
  /** The chain's control endpoint; without it the history of `context` is all there is. */
  readonly chain?: string;
  readonly context?: Partial<ChainContext>;
  readonly sites: readonly Site[];
}

/** stand-in-web --config FILE: snapshot providers and public RPC nodes of several operators, each at its own address. */
export const webProgram: Program = async ({ name, words }) => {
  const options = parseCmdliner(name, '', words, { flags: { '--config': 'value' } });
  const settings = JSON.parse(
    readFileSync(options.value('--config') ?? '/etc/stand-in/web.json', 'utf8'),
  ) as WebSettings;
  const ports = await Promise.all(settings.sites.map((_, index) => open(settings, index)));
  endOnSignals(async () => {});
  say(`web: sites ${ports.join(' ')}`);
  return forever();
};

async function open(settings: WebSettings, index: number): Promise<number> {
  const { host, port } = parseAddress(settings.sites[index].listen, 80);
  const server = createServer((request, response) => {
    answer(settings, index, request, response).catch((error: Error) => {
      say(`${request.url}: ${error.message}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host || undefined, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function answer(
  settings: WebSettings,
  index: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const site = settings.sites[index];
  const fault = await faultOf(settings, index);
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (fault.down) return void request.socket.destroy();
  if (fault.status) return void response.writeHead(fault.status).end();
  const snapshot = site.snapshots?.[path];
  if (snapshot) return sendSnapshot(settings, snapshot, fault, response);
  const [, level, isTzkt] = /\/chains\/main\/blocks\/(\d+)\/hash$/.exec(path) ?? tzkt(path);
  if (!site.rpc || level === undefined) return void response.writeHead(404).end();
  const { block } = await blockAt(settings, Number(level), fault);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(isTzkt ? { level: block.level, hash: block.hash } : block.hash)}\n`);
}

async function faultOf({ chain, sites }: WebSettings, index: number): Promise<SiteFault> {
  const scripted = chain && (await askJson<ChainContext>(`${chain}/control/context`)).siteFaults[index];
  return scripted || sites[index].fault || {};
}

function tzkt(path: string): (string | undefined)[] {
  const level = /\/v1\/blocks\/(\d+)$/.exec(path)?.[1];
  return [undefined, level, level && 'tzkt'];
}

async function blockAt(
  { chain, context }: WebSettings,
  level: number,
  fault: SiteFault,
): Promise<{ block: Block; context: ChainContext }> {
  const known = chain
    ? await askJson<ChainContext>(`${chain}/control/context`)
    : { ...defaultContext, startLevel: level, startTimeMs: Date.now(), ...context };
  if (fault.otherChain) {
    const other = { ...known, seed: `not ${known.seed}` };
    return { block: ancientBlock(other, level), context: other };
  }
  if (chain && level > known.startLevel)
    return { block: await askJson<Block>(`${chain}/control/block/${level}`), context: known };
  return { block: ancientBlock(known, level), context: known };
}

/** The level of a snapshot that names none: the chain's head, less a few blocks that may still change. */
async function levelOf({ chain, context }: WebSettings, { level }: SnapshotSettings): Promise<number> {
  if (level !== undefined) return level;
  if (!chain) return context?.startLevel ?? 0;
  const head = await askJson<Block>(`${chain}/control/block/head`);
  return Math.max(1, head.level - 3);
}

async function sendSnapshot(
  settings: WebSettings,
  wanted: SnapshotSettings,
  fault: SiteFault,
  response: ServerResponse,
): Promise<void> {
  const { block, context } = await blockAt(settings, await levelOf(settings, wanted), fault);
  const { mode = 'rolling', version = 9, bytes = 64 * 1024 } = wanted;
  const head: Snapshot = {
    format: 'stand-in-snapshot',
    version,
    chainName: context.chainName,
    mode,
    block,
    context,
    bytes,
  };
  const start = headerLine(head);
  const size = Math.max(bytes, start.length + 3);
  const line = size === bytes ? start : headerLine({ ...head, bytes: size });
  const sent = fault.truncated ? Math.floor(size / 2) : size;
  response.writeHead(200, { 'content-length': fault.liesAboutSize ? sent + 1_000_000 : sent });
  await write(response, line.subarray(0, sent), fault);
  for (let left = sent - line.length - (fault.truncated ? 0 : 3); left > 0; ) {
    const part = Buffer.alloc(
      Math.min(left, fault.bytesPerSecond ? Math.ceil(fault.bytesPerSecond / 10) : 1 << 20),
      'x',
    );
    await write(response, part, fault);
    left -= part.length;
  }
  if (!fault.truncated) await write(response, Buffer.from('END'), {});
  // What was sent arrives first: a client that hears of the end in the middle of the headers takes them for all there is.
  if (fault.liesAboutSize) response.socket?.destroySoon();
  else response.end();
}

async function write(response: ServerResponse, part: Buffer, fault: SiteFault): Promise<void> {
  if (part.length === 0) return;
  if (!response.write(part)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
  if (response.destroyed) throw new Error('the client is gone');
  if (fault.bytesPerSecond) await pause(100);
}
