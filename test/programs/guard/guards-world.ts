import type { AgentStatus } from '../../../programs/agent/agent.contract';
import type { Answer, Refusal } from '../../../programs/agent/agent-core';
import { handoverIn } from '../../../programs/agent/handover-body';
import type { SignAnswer } from '../../../programs/guard/agent-words';
import { NotUnderstood } from '../../../programs/guard/asked-request';
import { follow } from '../../../programs/guard/forwarder';
import type { Asked, Decision } from '../../../programs/guard/guard-core';
import type { Head } from '../../../programs/guard/heads';
import { compareEpochs } from '../../../programs/runtime/epoch';
import { type GuardMessage, signedText } from '../../../programs/runtime/guard-message';
import { plots } from './plots';
import { BLOCK_MS, GROWTH_MS, Guard, type Pending, START_MS } from './world-guard';
import { Home } from './world-home';
import { bodyOf, foundIn, KEYS, KINDS, reader, type Wanted } from './world-requests';

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
  /** Plays this instead of what chance brings; then `seed` and `steps` say little. */
  readonly plot?: string;
  /** Goes on after a rule was seen to be broken, until something is signed twice. */
  readonly untilDouble?: boolean;
}

export interface Outcome {
  readonly steps: number;
  readonly signed: number;
  readonly asked: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly openings: number;
  /** Openings without a home that an earlier guard's word let off, and those above a floor that a person said. */
  readonly skipping: number;
  readonly saidFloors: number;
  /** Guards that ended with a word to the next one while a line of their file kept a home off. */
  readonly awayNotes: number;
  /** Pairs of signatures for one slot: what must never be. */
  readonly doubles: readonly string[];
  /** Rules that were broken without two signatures, as seen from outside: another order of things, and there are two. */
  readonly broken: readonly string[];
}

const BUDGET_MS = BLOCK_MS / 2;
/** A person's word that no guard has run for as long: nothing that one has said is remembered by then. */
const FORGOTTEN_MS = 15 * 60_000;
const SKIP_MS = 10_000;

type What =
  | { readonly kind: 'status' }
  | { readonly kind: 'announce' | 'handover'; readonly message: GuardMessage; readonly signature: string }
  | { readonly kind: 'sign'; readonly message: GuardMessage; readonly signature: string; readonly id: number };

export interface Packet {
  readonly guard: Guard;
  readonly home: Home;
  readonly askedAt: number;
  readonly sentMs: number;
  readonly what: What;
  /** On its way back. */
  readonly answer?: unknown;
}

export class World {
  ms = START_MS + 1000 * BLOCK_MS;
  readonly random: () => number;
  readonly isMarked: boolean;
  readonly homes: Home[];
  /** Those that run. */
  private guards: Guard[] = [];
  private started = 0;
  private highestNumber = 0;
  private packets: Packet[] = [];
  readonly heard: Packet[] = [];
  /** When each block came, from the first that a node may still call its head. */
  private readonly blocks: Head[] = [{ level: 900, timestampMs: this.ms }];
  private counter = 0;
  private readonly cut = new Set<string>();
  private readonly slots = new Map<string, string>();
  /** What was signed last. */
  private readonly recent: { readonly wanted: Wanted; readonly by: Guard }[] = [];
  private readonly doubles: string[] = [];
  private readonly broken = new Set<string>();
  private readonly refusals: Record<string, number> = {};
  private signed = 0;
  private highestSigned = { level: 0, round: 0 };
  private askedFor = 0;
  private openings = 0;
  private skipping = 0;
  private saidFloors = 0;
  private awayNotes = 0;
  /** When a guard ran last that is not the one that runs. */
  private crowdedMs = Number.NEGATIVE_INFINITY;
  /** No block comes. */
  private isStanding = false;
  /** Nothing arrives. */
  private isHolding = false;

  /** What goes wrong in this world, and how often: not everything in every one, or nothing would ever be signed. */
  private readonly faults: {
    /** Of a thousand steps. */
    readonly rate: number;
    readonly of: readonly number[];
    readonly late: number;
    /** How often a packet takes its time, or is lost. */
    readonly slow: number;
    readonly behind: number;
    /** How often nobody hears that nobody is there. */
    readonly lost: number;
    /** How often a device signs, and nobody hears of it. */
    readonly deaf: number;
    /** With fewer of them, those that there are meet more often. */
    readonly keys: readonly string[];
    readonly kinds: readonly Wanted['kind'][];
    /** Bakers ask for nothing that no honest one would; here the chain may stand, and a person say its floor. */
    readonly isHonest: boolean;
  };

