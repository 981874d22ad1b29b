import { createHash } from 'node:crypto';

/** What a test says of a block; everything else follows from its predecessor. */
export interface ScriptedBlock {
  /** Round, or priority. */
  readonly rank?: number;
  readonly baker?: string;
  /** Whose payload it is; the baker's if nothing is said. */
  readonly proposer?: string;
  /** Votes for the block before it. */
  readonly votes?: readonly ScriptedVote[];
  readonly evidence?: readonly ScriptedEvidence[];
  /** The protocol of its successors, from here on. */
  readonly nextProtocol?: string;
  readonly nonceHash?: boolean;
}

export interface ScriptedVote {
  readonly delegate: string;
  /** It signs with this key. */
  readonly key?: string;
  readonly as?: 'attestation' | 'attestation_with_dal' | 'aggregate' | 'endorsement' | 'endorsement_with_slot';
}

export interface ScriptedEvidence {
  readonly kind: string;
  readonly accused: string;
  /** A stranger if nothing is said. */
  readonly accuser?: string;
}

export interface Missed {
  readonly levels: number;
  readonly slots: number;
}

export interface MadeBlock extends Required<Omit<ScriptedBlock, 'nonceHash'>> {
  readonly hash: string;
  readonly predecessor: string;
  readonly level: number;
  readonly protocol: string;
  readonly nonceHash: boolean;
  readonly timestampMs: number;
  readonly missed: ReadonlyMap<string, Missed>;
  /** Who could vote for the block before it: slots. */
  readonly voters: Readonly<Record<string, number>>;
}

/** Everybody else. */
export const OTHER = 'tz1Ke2h7sDdakHJQh8WX4Z372du1KChsksyU';

/** A chain that a test makes block by block, on any branch. Rights and constants are for the test to say. */
export class ScriptedChain {
  head: MadeBlock;
  /** Who can bake a level, by round or priority, in a protocol; the others after them. */
  bakersAt: (level: number, protocol: string) => readonly string[] = () => [];
  /** Who can vote for a level: slots. */
  votersAt: (level: number) => Readonly<Record<string, number>> = () => ({});
  blocksPerCycle = 1000;
  private readonly blocks = new Map<string, MadeBlock>();
  private made = 0;

  constructor(readonly first: { readonly level: number; readonly protocol: string; readonly timestampMs?: number }) {
    const { level, protocol } = first;
    const timestampMs = first.timestampMs ?? Date.now();
    const common = { predecessor: 'none', level, protocol, nextProtocol: protocol, timestampMs };
    this.head = {
      ...common,
      ...{ hash: this.newHash(), rank: 0, baker: OTHER, proposer: OTHER },
      ...{ votes: [], evidence: [], nonceHash: false, missed: new Map(), voters: {} },
    };
    this.blocks.set(this.head.hash, this.head);
  }

  cycleOf = (level: number) => Math.floor((level - 1) / this.blocksPerCycle);
  positionOf = (level: number) => (level - 1) % this.blocksPerCycle;

  /** The next block; the head, from now on, unless it is `aside`. */
  grow(block: ScriptedBlock = {}, on: MadeBlock = this.head): MadeBlock {
    const baker = block.baker ?? OTHER;
    const level = on.level + 1;
    const made: MadeBlock = {
      ...{ rank: 0, votes: [], evidence: [], nonceHash: false, nextProtocol: on.nextProtocol, ...block },
      ...{ baker, proposer: block.proposer ?? baker, hash: this.newHash(), predecessor: on.hash, level },
      ...{ protocol: on.nextProtocol, timestampMs: Math.min(Date.now(), on.timestampMs + 1000) },
      missed: this.missedAfter(on, level, block.votes ?? []),
      voters: { ...this.votersAt(on.level), [OTHER]: 1 },
    };
    this.blocks.set(made.hash, made);
    this.head = made;
    return made;
  }

  /** So many blocks with the votes of all who can vote. */
  growBy(count: number, block: ScriptedBlock = {}): void {
    for (let i = 0; i < count; i++) this.grow({ votes: this.allVotes(), ...block });
  }

  /** Votes of everybody for the head. */
  allVotes(level = this.head.level): ScriptedVote[] {
    return Object.keys(this.votersAt(level)).map((delegate) => ({ delegate }));
  }

  /** `head`, a hash, either with `~n`. */
  find(name: string): MadeBlock | undefined {
    const [base, back = '0'] = name.split('~');
    let block = base === 'head' ? this.head : this.blocks.get(base);
    for (let i = 0; block && i < Number(back); i++) block = this.blocks.get(block.predecessor);
    return block;
  }

  /** A cycle's last block counts, and forgets (delegate_missed_attestations_storage.ml). */
  private missedAfter(on: MadeBlock, level: number, votes: readonly ScriptedVote[]): ReadonlyMap<string, Missed> {
    if (this.positionOf(level) === this.blocksPerCycle - 1) return new Map();
    const missed = new Map(on.missed);
    for (const [delegate, slots] of Object.entries(this.votersAt(on.level))) {
      if (votes.some((vote) => vote.delegate === delegate)) continue;
      const before = missed.get(delegate) ?? { levels: 0, slots: 0 };
      missed.set(delegate, { levels: before.levels + 1, slots: before.slots + slots });
    }
    return missed;
  }

  private newHash(): string {
    return `BL${createHash('sha256')
      .update(`${this.made++}`)
      .digest('hex')
      .slice(0, 49)}`;
  }
}
