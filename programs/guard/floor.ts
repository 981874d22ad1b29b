import type { Heads } from './heads';
import { compareSlots, HIGHEST_ROUND, type Slot } from './marks';

/**
 * Everything that an earlier guard can have been asked for. It is taken at the moment of an opening, computed from the
 * highest head, and is then a whole level; it only rises. Of a chain that stands no level comes for as long as that
 * computes: there a person may say a slot instead.
 */
export class Floor {
  private slot: Slot = { level: 0, round: HIGHEST_ROUND };
  private said: Slot | undefined;

  constructor(private readonly heads: Heads) {}

  get level(): number {
    return this.slot.level;
  }

  /** Before that, nobody can tell what a device may have signed for an earlier guard. */
  get isTaken(): boolean {
    return this.level > 0;
  }

  get round(): number {
    return this.slot.round;
  }

  /** Whether nothing is ever signed there. */
  covers(slot: Slot): boolean {
    return compareSlots(slot, this.slot) <= 0;
  }

  /** Why it is not taken though nothing else is missing; '' if it would be. */
  problem(marks: readonly Slot[]): string {
    const { heads, said } = this;
    if (heads.floor === undefined) return 'no node has told a head';
    if (said && !this.isOvertaken(said)) return this.refusal(said, marks);
    if (!heads.isOld) return '';
    return 'the head is old: the nodes are behind, or the chain stands; of one that stands, say the floor';
  }

  /** A person's word for the next opening. Answers why it is not taken. */
  say(slot: Slot, marks: readonly Slot[]): string | undefined {
    if (this.heads.floor === undefined) return 'no node has told a head yet';
    const refusal = this.refusal(slot, marks);
    if (refusal) return refusal;
    this.said = slot;
    return undefined;
  }

  /** At the moment of an opening: answers whether there is one. `marks`: all that the machines at home have reported. */
  take(marks: readonly Slot[]): boolean {
    const { heads, said } = this;
    if (heads.floor === undefined || this.problem(marks)) return false;
    const isSaid = said !== undefined && !this.isOvertaken(said);
    this.raise(isSaid ? said : { level: heads.floor, round: HIGHEST_ROUND });
    this.said = undefined;
    return true;
  }

  private raise(slot: Slot): void {
    if (!this.covers(slot)) this.slot = slot;
  }

  /** The chain goes on: what was said of it while it stood is void. */
  private isOvertaken({ level }: Slot): boolean {
    return level < (this.heads.now?.level ?? 0);
  }

  /** Looked at again when it is taken: time has passed, and more has been reported. */
  private refusal(slot: Slot, marks: readonly Slot[]): string {
    const { now, floor: highest } = this.heads;
    if (!now || compareSlots(slot, now) <= 0) {
      return `the chain may be at level ${now?.level}, round ${now?.round} by now: write a higher round or level`;
    }
    // A digit too many would silence every key until the chain is there, and no log would call it an error.
    if (slot.level > (highest ?? 0)) return `no chain can be at level ${slot.level} yet: write ${highest} at most`;
    const above = marks.find((mark) => compareSlots(mark, slot) > 0);
    return above ? `a device reports a signature at level ${above.level}, round ${above.round}` : '';
  }
}