  constructor(private readonly wish: Wish) {
    this.random = randomFrom(wish.seed);
    const { random } = this;
    const isCalm = wish.plot !== undefined;
    this.faults = {
      rate: 4 + 50 * random() ** 2,
      of: this.happenings.map((_, i) => (i > 0 && random() < 0.4 ? 0 : random())),
      late: isCalm ? 0 : 0.8 * random() ** 4,
      slow: isCalm ? 0 : 0.5 * random() ** 2,
      behind: isCalm ? 0 : random() ** 3,
      lost: isCalm ? 0 : 0.5,
      deaf: isCalm ? 0 : 0.01,
      keys: random() < 0.5 ? KEYS : [this.anyOf(KEYS) as string],
      kinds: random() < 0.5 ? KINDS : [this.anyOf(KINDS) as Wanted['kind']],
      isHonest: !isCalm && random() < 0.2,
    };
    this.isMarked = wish.marked ?? false;
    const count = !isCalm && random() < 0.2 ? 3 : 2;
    this.homes = ['left', 'right', 'third'].slice(0, count).map((name) => new Home(name, this));
    if (!isCalm) this.startGuard();
  }

  breaks(rule: string): void {
    this.broken.add(rule);
  }

  unique(): number {
    return ++this.counter;
  }

  run(): Outcome {
    const { steps: most, untilDouble, plot } = this.wish;
    if (plot !== undefined) plots[plot](this);
    const isOver = () => this.doubles.length > 0 || (this.broken.size > 0 && !untilDouble);
    let steps = 0;
    for (; plot === undefined && steps < most && !isOver(); steps++) this.step();
    const { signed, askedFor: asked, refusals: refused, openings, skipping, saidFloors, awayNotes, doubles } = this;
    const broken = [...this.broken];
    return { steps, signed, asked, refused, openings, skipping, saidFloors, awayNotes, doubles, broken };
  }

  private step(): void {
    for (const guard of this.living()) {
      const isHeard = this.homes.some((home) => home.listensTo(guard.epoch));
      if (guard.core.opening.phase === 'open' && !isHeard) guard.hasLostAll = true;
      if (guard.isEnding && this.random() < 0.02) this.kill(guard);
    }
    if (this.living().length === 0) this.startGuard();
    if (this.living().length > 1) this.crowdedMs = this.ms;
    const guard = this.anyOf(this.busy()) as Guard;
    // Of a guard that is not open there is not much to ask.
    const isOpen = guard.core.opening.phase === 'open' || this.random() < 0.2;
    const chance = isOpen ? this.random() * 1000 : 400 + this.random() * 600;
    const home = this.anyOf(this.homes) as Home;
    if (chance < 120) this.deliver();
    else if (chance < 400) this.ask(guard);
    else if (chance < 560) this.poll(guard, home);
    else if (chance < 700) this.announce(guard, home);
    else if (chance < 800) this.see(guard);
    else if (chance < 820) this.expire(guard);
    else if (chance < 1000 - this.faults.rate) this.pass(Math.floor(this.random() * 5000));
    else this.fault();
  }

  /** Time passes, and blocks may come: never sooner than the shortest time after the one before. */
  pass(forMs: number): void {
    this.ms += forMs;
    while (!this.isStanding && this.ms - this.head.timestampMs >= BLOCK_MS && this.random() >= this.faults.late) {
      // A block's time is when it may come at the earliest, however late it is seen.
      const { level, timestampMs } = this.head;
      this.blocks.push({ level: level + 1, timestampMs: timestampMs + BLOCK_MS });
    }
  }

  get head(): Head {
    return this.blocks[this.blocks.length - 1];
  }

  /** `behind`: how many blocks the node has not seen. */
  see(guard: Guard, behind = this.random() < this.faults.behind ? Math.floor(this.random() * 12) : 0): void {
    const head = this.blocks[Math.max(0, this.blocks.length - 1 - behind)];
    this.watched(guard, () => {
      if (guard.core.report(head) === undefined) guard.highestHead = Math.max(guard.highestHead, head.level);
    });
    if (this.isStanding && this.random() < 0.2) this.sayFloor(guard);
  }

