import type { Heard } from './ask-signer';
import type { Asked, BakerLoad } from './baker-load';
import type { GuardPod } from './guard-pod';
import { requestHex, type Wanted } from './made-requests';
import type { SigningWorld } from './signing-world';

/** Ways to ask for what must not be signed any more. */
export const conflicts = [
  'other payload',
  'other branch',
  'lower round',
  'lower level',
  'other baker',
  'after restart',
] as const;
export type Conflict = (typeof conflicts)[number];

/** What became of conflicting requests: the guard said no, it signed, or it could not say. */
export class ConflictTally {
  readonly refused = new Map<Conflict, number>(conflicts.map((each) => [each, 0]));
  readonly signed: string[] = [];

  count(conflict: Conflict, wanted: Wanted, { status, signature }: Heard): void {
    if (signature) this.signed.push(`${conflict}: ${JSON.stringify(wanted)}`);
    // At its mark or its floor; whoever is not open, or late, has not looked.
    else if (status === 409 || status === 403) this.refused.set(conflict, this.refused.get(conflict)! + 1);
  }

  get fewest(): number {
    return Math.min(...this.refused.values());
  }
}

const LONGEST_MEMORY = 400;

/** Asks for what conflicts with what a world's baker got, right after it, at the same moment, and after restarts. */
export class ConflictingRequests {
  private readonly signed: Asked[] = [];
  private readonly counts = { race: 0, follow: 0, restart: 0 };

  constructor(
    private readonly world: SigningWorld,
    private readonly tally: ConflictTally,
    /** How many of the baker's requests are followed by others: every how manieth. */
    private readonly every: { readonly race: number; readonly follow: number },
  ) {}

  /** From now on the baker is not alone. */
  watch(load: BakerLoad): void {
    load.ask = (asked) => (++this.counts.race % this.every.race === 0 ? this.race(load, asked) : load.once(asked));
    const { onEnd } = load;
    load.onEnd = (asked, heard) => {
      onEnd(asked, heard);
      if (heard.signature) this.after(asked);
    };
  }

  /** A guard has started: for all that was signed last it is asked once more, for the same bytes or others. */
  async afterRestart(pod: GuardPod, atMost: number): Promise<void> {
    const each = this.signed.slice(-atMost).map((asked) => {
      const isSame = ++this.counts.restart % 4 === 0;
      return this.ask(pod, 'after restart', isSame ? asked : { ...asked, payload: `${asked.payload} anew` });
    });
    await Promise.all(each);
  }

  /** Two bakers with one key: at most one of them may get a signature. */
  private async race(load: BakerLoad, asked: Asked): Promise<Heard> {
    const wanted = { ...asked, payload: `${asked.payload} of another baker` };
    const hex = requestHex(wanted);
    const [one, other] = await Promise.all([load.once(asked), asked.pod.ask(asked.key, hex)]);
    if (one.signature && other.signature) this.tally.count('other baker', wanted, other);
    else if (one.signature) this.tally.count('other baker', wanted, other);
    else if (other.signature) {
      this.world.checker.see({ where: 'baker', key: asked.key, hex, signature: other.signature });
      this.tally.count('other baker', asked, one);
    }
    // Who came second was refused as it must be: the slot is used.
    return other.signature && !one.signature ? { ...one, status: 200 } : one;
  }

  private after(asked: Asked): void {
    this.signed.push(asked);
    if (this.signed.length > LONGEST_MEMORY) this.signed.shift();
    if (++this.counts.follow % this.every.follow !== 0) return;
    const { pod, level, round, payload, branch } = asked;
    const other = `${payload} or another`;
    this.ask(pod, 'other payload', { ...asked, payload: other });
    this.ask(pod, 'other branch', { ...asked, branch: `${branch} or another` });
    this.ask(pod, 'lower level', { ...asked, level: level - 1, round: 900, payload: other });
    if (round === 0) return;
    this.ask(pod, 'lower round', { ...asked, round: round - 1, payload: other });
    this.ask(pod, 'lower round', { ...asked, round: round - 1, branch: `${branch} or another` });
  }

  private async ask(pod: GuardPod, conflict: Conflict, wanted: Wanted): Promise<void> {
    const hex = requestHex(wanted);
    const heard = await pod.ask(wanted.key, hex);
    if (heard.signature) {
      this.world.checker.see({ where: 'baker', key: wanted.key, hex, signature: heard.signature });
    }
    this.tally.count(conflict, wanted, heard);
  }
}
