import { type Labels, Metrics } from '../runtime/metrics-text';
import { type AgentStatus, agentMetrics as names, type Reason, type ReportedMark, reasons } from './agent.contract';
import type { Machine } from './home-machine';
import type { KeyHealth } from './key-health';
import { countMachine } from './machine-metrics';

/** Seconds: a Ledger takes 0.2 to 0.8 s. */
const deviceSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3];

export interface AgentView {
  readonly status: () => AgentStatus;
  readonly health: KeyHealth;
  readonly machine: Machine | undefined;
}

type Rows = readonly (readonly [Labels, number])[];

/** What an agent counts. */
export class AgentMetrics {
  readonly request: (result: string) => void;
  private readonly metrics = new Metrics();
  private readonly seconds: (value: number) => void;

  constructor({ status, health, machine }: AgentView) {
    const { metrics } = this;
    const count = metrics.counter(names.requests, 'Requests to sign, by how they ended.');
    this.request = (result) => count({ result });
    this.seconds = metrics.histogram(names.seconds, 'How long the device took.', deviceSeconds);
    metrics.gauge(names.epoch, 'Number of the epoch that was taken last.', () => {
      const { epoch } = status();
      return epoch ? [[{}, epoch.number]] : [];
    });
    this.countKeys(health);
    const marks = (of: (mark: ReportedMark) => number) => (): Rows =>
      status().marks.map((mark) => [{ key: mark.key, kind: mark.kind }, of(mark)]);
    metrics.gauge(
      names.markLevel,
      'Highest level that octez-signer has noted, by kind; of kind device, the device.',
      marks(({ level }) => level),
    );
    metrics.gauge(
      names.markRound,
      'Round of that level.',
      marks(({ round }) => round),
    );
    if (machine) countMachine(metrics, machine);
  }

  get text(): string {
    return this.metrics.text;
  }

  /** Counts how long it takes. */
  async timed<T>(work: Promise<T>): Promise<T> {
    const startMs = performance.now();
    try {
      return await work;
    } finally {
      this.seconds((performance.now() - startMs) / 1000);
    }
  }

  private countKeys(health: KeyHealth): void {
    const { metrics } = this;
    const perReason = (key: string, is: Reason | ''): Rows =>
      Object.keys(reasons).map((reason) => [{ key, reason }, Number(reason === is)]);
    metrics.gauge(names.keyUsable, 'Whether the device could sign with the key.', () =>
      Object.entries(health.reasons).map(([key, reason]) => [{ key }, Number(reason === '')]),
    );
    metrics.gauge(names.keyProblem, 'Why it could not: 1 for the reason that there is.', () =>
      Object.entries(health.reasons).flatMap(([key, reason]) => perReason(key, reason)),
    );
    metrics.gauge(names.signatureAge, 'Since the device has signed with the key.', () =>
      Object.keys(health.reasons).flatMap((key): Rows => {
        const age = health.signatureAgeSeconds(key);
        return age === undefined ? [] : [[{ key }, age]];
      }),
    );
    metrics.gauge(names.lookAge, 'Since octez-signer and the device were looked at to the end.', () => {
      const age = health.lookAgeSeconds;
      return age === undefined ? [] : [[{}, age]];
    });
  }
}
