import {
  AgentCore,
  type AgentStore,
  type Answer,
  type Refusal,
  type Session,
} from '../../../programs/agent/agent-core';
import { type Asked, GuardCore, type SignerFacts } from '../../../programs/guard/guard-core';
import type { Head } from '../../../programs/guard/heads';
import type { Kind } from '../../../programs/guard/signing-request';
import type { Epoch } from '../../../programs/runtime/epoch';
import { compareEpochs } from '../../../programs/runtime/epoch';
import { type GuardMessage, signedText } from '../../../programs/runtime/guard-message';

/**
 * A world of guards, agents, tunnels, clocks and heads in one process: every step is one thing that may happen next,
 * drawn by a seed. Devices sign whatever reaches them, and every signature is another one: nothing behind the guards
 * hides what they let through.
 */

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Wish {
  readonly seed: number;
  readonly steps: number;
  /** Devices keep marks of their own, report and refuse; else they do neither. */
  readonly marked?: boolean;
}

export interface Outcome {
  readonly signed: number;
  readonly asked: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly openings: number;
  /** Pairs of signatures for one slot: what must never be. */
  readonly doubles: readonly string[];
  /** Rules that were broken without two signatures, as seen from outside: another order of things, and there are two. */
  readonly broken: readonly string[];
}

const BLOCK_MS = 6000;
const START_MS = 1_700_000_000_000;
const KEYS = ['tz1a', 'tz1b'];
const KINDS = ['block', 'attestation'] as const;

type Packet =
  | {
      readonly to: 'agent';
      readonly at: Home;
      readonly from: Guard;
      readonly askedAt: number;
      readonly sentMs: number;
      readonly what: What;
    }
  | {
      readonly to: 'guard';
      readonly from: Home;
      readonly at: Guard;
      readonly askedAt: number;
      readonly sentMs: number;
      readonly what: What;
      readonly answer: unknown;
    };
type What =
  | { readonly kind: 'announce'; readonly message: GuardMessage; readonly signature: string }
  | { readonly kind: 'status' }
  | {
      readonly kind: 'sign';
      readonly message: GuardMessage;
      readonly signature: string;
      readonly asked: Asked;
      readonly tried: ReadonlySet<string>;
    };

/** A machine at home: the epoch outlives everything but its card, the session everything but the power. */
class Home {
  isOn = true;
  isLocked = false;
  durable: Epoch | undefined;
  readonly cards: Epoch[] = [];
  run: Session | undefined;
  /** When its session began. */
  born = 0;
  /** By guard: when it last named this guard's session to it. */
  readonly named = new Map<Guard, number>();
  readonly marks = new Map<string, { level: number; round: number }>();
  readonly agent: AgentCore;

  constructor(
    readonly name: string,
    world: World,
  ) {
    const store: AgentStore = {
      epoch: () => this.durable,
      keepEpoch: (epoch) => {
        if (this.durable && isBefore(epoch, this.durable)) world.breaks('an agent went back to an older epoch');
        this.durable = epoch;
        this.cards.push(epoch);
      },
      session: () => this.run,
      keepSession: (session) => {
        if (session.id !== this.run?.id) this.born = world.unique();
        this.run = session;
      },
    };
    this.agent = new AgentCore({
      signer: name,
      store,
      random: () => `s${world.unique()}`,
      clockMs: () => world.ms,
      monotonicMs: () => world.ms,
      isGuards: (text, signature) => signature === `signed ${text}`,
      marks: () =>
        world.isMarked
          ? [...this.marks].map(([id, mark]) => ({ key: id.split(' ')[0], kind: id.split(' ')[1], ...mark }))
          : [],
    });
  }
}

/** A guard that runs, or does not any more. */
class Guard {
  isAlive = true;
  readonly fenced = new Set<Home>();
  highestHead = 0;
  /** No home has a session of it any more, as it once had. */
  hasLostAll = false;
  readonly core: GuardCore;
  readonly clockOffset: number;

