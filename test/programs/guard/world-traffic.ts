import type { AgentStatus } from '../../../programs/agent/agent.contract';
import type { Answer, Refusal } from '../../../programs/agent/agent-core';
import { handoverIn } from '../../../programs/agent/handover-body';
import type { SignAnswer } from '../../../programs/guard/agent-words';
import { NotUnderstood } from '../../../programs/guard/asked-request';
import { follow } from '../../../programs/guard/forwarder';
import type { Asked } from '../../../programs/guard/guard-core';
import { compareEpochs } from '../../../programs/runtime/epoch';
import { type GuardMessage, signedText } from '../../../programs/runtime/guard-message';
import { BLOCK_MS, type Guard, type Pending } from './world-guard';
import type { Home } from './world-home';
import { WorldJudge } from './world-judge';
import type { Packet, What } from './world-parts';
import { bodyOf, KEYS, reader, type Wanted } from './world-requests';

const BUDGET_MS = BLOCK_MS / 2;

/** What bakers ask, and what goes between guards and homes: it may be late, lost, twice, or changed on its way. */
export class WorldTraffic extends WorldJudge {
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

  protected wanted(guard: Guard): Wanted {
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

  protected forward(guard: Guard, message: GuardMessage, pending: Omit<Pending, 'home'>): void {
    const home = this.homes.find(({ name }) => name === message.signer) as Home;
    const id = this.unique();
    guard.pending.set(id, { ...pending, home });
    this.judgeUse(guard, home, message);
    this.send(guard, home, 0, { kind: 'sign', message, signature: `signed ${signedText(message)}`, id });
  }

  protected send(guard: Guard, home: Home, askedAt: number, what: What): void {
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
  protected deliver(): void {
    if (this.packets.length === 0) return;
    const [packet] = this.packets.splice(Math.floor(this.random() * this.packets.length), 1);
    if (this.random() < 0.9) this.arrive(packet);
  }

  arrive(packet: Packet): void {
    const { guard, home, answer } = packet;
    if (this.isCut(guard, home)) return;
    if (answer === undefined) this.atAgent(packet);
    else if (guard.isAlive) this.atGuard(packet);
  }

  protected atAgent(packet: Packet): void {
    const { home, guard, what } = packet;
    if (!home.isOn) return;
    const answer = this.answerOf(home, guard, what);
    if (home.listensTo(guard.epoch)) home.named.set(guard, this.unique());
    if (this.isHolding || this.random() < this.faults.slow) this.packets.push({ ...packet, answer });
    else this.arrive({ ...packet, answer });
  }

  protected answerOf(home: Home, from: Guard, what: What): unknown {
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

  protected atGuard(packet: Packet): void {
    const { guard, home, what, answer } = packet;
    this.watched(guard, () => {
      if (what.kind === 'sign') this.ended(guard, home, what.id, answer as SignAnswer);
      else if (what.kind === 'announce') this.taken(packet, answer as Answer | Refusal);
      else if (what.kind === 'status') this.told(packet, answer as AgentStatus);
    });
  }

  protected taken({ guard, home, askedAt, sentMs }: Packet, taken: Answer | Refusal): void {
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

  protected told({ guard, home, askedAt }: Packet, status: AgentStatus): void {
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
  protected ended(guard: Guard, home: Home, id: number, answer: SignAnswer): void {
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
  protected expire(guard: Guard): void {
    const over = [...guard.pending].find(([, { untilMs }]) => untilMs <= this.ms);
    if (over) this.ended(guard, over[1].home, over[0], { ending: 'timeout', why: '' });
  }

  /** What is sent by that stays on the way. */
  held(act: () => void): Packet[] {
    const before = new Set(this.packets);
    this.isHolding = true;
    act();
    this.isHolding = false;
    return this.packets.filter((each) => !before.has(each));
  }

  /** Somebody has kept what went by, and sends it again; maybe to another home. */
  protected replay(): void {
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
}
