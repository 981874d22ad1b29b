import type { Labels, Metrics } from '../runtime/metrics-text';
import {
  attestationResults,
  blockResults,
  LAST_RIGHTS,
  type NamedAddress,
  chainExporterMetrics as names,
} from './chain-exporter.contract';
import type { Verdict } from './judge';

const rights = ['block', 'attestation'] as const;
type Right = (typeof rights)[number];

const evidenceKinds = ['block', 'vote'] as const;

/** What a delegate has made of its last rights of a kind, the oldest first: true is missed. */
class LastRights {
  private readonly missed: boolean[] = [];

  add(isMissed: boolean): void {
    this.missed.push(isMissed);
    if (this.missed.length > LAST_RIGHTS) this.missed.shift();
  }

  get count(): number {
    return this.missed.length;
  }

  get missedCount(): number {
    return this.missed.filter(Boolean).length;
  }

  get inARow(): number {
    return this.missed.length - 1 - this.missed.lastIndexOf(false);
  }
}

export const labelsOf = ({ name, address }: NamedAddress): Labels => ({ delegate: address, delegate_name: name });

type Count = ReturnType<Metrics['counter']>;

/** Counts verdicts. Every counter is there from the start, at 0: Prometheus sees no increase in a first sample. */
export class RightsCount {
  private readonly last = new Map<string, Readonly<Record<Right, LastRights>>>();
  private readonly blocks: Count;
  private readonly votes: Count;
  private readonly slots: Count;
  private readonly evidence: Count;

  constructor(
    private readonly metrics: Metrics,
    private readonly delegates: readonly NamedAddress[],
  ) {
    this.blocks = metrics.counter(names.blockRights, 'Rights to bake, by what became of them.');
    this.votes = metrics.counter(names.attestationRights, 'Levels with a right to attest, by what became of it.');
    this.slots = metrics.counter(names.attestationSlots, 'Slots of these.');
    this.evidence = metrics.counter(names.evidence, 'Evidence on the chain that it has signed twice.');
    for (const delegate of delegates) this.beginAtZero(delegate);
    this.tellLast(names.missedInARow, 'Rights missed since the last one that was not.', ({ inARow }) => inARow);
    this.tellLast(names.missedOfLast, 'Rights missed of the last ones.', ({ missedCount }) => missedCount);
    this.tellLast(names.lastRights, 'How many rights these are.', ({ count }) => count);
  }

  add({ blocks, votes, evidence }: Verdict): void {
    for (const delegate of this.delegates) {
      const labels = labelsOf(delegate);
      const last = this.last.get(delegate.address);
      const block = blocks.get(delegate.address);
      if (block) {
        this.blocks({ ...labels, result: block });
        last?.block.add(block === 'missed');
      }
      const vote = votes.get(delegate.address);
      if (vote) {
        this.votes({ ...labels, result: vote.result });
        this.slots({ ...labels, result: vote.result }, vote.slots);
        last?.attestation.add(vote.result === 'missed');
      }
      for (const { kind, accused } of evidence) {
        if (accused.includes(delegate.address)) this.evidence({ ...labels, kind });
      }
    }
  }

  private beginAtZero(delegate: NamedAddress): void {
    const labels = labelsOf(delegate);
    this.last.set(delegate.address, { block: new LastRights(), attestation: new LastRights() });
    for (const result of blockResults) this.blocks({ ...labels, result }, 0);
    for (const result of attestationResults) {
      this.votes({ ...labels, result }, 0);
      this.slots({ ...labels, result }, 0);
    }
    for (const kind of evidenceKinds) this.evidence({ ...labels, kind }, 0);
  }

  private tellLast(name: string, help: string, of: (last: LastRights) => number): void {
    this.metrics.gauge(name, help, () =>
      this.delegates.flatMap((delegate) =>
        rights.map((right) => {
          const last = this.last.get(delegate.address)?.[right];
          return [{ ...labelsOf(delegate), right }, last ? of(last) : 0] as const;
        }),
      ),
    );
  }
}