  constructor(
    readonly name: string,
    readonly epoch: Epoch,
    world: World,
    signers: readonly SignerFacts[],
  ) {
    this.clockOffset = Math.floor(world.random() * (BLOCK_MS / 2)) - BLOCK_MS / 4;
    this.core = new GuardCore({
      epoch,
      signers,
      chain: { blockMs: BLOCK_MS, startMs: START_MS },
      wallMs: () => world.ms + this.clockOffset,
      monotonicMs: () => world.ms,
    });
  }
}

export class World {
  ms = START_MS + 1000 * BLOCK_MS;
  readonly random: () => number;
  readonly isMarked: boolean;
  private readonly homes: Home[];
  private readonly guards: Guard[] = [];
  private packets: Packet[] = [];
  private readonly heard: Packet[] = [];
  /** When each block came, from the first that a node may still call its head. */
  private readonly blocks = [{ level: 900, timestampMs: this.ms }];
  private counter = 0;
  private readonly cut = new Set<string>();
  private readonly slots = new Map<string, string>();
  private readonly doubles: string[] = [];
  private readonly broken: string[] = [];
  private readonly refusals: Record<string, number> = {};
  private signed = 0;
  private highestSigned = 0;
  private askedFor = 0;
  private openings = 0;

  /** What goes wrong in this world, and how often: not everything in every one, or nothing would ever be signed. */
  private readonly faults: {
    /** Of a thousand steps. */
    readonly rate: number;
    readonly of: readonly number[];
    readonly late: number;
    /** How often a packet takes its time, or is lost. */
    readonly slow: number;
    readonly behind: number;
  };

  constructor(private readonly wish: Wish) {
    this.random = randomFrom(wish.seed);
    const { random } = this;
    this.faults = {
      rate: 5 + 80 * random() ** 2,
      of: Array.from({ length: 10 }, (_, i) => (i > 0 && random() < 0.4 ? 0 : random())),
      late: random() ** 2,
      slow: 0.5 * random() ** 2,
      behind: random() ** 2,
    };
    this.isMarked = wish.marked ?? false;
    this.homes = ['left', 'right'].map((name) => new Home(name, this));
    this.startGuard();
  }

  breaks(rule: string): void {
    this.broken.push(rule);
  }

  unique(): number {
    return ++this.counter;
  }

  run(): Outcome {
    for (let step = 0; step < this.wish.steps && this.doubles.length + this.broken.length === 0; step++) this.step();
    const { signed, askedFor: asked, refusals: refused, openings, doubles, broken } = this;
    return { signed, asked, refused, openings, doubles, broken };
  }

  private step(): void {
    for (const guard of this.living()) {
      const isHeard = this.homes.some(({ run, durable }) => run?.epoch === guard.epoch && durable === guard.epoch);
      if (guard.core.opening.phase === 'open' && !isHeard) guard.hasLostAll = true;
    }
    const chance = this.random() * 1000;
    const guard = this.anyOf(this.busy()) as Guard;
    const home = this.anyOf(this.homes) as Home;
    if (chance < 120) this.deliver();
    else if (chance < 400) this.ask(guard);
    else if (chance < 560) this.poll(guard, home);
    else if (chance < 700) this.announce(guard, home);
    else if (chance < 800) this.see(guard);
    else if (chance < 1000 - this.faults.rate) this.pass();
    else this.fault();
  }

  /** Time passes, and a block may come: never sooner than the shortest time after its predecessor. */
  private pass(): void {
    this.ms += Math.floor(this.random() * 3000);
    const { level, timestampMs } = this.head;
    if (this.ms - timestampMs < BLOCK_MS || this.random() < this.faults.late) return;
    // A block's time is when it may come at the earliest, however late it is seen.
    this.blocks.push({ level: level + 1, timestampMs: timestampMs + BLOCK_MS });
  }

  private get head(): Head {
    return this.blocks[this.blocks.length - 1];
  }

  private see(guard: Guard): void {
    // A node may be behind.
    const behind = this.random() < this.faults.behind ? Math.floor(this.random() * 12) : 0;
    const phase = guard.core.opening.phase;
    const head = this.blocks[Math.max(0, this.blocks.length - 1 - behind)];
    if (guard.core.report(head) === undefined) guard.highestHead = Math.max(guard.highestHead, head.level);
    this.count(guard, phase);
  }