  announce(guard: Guard, home: Home): void {
    if (!guard.core.opening.unanswered.includes(home.name)) return;
    const { message, askedAt } = guard.core.announcement(home.name);
    this.send(guard, home, askedAt, { kind: 'announce', message, signature: `signed ${signedText(message)}` });
  }

  poll(guard: Guard, home: Home): void {
    this.send(guard, home, guard.core.opening.now(), { kind: 'status' });
  }

  /** A baker asks: at what it may, at what it signed already, or at what nobody should. */
  ask(guard: Guard, wanted = this.wanted(guard)): void {
    this.askedFor++;
    let asked: Asked;
    try {
      asked = reader.read(wanted.key, '', bodyOf(wanted, this.random() < 0.2));
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error;
      this.breaks('what bakers ask for was not understood');
      return;
    }
    const decision = guard.core.decide(asked);
    this.judgeRefusal(guard, wanted, decision);
    if ('refused' in decision) {
      this.refusals[decision.refused] = (this.refusals[decision.refused] ?? 0) + 1;
      return;
    }
    guard.sent.set(`${wanted.key} ${wanted.kind}`, wanted);
    this.forward(guard, decision.send, { asked, tried: new Set(), untilMs: this.ms + BUDGET_MS });
  }

  private wanted(guard: Guard): Wanted {
    const payload = this.unique();
    // What another guard has got signed says most of whether there are two.
    const again = this.anyOf(this.recent);
    if (again && this.random() < (again.by === guard ? 0.15 : 0.7)) return { ...again.wanted, payload };
    const { keys, kinds } = this.faults;
    const plain = { key: this.anyOf(keys) as string, kind: this.anyOf(kinds) as Wanted['kind'], payload };
    const next = this.head.level + 1;
    if (this.faults.isHonest) return { ...plain, level: next, round: Math.floor(this.random() * (this.round() + 1)) };
    const round = Math.floor(this.random() * 2);
    const odd = this.random();
    if (odd < 0.01) return { ...plain, level: 2 ** 31 - 1, round };
    if (odd < 0.03) return { ...plain, level: round, round: next };
    if (odd < 0.05) return { ...plain, level: next, round: 1001 };
    const off = odd < 0.25 ? 1 : odd < 0.45 ? -Math.floor(this.random() * 4) : odd < 0.5 ? this.random() * 8 : 0;
    return { ...plain, level: next + Math.floor(off), round };
  }

  /** The round that a chain is in which stands. */
  private round(): number {
    let round = 0;
    for (let ms = this.ms - this.head.timestampMs - BLOCK_MS; ms >= BLOCK_MS + GROWTH_MS * round; round++) {
      ms -= BLOCK_MS + GROWTH_MS * round;
    }
    return Math.min(round, 999);
  }

  private forward(guard: Guard, message: GuardMessage, pending: Omit<Pending, 'home'>): void {
    const home = this.homes.find(({ name }) => name === message.signer) as Home;
    const id = this.unique();
    guard.pending.set(id, { ...pending, home });
    this.judgeUse(guard, home, message);
    this.send(guard, home, 0, { kind: 'sign', message, signature: `signed ${signedText(message)}`, id });
  }

  /** A good request is refused for its mark only where something as high has been asked for. */
  private judgeRefusal(guard: Guard, { key, kind, level, round }: Wanted, decision: Decision): void {
    if (!('refused' in decision) || decision.refused !== 'at or below its mark') return;
    const sent = guard.sent.get(`${key} ${kind}`);
    if (!sent || isAbove({ level, round }, sent))
      this.breaks('a good request was refused for a mark that is not its own');
  }

  /** Nobody is asked before all the others have said again that they listen to this guard, or need not. */
  private judgeUse(guard: Guard, home: Home, { session, epoch }: GuardMessage): void {
    if (epoch !== guard.epoch || guard.knowsBetter) this.breaks('a guard that was outbid went on');
    if (guard.isEnding) this.breaks('a guard that has stopped went on');
    if (home.durable !== guard.epoch || home.run?.id !== session) return; // it will refuse
    for (const other of this.homes) {
      if (other === home || guard.away.has(other) || (guard.excused.has(other) && home.born < guard.openedAt)) continue;
      if ((other.named.get(guard) ?? 0) < home.born) this.breaks('a signer was used unconfirmed');
    }
  }

