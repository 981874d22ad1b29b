import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Log } from '../runtime/json-log';
import { messageOf } from '../runtime/message-headers';
import { signedBy } from '../runtime/message-key';
import { type Listening, type Reply, type Request, serve } from '../runtime/serve-http';
import { type AgentConfig, type AgentStatus, codes, HANDOVER_PATH, type SignEnding } from './agent.contract';
import { AgentCore, type Refusal } from './agent-core';
import { AgentMetrics } from './agent-metrics';
import { AgentFiles } from './agent-store';
import { Device } from './device';
import { handoverIn } from './handover-body';
import { KeyHealth } from './key-health';
import { octezMarks } from './octez-marks';

/** How often octez-signer is asked whether it knows the keys. */
const LOOK_MS = 1000;
/** For answers that are ready to go out at the end. */
const GRACE_MS = 200;
const KEY_PATH = /^\/keys\/(tz[1-4][1-9A-HJ-NP-Za-km-z]{33})(?:\?version=\d)?$/;

/** Starts the agent; resolves when it listens. `everyMs`: how often it looks at octez-signer. */
export async function startAgent(config: AgentConfig, log: Log, everyMs = LOOK_MS): Promise<Listening> {
  mkdirSync(config.runFolder, { recursive: true, mode: 0o700 });
  const agent = new Agent(config, log);
  await agent.health.look();
  const looking = setInterval(() => agent.health.look(), everyMs);
  const { listen } = config;
  const listening = await serve(
    'socket' in listen ? listen : { ...listen, host: '127.0.0.1' },
    (request) => agent.answer(request),
    (error) => log('ERROR', error.message),
  );
  let ending: Promise<void> | undefined;
  const end = async () => {
    clearInterval(looking);
    await agent.idle();
    await listening.close(GRACE_MS);
  };
  log('INFO', `the agent of ${config.signer} listens`);
  return {
    port: listening.port,
    close: () => (ending ??= end()),
  };
}

class Agent {
  readonly health: KeyHealth;
  private readonly core: AgentCore;
  private readonly device: Device;
  private readonly metrics: AgentMetrics;

  constructor(
    private readonly config: AgentConfig,
    private readonly log: Log,
  ) {
    const { signer, keys, chainId, octezSigner: url, octezSignerFolder: folder, deviceLimitMs: limitMs } = config;
    this.device = new Device({ url, limitMs });
    this.health = new KeyHealth(keys, this.device, config.budgetMs);
    this.core = new AgentCore({
      signer,
      store: new AgentFiles(config),
      random: () => randomBytes(16).toString('hex'),
      clockMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      isGuards: signedBy(config.guardKey),
      marks: () => (folder ? octezMarks(folder, chainId, keys) : []),
    });
    this.metrics = new AgentMetrics(() => this.status());
  }

  async answer(request: Request): Promise<Reply> {
    const { method, path } = request;
    if (method === 'GET' && path === '/status') return { status: 200, json: this.status() };
    if (method === 'GET' && path === '/metrics') return { status: 200, text: this.metrics.text };
    if (method === 'POST' && path === '/epoch') return this.announce(request);
    if (method === 'POST' && path === HANDOVER_PATH) return this.handOver(request);
    const [, key] = KEY_PATH.exec(path) ?? [];
    if (method === 'POST' && key && this.config.keys.includes(key)) return this.sign(request, key);
    return { status: 404, text: 'nothing is here\n' };
  }

  /** Takes the device, so that nobody else does: whoever has it yet gets an answer. */
  async idle(): Promise<void> {
    await this.device.turns.take(performance.now() + this.config.budgetMs);
  }

  private status(): AgentStatus {
    const { signer } = this.config;
    const known = { signer, clockMs: Date.now(), keys: this.health.problems };
    try {
      const { epoch, session, marks } = this.core;
      return { ...known, epoch, session, marks };
    } catch (error) {
      return { ...known, marks: [], problem: (error as Error).message };
    }
  }

  /** Waits for what is at the device, however long it takes: a session must not begin before. */
  private async announce(request: Request): Promise<Reply> {
    const heard = messageOf(request, request.headers);
    if (!heard) return { status: 400, text: 'not a message of a guard\n' };
    const end = await this.device.turns.take(Number.POSITIVE_INFINITY, request.isGone);
    if (!end) return { status: 503, text: 'too late\n' };
    try {
      const answer = this.core.announce(heard.message, heard.signature);
      if ('refused' in answer) return this.refuse(answer, heard.message.epoch.number);
      this.log('INFO', 'took an epoch', { epoch: heard.message.epoch.number });
      return { status: 200, json: answer };
    } finally {
      end();
    }
  }

  /** Takes no turn at the device: what is at it belongs to the same session. */
  private handOver(request: Request): Reply {
    const heard = messageOf(request, request.headers);
    const handover = heard && handoverIn(request.body);
    if (!heard || !handover) return { status: 400, text: 'not a handover of a guard\n' };
    const refusal = this.core.handOver(heard.message, heard.signature, handover);
    if (refusal) return this.refuse(refusal, heard.message.epoch.number);
    this.log('INFO', 'the guard has stopped for good', { epoch: heard.message.epoch.number });
    return { status: 200, json: {} };
  }

  private async sign(request: Request, key: string): Promise<Reply> {
    const { budgetMs } = this.config;
    const untilMs = request.arrivedMs + budgetMs;
    const heard = messageOf(request, request.headers);
    if (!heard) return { status: 400, text: 'not a message of a guard\n' };
    // Who waits for longer has no time left for another signer.
    const end = await this.device.turns.take(untilMs - budgetMs / 2, request.isGone);
    if (!end) return this.ended(key, { ending: 'not asked', why: 'the device is busy' });
    let over: Promise<void> | undefined;
    try {
      const refusal = this.core.admit(heard.message, heard.signature);
      if (refusal) return this.refuse(refusal, heard.message.epoch.number);
      const asked = this.device.sign(request.path, request.body, untilMs);
      over = asked.over;
      const ending = await this.metrics.timed(asked.ending);
      this.health.ended(key, ending);
      return this.ended(key, ending);
    } finally {
      if (over) over.then(end);
      else end();
    }
  }

  private ended(key: string, ending: SignEnding): Reply {
    this.metrics.request(ending.ending);
    if ('why' in ending) this.log('WARNING', `not signed: ${ending.ending}`, { key, why: ending.why });
    return { status: codes[ending.ending], json: ending };
  }

  private refuse(refusal: Refusal, epoch: number): Reply {
    this.metrics.request('refused');
    this.log('WARNING', `refused for its ${refusal.refused}`, { epoch, stored: refusal.epoch?.number });
    return { status: codes.refused, json: refusal };
  }
}