  private announce(guard: Guard, home: Home): void {
    if (!guard.core.opening.unanswered.includes(home.name)) return;
    const { message, askedAt } = guard.core.announcement(home.name);
    this.send(guard, home, askedAt, { kind: 'announce', message, signature: `signed ${signedText(message)}` });
  }

  private poll(guard: Guard, home: Home): void {
    this.send(guard, home, guard.core.opening.now(), { kind: 'status' });
  }

  /** A baker asks: at what it may, at what it signed already, or at what nobody should. */
  private ask(guard: Guard): void {
    const odd = this.random();
    const level =
      this.head.level +
      1 +
      (odd < 0.2 ? 1 : odd < 0.4 ? -Math.floor(this.random() * 4) : odd < 0.45 ? Math.floor(this.random() * 8) : 0);
    const plain = {
      key: this.anyOf(KEYS) as string,
      kind: this.anyOf(KINDS) as Kind,
      level,
      round: Math.floor(this.random() * 2),
      payload: this.unique(),
    };
    const asked: Asked = { ...plain, path: `/keys/${plain.key}`, body: JSON.stringify(plain) };
    this.askedFor++;
    this.forward(guard, asked, new Set(), guard.core.decide(asked));
  }

  private forward(
    guard: Guard,
    asked: Asked,
    tried: ReadonlySet<string>,
    decision: ReturnType<GuardCore['decide']>,
  ): void {
    if ('refused' in decision) {
      this.refusals[decision.refused] = (this.refusals[decision.refused] ?? 0) + 1;
      return;
    }
    const { send: message } = decision;
    const home = this.homes.find(({ name }) => name === message.signer) as Home;
    const signature = `signed ${signedText(message)}`;
    this.judgeUse(guard, home, message.session);
    this.judgeBounds(guard, asked.level);
    this.send(guard, home, 0, { kind: 'sign', message, signature, asked, tried });
  }

  /** Nobody is asked before all the others have said again that they listen to this guard. */
  private judgeUse(guard: Guard, home: Home, session: string): void {
    if (home.durable !== guard.epoch || home.run?.id !== session) return; // it will refuse
    for (const other of this.homes) {
      if (other === home || guard.fenced.has(other)) continue;
      if ((other.named.get(guard) ?? 0) < home.born) this.breaks('a signer was used unconfirmed');
    }
  }

  /** Nothing is asked for at a level of which an earlier guard may know more, or that no node has seen coming. */
  private judgeBounds(guard: Guard, level: number): void {
    if (level <= guard.core.floor.level) this.breaks('something was asked for at the floor');
    if (level > guard.highestHead + 2) this.breaks('something was asked for that no node saw coming');
  }

  private send(from: Guard, at: Home, askedAt: number, what: What): void {
    const packet: Packet = { to: 'agent', from, at, askedAt, sentMs: this.ms, what };
    this.packets.push(packet);
    if (what.kind !== 'status') this.heard.push(packet);
    if (this.heard.length > 200) this.heard.shift();
    if (this.packets.length > 50) this.packets.shift();
    if (this.random() >= this.faults.slow) this.arrive(this.packets.pop() as Packet);
  }

  /** Any packet may be the next. */
  private deliver(): void {
    if (this.packets.length === 0) return;
    const [packet] = this.packets.splice(Math.floor(this.random() * this.packets.length), 1);
    if (this.random() < 0.9) this.arrive(packet);
  }

  private arrive(packet: Packet): void {
    const guard = packet.to === 'agent' ? packet.from : packet.at;
    if (this.cut.has(`${guard.name} ${homeOf(packet).name}`)) return;
    if (packet.to === 'agent') this.atAgent(packet);
    else if (packet.at.isAlive) this.atGuard(packet);
  }