  private send(guard: Guard, home: Home, askedAt: number, what: What): void {
    const packet: Packet = { guard, home, askedAt, sentMs: this.ms, what };
    const isNobodyThere = !home.isOn || this.isCut(guard, home);
    if (what.kind === 'sign' && isNobodyThere && this.random() >= this.faults.lost) {
      this.atGuard({ ...packet, answer: { ending: 'not asked', why: 'nobody is there' } });
      return;
    }
    this.packets.push(packet);
    if (what.kind !== 'status') this.heard.push(packet);
    if (this.heard.length > 60) this.heard.shift();
    if (this.packets.length > 50) this.packets.shift();
    if (!this.isHolding && this.random() >= this.faults.slow) this.arrive(this.packets.pop() as Packet);
  }

  /** Any packet may be the next. */
  private deliver(): void {
    if (this.packets.length === 0) return;
    const [packet] = this.packets.splice(Math.floor(this.random() * this.packets.length), 1);
    if (this.random() < 0.9) this.arrive(packet);
  }

  private isCut(guard: Guard, home: Home): boolean {
    return this.cut.has(`${guard.name} ${home.name}`);
  }

  arrive(packet: Packet): void {
    const { guard, home, answer } = packet;
    if (this.isCut(guard, home)) return;
    if (answer === undefined) this.atAgent(packet);
    else if (guard.isAlive) this.atGuard(packet);
  }

  private atAgent(packet: Packet): void {
    const { home, guard, what } = packet;
    if (!home.isOn) return;
    const answer = this.answerOf(home, guard, what);
    if (home.listensTo(guard.epoch)) home.named.set(guard, this.unique());
    if (this.isHolding || this.random() < this.faults.slow) this.packets.push({ ...packet, answer });
    else this.arrive({ ...packet, answer });
  }

  private answerOf(home: Home, from: Guard, what: What): unknown {
    const { agent } = home;
    if (what.kind === 'status') return { epoch: agent.epoch, session: agent.session };
    const { message, signature } = what;
    if (what.kind === 'announce') return agent.announce(message, signature);
    if (what.kind === 'handover') {
      const handover = handoverIn(message.body);
      return (handover && agent.handOver(message, signature, handover)) ?? 'taken';
    }
    const refusal = agent.admit(message, signature);
    if (refusal) return { ...refusal, ending: 'refused' };
    if (from.hasLostAll) this.breaks('no session had lasted, and there was no new floor');
    if (home.isLocked) return { ending: 'not asked', why: 'the device is locked' };
    return this.sign(home, message, from);
  }

  /** The device: what it signs is what the message says, whoever asked. */
  private sign(home: Home, { path, body }: GuardMessage, from: Guard): SignAnswer {
    const found = foundIn(path, body);
    if (!found) {
      this.breaks('what a guard has not written reached a device');
      return { ending: 'unknown', why: '' };
    }
    this.judgeBounds(from, found);
    const id = `${found.key} ${found.kind}`;
    const mark = home.marks.get(id);
    if (this.isMarked && mark && !isAbove(found, mark)) return { ending: 'refused for its mark', why: '' };
    home.marks.set(id, { level: found.level, round: found.round });
    const slot = `${id} ${found.level} ${found.round}`;
    const signature = `payload ${found.payload}, signature ${this.unique()} of ${home.name}`;
    const other = this.slots.get(slot);
    if (other) this.doubles.push(`${slot}: ${other}, and ${signature}`);
    this.slots.set(slot, signature);
    this.signed++;
    this.recent.push({ wanted: found, by: from });
    if (this.recent.length > 8) this.recent.shift();
    if (isAbove(found, this.highestSigned)) this.highestSigned = found;
    // A device may sign, and nobody hears of it.
    if (this.random() < this.faults.deaf) return { ending: this.random() < 0.5 ? 'timeout' : 'unknown', why: '' };
    return { ending: 'signed', signature };
  }

  /** Nothing is asked for at a level of which an earlier guard may know more, or that no node has seen coming. */
  private judgeBounds({ core, highestHead }: Guard, found: Wanted): void {
    const { level, round } = core.floor;
    if (!isAbove(found, { level, round })) this.breaks('something was asked for at the floor');
    if (found.level > highestHead + 2) this.breaks('something was asked for that no node saw coming');
    if (found.round > 1000) this.breaks('something was asked for in a round that never comes');
  }

