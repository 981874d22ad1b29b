import type { SignAnswer } from '../../../programs/guard/agent-words';
import type { Decision } from '../../../programs/guard/guard-core';
import type { GuardMessage } from '../../../programs/runtime/guard-message';
import type { Guard } from './world-guard';
import type { Home } from './world-home';
import { foundIn, isAbove, type Wanted } from './world-requests';
import { WorldState } from './world-state';

export const SKIP_MS = 10_000;

/** Sees what is signed and who is asked, and knows of every rule what it looks like from outside when it is broken. */
export class WorldJudge extends WorldState {
  /** A good request is refused for its mark only where something as high has been asked for. */
  protected judgeRefusal(guard: Guard, { key, kind, level, round }: Wanted, decision: Decision): void {
    if (!('refused' in decision) || decision.refused !== 'at or below its mark') return;
    const sent = guard.sent.get(`${key} ${kind}`);
    if (!sent || isAbove({ level, round }, sent))
      this.breaks('a good request was refused for a mark that is not its own');
  }

  /** Nobody is asked before all the others have said again that they listen to this guard, or need not. */
  protected judgeUse(guard: Guard, home: Home, { session, epoch }: GuardMessage): void {
    if (epoch !== guard.epoch || guard.knowsBetter) this.breaks('a guard that was outbid went on');
    if (guard.isEnding) this.breaks('a guard that has stopped went on');
    if (home.durable !== guard.epoch || home.run?.id !== session) return; // it will refuse
    for (const other of this.homes) {
      if (other === home || guard.away.has(other) || (guard.excused.has(other) && home.born < guard.openedAt)) continue;
      if ((other.named.get(guard) ?? 0) < home.born) this.breaks('a signer was used unconfirmed');
    }
  }

  /** Nothing is asked for at a level of which an earlier guard may know more, or that no node has seen coming. */
  protected judgeBounds({ core, highestHead }: Guard, found: Wanted): void {
    const { level, round } = core.floor;
    if (!isAbove(found, { level, round })) this.breaks('something was asked for at the floor');
    if (found.level > highestHead + 2) this.breaks('something was asked for that no node saw coming');
    if (found.round > 1000) this.breaks('something was asked for in a round that never comes');
  }

  /** Does something, and looks whether the guard has opened by it. */
  protected watched(guard: Guard, act: () => void): void {
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

  protected opened(guard: Guard): void {
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

  /** The device: what it signs is what the message says, whoever asked. */
  protected sign(home: Home, { path, body }: GuardMessage, from: Guard): SignAnswer {
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
}