  private atAgent({ at, from, askedAt, sentMs, what }: Extract<Packet, { to: 'agent' }>): void {
    if (!at.isOn) return;
    const answer = this.answerOf(at, from, what);
    if (at.agent.session !== undefined && at.durable === from.epoch) at.named.set(from, this.unique());
    const packet: Packet = { to: 'guard', from: at, at: from, askedAt, sentMs, what, answer };
    if (this.random() < this.faults.slow) this.packets.push(packet);
    else this.arrive(packet);
  }

  private answerOf(home: Home, from: Guard, what: What): unknown {
    if (what.kind === 'status')
      return { epoch: home.agent.epoch, session: home.agent.session, isHealthy: !home.isLocked };
    if (what.kind === 'announce') return home.agent.announce(what.message, what.signature);
    const refusal = home.agent.admit(what.message, what.signature);
    if (refusal) return refusal;
    if (from.hasLostAll) this.breaks('no session had lasted, and there was no new floor');
    if (home.isLocked) return 'nothing left';
    return this.sign(home, what.message);
  }

  /** The device: what it signs is what the message says, whoever asked. */
  private sign(home: Home, { path, body }: GuardMessage): string {
    const asked = JSON.parse(body) as Asked & { readonly payload: number };
    const id = `${asked.key} ${asked.kind}`;
    const mark = home.marks.get(id);
    if (
      this.isMarked &&
      mark &&
      (asked.level < mark.level || (asked.level === mark.level && asked.round <= mark.round))
    ) {
      return 'refused for its mark';
    }
    home.marks.set(id, { level: asked.level, round: asked.round });
    const slot = `${path} ${id} ${asked.level} ${asked.round}`;
    const signature = `payload ${asked.payload}, signature ${this.unique()} of ${home.name}`;
    const other = this.slots.get(slot);
    if (other) this.doubles.push(`${slot}: ${other}, and ${signature}`);
    this.slots.set(slot, signature);
    this.signed++;
    this.highestSigned = Math.max(this.highestSigned, asked.level);
    return 'signed';
  }

  private atGuard({ at, from, askedAt, sentMs, what, answer }: Extract<Packet, { to: 'guard' }>): void {
    const { core } = at;
    const phase = core.opening.phase;
    if (what.kind === 'announce') {
      const taken = answer as Answer | Refusal;
      if ('refused' in taken) {
        if (taken.refused === 'epoch') core.opening.outbid();
      } else if (!core.isClockApart(taken.clockMs, sentMs + at.clockOffset, this.ms + at.clockOffset)) {
        core.take(from.name, taken, askedAt);
      }
    } else if (what.kind === 'status') {
      const status = answer as { epoch: Epoch | undefined; session: string | undefined; isHealthy: boolean };
      for (const key of KEYS) core.choice.health(from.name, key, status.isHealthy);
      if (status.epoch && compareEpochs(status.epoch, at.epoch) > 0) core.opening.outbid();
      else core.opening.see(from.name, status.session, askedAt);
    } else if (answer === 'nothing left') {
      core.ended(from.name, 'nothing left');
      const tried = new Set([...what.tried, from.name]);
      this.forward(at, what.asked, tried, core.another(what.asked, tried));
    } else {
      core.ended(from.name, answer === 'signed' ? 'signed' : answer === 'refused for its mark' ? answer : 'unknown');
    }
    this.count(at, phase);
  }

  private count(guard: Guard, before: string): void {
    if (before === 'open' || guard.core.opening.phase !== 'open') return;
    this.openings++;
    guard.hasLostAll = false;
    if (guard.core.floor.level < this.highestSigned) this.breaks('a floor was below what was signed');
    for (const home of this.homes) {
      if (!home.named.has(guard) && !guard.fenced.has(home)) this.breaks('a guard opened without an answer');
    }
  }