  private atGuard(packet: Packet): void {
    const { guard, home, what, answer } = packet;
    this.watched(guard, () => {
      if (what.kind === 'sign') this.ended(guard, home, what.id, answer as SignAnswer);
      else if (what.kind === 'announce') this.taken(packet, answer as Answer | Refusal);
      else if (what.kind === 'status') this.told(packet, answer as AgentStatus);
    });
  }

  private taken({ guard, home, askedAt, sentMs }: Packet, taken: Answer | Refusal): void {
    const { core, clockOffset } = guard;
    if ('refused' in taken) {
      if (taken.refused !== 'epoch') return;
      core.opening.outbid(home.name);
      guard.knowsBetter = true;
      return;
    }
    if (core.isClockApart(taken.clockMs, this.ms + clockOffset, this.ms - sentMs)) return;
    const before = core.opening.hasAnswered(home.name);
    core.take(home.name, taken, askedAt);
    if (!before && core.opening.hasAnswered(home.name)) guard.letOff.set(home, taken.handover?.signers ?? []);
  }

  private told({ guard, home, askedAt }: Packet, status: AgentStatus): void {
    const { core } = guard;
    for (const key of KEYS) core.choice.health(home.name, key, !home.isLocked);
    if (!status.epoch || compareEpochs(status.epoch, core.opening.epoch) <= 0) {
      const before = core.opening.hasAnswered(home.name);
      core.opening.see(home.name, status.session, askedAt);
      if (before && !core.opening.hasAnswered(home.name)) guard.silentSinceMs.set(home, this.ms);
      return;
    }
    core.opening.outbid(home.name);
    guard.knowsBetter = true;
  }

  /** How a request ended; the guard hears of each once. */
  private ended(guard: Guard, home: Home, id: number, answer: SignAnswer): void {
    const pending = guard.pending.get(id);
    if (!pending) return;
    guard.pending.delete(id);
    const { asked, tried, untilMs } = pending;
    const leftMs = untilMs - this.ms;
    const next = follow(guard.core, { asked, tried, leftMs }, { signer: home.name, answer });
    if ('send' in next) this.forward(guard, next.send, pending);
    else if (next.result === 'signed' && leftMs <= 0) this.breaks('a signature was released after its time');
  }

  /** The time of a request is over. */
  private expire(guard: Guard): void {
    const over = [...guard.pending].find(([, { untilMs }]) => untilMs <= this.ms);
    if (over) this.ended(guard, over[1].home, over[0], { ending: 'timeout', why: '' });
  }

  /** Does something, and looks whether the guard has opened by it. */
  private watched(guard: Guard, act: () => void): void {
    const { opening } = guard.core;
    const { openings } = guard;
    const before = opening.phase;
    act();
    if (before === 'open' && opening.phase === 'opening') {
      for (const home of this.homes) if (!opening.hasAnswered(home.name)) guard.silentSinceMs.set(home, this.ms);
      guard.letOff.clear();
    }
    // It may have lost everything, and opened again, in one step.
    if (guard.openings > openings) this.opened(guard);
  }

  private opened(guard: Guard): void {
    const { opening, floor } = guard.core;
    this.openings++;
    guard.hasLostAll = false;
    guard.openedAt = this.unique();
    guard.excused = new Set(guard.fenced);
    for (const home of this.homes) {
      if (opening.hasAnswered(home.name) || guard.fenced.has(home) || guard.away.has(home)) continue;
      const isSilent = this.ms - (guard.silentSinceMs.get(home) as number) >= SKIP_MS;
      const isLetOff = [...guard.letOff].some(
        ([by, names]) => opening.hasAnswered(by.name) && names.includes(home.name),
      );
      if (!isSilent || !isLetOff) this.breaks('a guard opened without an answer');
      guard.excused.add(home);
      this.skipping++;
    }
    guard.fenced.clear();
    guard.letOff.clear();
    if (floor.round < 1000) this.saidFloors++;
    if (isAbove(this.highestSigned, { level: floor.level, round: floor.round }))
      this.breaks('a floor was below what was signed');
  }

