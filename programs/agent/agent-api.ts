import { randomBytes } from 'node:crypto';
import type { Log } from '../runtime/json-log';
import { messageOf, type SignedMessage } from '../runtime/message-headers';
import { signedBy } from '../runtime/message-key';
import type { Place } from '../runtime/place';
import type { Handler, Reply, Request } from '../runtime/serve-http';
import {
  type AgentConfig,
  type AgentStatus,
  codes,
  HANDOVER_PATH,
  type KeyStatus,
  type SignEnding,
} from './agent.contract';
import { AgentCore, type Refusal } from './agent-core';
import { AgentMetrics } from './agent-metrics';
import { AgentFiles } from './agent-store';
import { Device } from './device';
import { DeviceLook } from './device-look';
import { handoverIn } from './handover-body';
import { Machine, SYS } from './home-machine';
import { keepMarks } from './kept-marks';
import { KeyHealth } from './key-health';
import { OctezMarks, octezMarks } from './octez-marks';

const ADDRESS = 'tz[1-4][1-9A-HJ-NP-Za-km-z]{33}';
const KEY_PATH = new RegExp(`^/keys/(${ADDRESS})(?:\\?version=\\d)?$`);
const STATUS_PATH = new RegExp(`^/status/(${ADDRESS})$`);

/** What this machine answers, and to whom. */
export class Agent {
  readonly health: KeyHealth;
  readonly machine: Machine | undefined;
  private readonly core: AgentCore;
  private readonly device: Device;
  private readonly metrics: AgentMetrics;

  constructor(
    private readonly config: AgentConfig,
    private readonly log: Log,
  ) {
    const { signer, keys, chainId, octezSigner: url, octezSignerFolder: folder, deviceLimitMs: limitMs } = config;
    const sys = config.hardware?.sys ?? SYS;
    const deviceLook = config.device && new DeviceLook({ config: config.device, chainId, sys });
    this.device = new Device({ url, limitMs });
    this.health = new KeyHealth({ keys, device: this.device, deviceLook, patienceMs: config.budgetMs });
    this.machine = config.hardware && new Machine(config, config.hardware, deviceLook);
    const isAsked = () => this.device.silentMs > 0;
    const octez = new OctezMarks(() => (folder ? octezMarks(folder, chainId, keys) : []), isAsked);
    this.core = new AgentCore({
      signer,
      store: new AgentFiles(config),
      random: () => randomBytes(16).toString('hex'),
      clockMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      isGuards: signedBy(config.guardKey),
      marks: () => [...octez.all, ...(deviceLook?.marks ?? [])],
    });
    this.metrics = new AgentMetrics({ status: () => this.status(), health: this.health, machine: this.machine });
  }

  /** Where it listens, and who answers there. */
  get places(): [Place, Handler][] {
    const { listen, hardware } = this.config;
    const own = 'socket' in listen ? listen : { ...listen, host: '127.0.0.1' };
    const uplinks = (hardware?.uplinks ?? []).map((uplink): [Place, Handler] => [
      { socket: uplink.socket },
      (request) => {
        this.machine?.uplinks.asked(uplink);
        return this.answer(request);
      },
    ]);
    return [[own, (request) => this.answer(request)], ...uplinks];
  }

  readonly onError = (error: Error) => this.log('ERROR', error.message);

  private async answer(request: Request): Promise<Reply> {
    const { method, path } = request;
    if (method === 'GET' && path === '/status') return { status: 200, json: this.status() };
    if (method === 'GET' && path === '/metrics') return { status: 200, text: this.metrics.text };
    if (method === 'POST' && path === '/epoch') return this.announce(request);
    if (method === 'POST' && path === HANDOVER_PATH) return this.handOver(request);
    const [, asked] = STATUS_PATH.exec(path) ?? [];
    if (method === 'GET' && asked && this.config.keys.includes(asked)) return this.statusOf(asked);
    const [, key] = KEY_PATH.exec(path) ?? [];
    if (method === 'POST' && key && this.config.keys.includes(key)) return this.sign(request, key);
    return { status: 404, text: 'nothing is here\n' };
  }

  /** Takes the device, so that nobody else does: whoever has it yet gets an answer. */
  async idle(): Promise<void> {
    await this.device.take(performance.now() + this.config.budgetMs);
  }

  private status(): AgentStatus {
    const { signer } = this.config;
    const { problems: keys, reasons } = this.health;
    const known = { signer, clockMs: Date.now(), keys, reasons };
    try {
      const { epoch, session, marks } = this.core;
      return { ...known, epoch, session, marks };
    } catch (error) {
      return { ...known, marks: [], problem: (error as Error).message };
    }
  }

  /** Whether the device could sign with this key now. */
  private statusOf(key: string): Reply {
    const { reason = '', text = '' } = this.health.problemOf(key) ?? {};
    const json: KeyStatus = { key, reason, text };
    return { status: reason === '' ? 200 : 503, json };
  }

  /** Waits for what is at the device, however long it takes: a session must not begin before. */
  private async announce(request: Request): Promise<Reply> {
    const heard = messageOf(request, request.headers);
    if (!heard) return { status: 400, text: 'not a message of a guard\n' };
    const end = await this.device.take(Number.POSITIVE_INFINITY, request.isGone);
    if (!end) return { status: 503, text: 'too late\n' };
    try {
      await this.health.lookAtDevice(() => false); // for its marks
      const answer = this.core.announce(heard.message, heard.signature);
      if ('refused' in answer) return this.refuse(answer, heard.message.epoch.number);
      this.log('INFO', 'took an epoch', { epoch: heard.message.epoch.number });
      return { status: 200, json: answer };
    } catch (error) {
      return this.notAnswered(error as Error);
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
    const end = await this.device.take(untilMs - budgetMs / 2, request.isGone);
    if (!end) return this.ended(key, { ending: 'not asked', why: 'the device is busy' });
    let over: Promise<void> | undefined;
    try {
      const refusal = this.admit(heard);
      if (refusal) return refusal;
      const asked = this.device.sign(request.path, request.body, untilMs);
      over = asked.over;
      const ending = await this.metrics.timed(asked.ending);
      this.health.ended(key, ending);
      if (ending.ending === 'signed') await this.keepMarks();
      return this.ended(key, ending);
    } finally {
      if (over) over.then(end);
      else end();
    }
  }

  /** Before anybody hears of the signature. It is made, whatever the card says. */
  private async keepMarks(): Promise<void> {
    const { octezSignerFolder } = this.config;
    if (!octezSignerFolder) return;
    await keepMarks(octezSignerFolder).catch(({ message }: Error) =>
      this.log('ERROR', `a power cut would take the marks of octez-signer back: ${message}`),
    );
  }

  /** Why the device is not asked; undefined if it may be. */
  private admit({ message, signature }: SignedMessage): Reply | undefined {
    try {
      const refusal = this.core.admit(message, signature);
      return refusal && this.refuse(refusal, message.epoch.number);
    } catch (error) {
      const why = (error as Error).message;
      this.log('ERROR', `not signed: ${why}`);
      return this.ended('', { ending: 'not asked', why });
    }
  }

  /** The card is full, read-only or damaged: the guard is told why, since its person reads that. */
  private notAnswered({ message }: Error): Reply {
    this.log('ERROR', `a guard gets no session: ${message}`);
    return { status: 500, text: `no session: ${message}\n` };
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
