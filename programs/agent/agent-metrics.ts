import { Metrics } from '../runtime/metrics-text';
import { type AgentStatus, agentMetrics } from './agent.contract';

/** Seconds: a Ledger takes 0.2 to 0.8 s. */
const deviceSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3];

/** What an agent counts. */
export class AgentMetrics {
  readonly request: (result: string) => void;
  private readonly metrics = new Metrics();
  private readonly seconds: (value: number) => void;

  constructor(status: () => AgentStatus) {
    const { metrics } = this;
    const count = metrics.counter(agentMetrics.requests, 'Requests to sign, by how they ended.');
    this.request = (result) => count({ result });
    this.seconds = metrics.histogram(agentMetrics.seconds, 'How long the device took.', deviceSeconds);
    metrics.gauge(agentMetrics.keyUsable, 'Whether the device could sign with the key.', () =>
      Object.entries(status().keys).map(([key, problem]) => [{ key }, problem === '' ? 1 : 0]),
    );
    metrics.gauge(agentMetrics.epoch, 'Number of the epoch that was taken last.', () => {
      const { epoch } = status();
      return epoch ? [[{}, epoch.number]] : [];
    });
    metrics.gauge(agentMetrics.markLevel, 'Highest level that octez-signer has noted.', () =>
      status().marks.map(({ key, kind, level }) => [{ key, kind }, level]),
    );
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
}