  /** What may happen; the first always does. */
  private readonly happenings: readonly ((home: Home, guard: Guard | undefined) => void)[] = [
    () => this.startGuard(),
    () => this.living().length > 1 && this.end(),
    (home) => {
      home.isOn = this.random() < 0.5 && !this.isAway(home);
      if (!home.isOn) home.darken();
    },
    (home) => home.darken(), // for a moment
    (home) => home.changeCard(this.random() < 0.5 ? undefined : this.anyOf(home.cards)),
    (home) => {
      home.isLocked = this.random() < 0.3;
    },
    (home, guard) => guard && this.cutOrMend(`${guard.name} ${home.name}`),
    () => this.replay(),
    (home, guard) => guard && this.fence(guard, home),
    (_, guard) => guard && this.cutOff(guard, ...this.homes),
    (home) => home.restart(),
    (_, guard) => guard && this.endGently(guard),
    (_, guard) => guard && this.endGently(guard), // more often than what goes wrong
    () => this.pass(this.random() < 0.3 ? FORGOTTEN_MS : SKIP_MS),
    () => this.tamper(this.anyOf([...this.packets, ...this.heard]), this.anyOf(KEYS) as string),
    (_, guard) => guard && this.sayFloor(guard),
    () => {
      this.isStanding = this.faults.isHonest && this.random() < 0.5;
    },
  ];

  private fault(): void {
    // What went wrong is mended sooner than the next thing goes wrong.
    for (const link of this.cut) if (this.random() < 0.15) this.cut.delete(link);
    for (const each of this.homes) {
      each.isOn ||= this.random() < 0.3 && !this.isAway(each);
      each.isLocked &&= this.random() < 0.7;
    }
    const { of } = this.faults;
    const upTo = of.map((_, i) => of.slice(0, i + 1).reduce((sum, each) => sum + each, 0));
    const chance = this.random() * upTo[upTo.length - 1];
    const what = upTo.findIndex((each) => chance < each);
    this.happenings[what](this.anyOf(this.homes) as Home, this.anyOf(this.living()));
  }

  /** A pod is killed: one that is of no use, if there is one. */
  private end(): void {
    const useless = this.living().find(({ core }) => core.opening.phase === 'outbid');
    this.kill(useless ?? (this.anyOf(this.living()) as Guard));
  }

  kill(guard: Guard): void {
    guard.isAlive = false;
    this.guards = this.living();
    this.crowdedMs = this.ms;
  }

  /** A pod is told to end, and says so to one home. */
  stop(guard: Guard, isReached: (signer: string) => boolean): void {
    const message = guard.core.stop(isReached);
    guard.isEnding = true;
    if (!message) return;
    if (guard.away.size > 0) this.awayNotes++;
    const home = this.homes.find(({ name }) => name === message.signer) as Home;
    this.send(guard, home, 0, { kind: 'handover', message, signature: `signed ${signedText(message)}` });
  }

  /** It may be told twice; another one comes. */
  private endGently(guard: Guard): void {
    this.stop(guard, (signer) => this.random() < 0.8 && !this.cut.has(`${guard.name} ${signer}`));
    if (this.random() < 0.3) return;
    const next = this.startGuard();
    // It is why there is a word at all: the next guard cannot reach every home.
    if (this.random() < 0.6) this.cut.add(`${next.name} ${(this.anyOf(this.homes) as Home).name}`);
  }

  cutOff(guard: Guard, ...homes: Home[]): void {
    for (const { name } of homes) this.cut.add(`${guard.name} ${name}`);
  }

  mend(guard: Guard): void {
    for (const { name } of this.homes) this.cut.delete(`${guard.name} ${name}`);
  }

  /** What is sent by that stays on the way. */
  held(act: () => void): Packet[] {
    const before = new Set(this.packets);
    this.isHolding = true;
    act();
    this.isHolding = false;
    return this.packets.filter((each) => !before.has(each));
  }

  private cutOrMend(link: string): void {
    if (!this.cut.delete(link)) this.cut.add(link);
  }

  /** Somebody has kept what went by, and sends it again; maybe to another home. */
  private replay(): void {
    const packet = this.anyOf(this.heard);
    if (packet)
      this.packets.push({ ...packet, home: this.random() < 0.7 ? packet.home : (this.anyOf(this.homes) as Home) });
  }

  /** Somebody on the way changes which key is asked for. */
  tamper(packet: Packet | undefined, key: string): void {
    if (packet?.what.kind !== 'sign' || packet.answer !== undefined) return;
    const { what } = packet;
    const message = { ...what.message, path: `/keys/${key}` };
    this.arrive({ ...packet, what: { ...what, message } });
  }

