import { type Kind, kinds } from './signing-request';

/** Where on a chain something is signed. */
export interface Slot {
  readonly level: number;
  readonly round: number;
}

/** A round above this is none that a chain comes to. */
export const HIGHEST_ROUND = 1000;

/** Below 0 if `a` comes first: by level, then by round. */
export function compareSlots(a: Slot, b: Slot): number {
  return a.level - b.level || a.round - b.round;
}

/** What has been asked for, by key and kind: in memory, since everything below the floor is refused anyhow. */
export class Marks {
  private readonly marks = new Map<string, Slot>();

  of(key: string, kind: Kind): Slot | undefined {
    return this.marks.get(`${key} ${kind}`);
  }

  /** Whether it is above everything asked for with this key and kind. */
  isNew(key: string, kind: Kind, slot: Slot): boolean {
    const mark = this.of(key, kind);
    return !mark || compareSlots(slot, mark) > 0;
  }

  /** Whether something as high or higher has been asked for; of a kind that is none of ours, with any of ours. */
  cover(key: string, kind: string, slot: Slot): boolean {
    const those = kinds.filter((each) => each === kind);
    return (those.length > 0 ? those : kinds).some((each) => !this.isNew(key, each, slot));
  }

  /** It only rises. */
  raise(key: string, kind: Kind, slot: Slot): void {
    if (this.isNew(key, kind, slot)) this.marks.set(`${key} ${kind}`, { level: slot.level, round: slot.round });
  }
}