  private fault(): void {
    // What went wrong is mended sooner than the next thing goes wrong.
    for (const link of this.cut) if (this.random() < 0.3) this.cut.delete(link);
    for (const each of this.homes) {
      each.isOn ||= this.random() < 0.3;
      each.isLocked &&= this.random() < 0.7;
    }
    const home = this.anyOf(this.homes) as Home;
    const guard = this.anyOf(this.living());
    const { of } = this.faults;
    const upTo = of.map((_, i) => of.slice(0, i + 1).reduce((sum, each) => sum + each, 0));
    const chance = this.random() * upTo[upTo.length - 1];
    const what = upTo.findIndex((each) => chance < each);
    if (what === 0) this.startGuard();
    else if (what === 1 && guard && this.living().length > 1) this.end();
    else if (what === 2) home.isOn = this.random() < 0.5;
    else if (what === 3)
      home.run = undefined; // the power, for a moment
    else if (what === 4) this.changeCard(home);
    else if (what === 5) home.isLocked = this.random() < 0.3;
    else if (what === 6 && guard) this.cutOrMend(`${guard.name} ${home.name}`);
    else if (what === 9 && guard) for (const { name } of this.homes) this.cut.add(`${guard.name} ${name}`);
    else if (what === 7) this.replay();
    else if (what === 8 && guard) this.fence(guard, home);
    if (!home.isOn) home.run = undefined;
  }

  /** A pod is deleted: one that is of no use, if there is one. */
  private end(): void {
    const useless = this.living().find(({ core }) => core.opening.phase === 'outbid');
    (useless ?? (this.anyOf(this.living()) as Guard)).isAlive = false;
  }

  private changeCard(home: Home): void {
    home.run = undefined;
    home.durable = this.random() < 0.5 ? undefined : this.anyOf(home.cards);
  }

  private cutOrMend(link: string): void {
    if (!this.cut.delete(link)) this.cut.add(link);
  }

  /** Somebody has kept what went by, and sends it again; maybe to the other home. */
  private replay(): void {
    const packet = this.anyOf(this.heard);
    if (packet?.to === 'agent')
      this.packets.push({ ...packet, at: this.random() < 0.5 ? packet.at : (this.anyOf(this.homes) as Home) });
  }

  /** A person keeps their word: the machine is off, or no other guard runs. */
  private fence(guard: Guard, home: Home): void {
    const isAlone = this.living().every((each) => each === guard);
    const phase = guard.core.opening.phase;
    if (home.isOn && !isAlone) return;
    const others = this.homes.filter((each) => each !== home);
    if (guard.core.opening.fence(home.name) === undefined) {
      guard.fenced.add(home);
      if (others.some((each) => !each.named.has(guard))) this.breaks('a fence was taken before the last answer');
    }
    this.count(guard, phase);
  }

  private startGuard(): void {
    if (this.living().length >= 3) (this.living()[0] as Guard).isAlive = false;
    // It asks those that it can reach for the highest number they know.
    const known = this.homes
      .filter(({ isOn }) => isOn && this.random() < 0.7)
      .map(({ durable }) => (durable?.number ?? 0) + 1);
    const number =
      this.random() < 0.3 ? Math.max(...this.guards.map(({ epoch }) => epoch.number), 0) : Math.max(this.ms, ...known);
    const epoch = { number, bits: String(this.unique()).padStart(32, '0') };
    const signers = this.homes.map(({ name }) => ({ name, keys: KEYS, away: false }));
    this.guards.push(new Guard(`guard ${this.guards.length}`, epoch, this, signers));
  }

  private living(): Guard[] {
    return this.guards.filter(({ isAlive }) => isAlive);
  }

  /** Those that may sign yet; the others only now and then. */
  private busy(): Guard[] {
    const living = this.living();
    const hopeful = living.filter(({ core }) => core.opening.phase !== 'outbid');
    return hopeful.length > 0 && this.random() < 0.95 ? hopeful : living;
  }

  private anyOf<T>(all: readonly T[]): T | undefined {
    return all[Math.floor(this.random() * all.length)];
  }
}

/** Not the programs' own comparison. */
function isBefore(a: Epoch, b: Epoch): boolean {
  return a.number < b.number || (a.number === b.number && Number(a.bits) < Number(b.bits));
}

function homeOf(packet: Packet): Home {
  return packet.to === 'agent' ? packet.at : packet.from;
}

export function explore(wish: Wish): Outcome {
  return new World(wish).run();
}