  /** A person keeps their word: the machine is off, or no other guard runs, and none has for a quarter of an hour. */
  fence(guard: Guard, home: Home): void {
    if (home.isOn && this.ms - this.crowdedMs < FORGOTTEN_MS) return;
    this.watched(guard, () => {
      if (guard.core.opening.fence(home.name) !== undefined) return;
      guard.fenced.add(home);
      const others = this.homes.filter((each) => each !== home && !guard.away.has(each));
      if (others.some((each) => !each.named.has(guard))) this.breaks('a fence was taken before the last answer');
    });
  }

  /** A person looks at a chain that stands, and says where it is. */
  private sayFloor(guard: Guard): void {
    if (!this.isStanding) return;
    this.watched(guard, () => {
      guard.core.sayFloor({ level: this.head.level + 1, round: this.round() + Math.floor(this.random() * 3) });
    });
  }

  /** May be told the number of its epoch, and by how much its clock is wrong. */
  startGuard(told: { readonly number?: number; readonly clockMs?: number } = {}): Guard {
    if (this.living().length >= 3) this.kill(this.living()[0]);
    const isCalm = this.wish.plot !== undefined;
    // It asks those that it can reach for the highest number they know.
    const known = this.homes
      .filter(({ isOn }) => isOn && this.random() < 0.7)
      .map(({ durable }) => (durable?.number ?? 0) + 1);
    const drawn = !isCalm && this.random() < 0.3 ? this.highestNumber : Math.max(this.ms, ...known);
    const number = told.number ?? (isCalm ? Math.max(drawn, this.highestNumber + 1) : drawn);
    const epoch = { number, bits: String(this.unique()).padStart(32, '0') };
    const isLineWritten = !isCalm && this.random() < 0.3;
    const away = new Set(isLineWritten ? this.offHome() : []);
    // Half a block is what is let pass; some clocks are off by far more.
    const blocks = isCalm ? 0 : this.random() < 0.1 ? -10 * this.random() : this.random() - 0.5;
    this.highestNumber = Math.max(number, this.highestNumber);
    const guard = new Guard(
      `guard ${++this.started}`,
      epoch,
      this,
      told.clockMs ?? Math.floor(blocks * BLOCK_MS),
      away,
    );
    this.guards.push(guard);
    return guard;
  }

  /** A home that is off; if there is none, a person may switch one off, to write so into the file. */
  private offHome(): Home[] {
    const off = this.homes.find(({ isOn }) => !isOn);
    if (off || this.random() < 0.5) return off ? [off] : [];
    const home = this.anyOf(this.homes) as Home;
    home.isOn = false;
    home.darken();
    return [home];
  }

  /** A person keeps it off for as long as a guard runs whose file says so. */
  private isAway(home: Home): boolean {
    return this.living().some(({ away }) => away.has(home));
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

function isAbove(
  a: { readonly level: number; readonly round: number },
  b: { readonly level: number; readonly round: number },
): boolean {
  return a.level > b.level || (a.level === b.level && a.round > b.round);
}

export function explore(wish: Wish): Outcome {
  return new World(wish).run();
}

const WORLD_STEPS = 5000;

/**
 * So many steps, in worlds of other seeds, every other one with marked devices; it ends with the first world in which a
 * rule is broken, whose seed stands before what was seen.
 */
export function exploreMany(steps: number): Outcome {
  const sum = { steps: 0, signed: 0, asked: 0, openings: 0, skipping: 0, saidFloors: 0, awayNotes: 0 };
  const refused: Record<string, number> = {};
  for (let seed = 1; sum.steps < steps; seed++) {
    const wish = { seed: Math.ceil(seed / 2), marked: seed % 2 === 0, steps: Math.min(WORLD_STEPS, steps - sum.steps) };
    const outcome = explore(wish);
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += outcome[name];
    for (const [reason, count] of Object.entries(outcome.refused)) refused[reason] = (refused[reason] ?? 0) + count;
    const at = `seed ${wish.seed}${wish.marked ? ', marked' : ''}: `;
    const [doubles, broken] = [outcome.doubles, outcome.broken].map((seen) => seen.map((each) => at + each));
    if (doubles.length + broken.length > 0) return { ...sum, refused, doubles, broken };
  }
  return { ...sum, refused, doubles: [], broken: [] };
}
