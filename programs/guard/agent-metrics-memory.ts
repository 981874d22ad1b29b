import { Metrics } from '../runtime/metrics-text';
import type { Reply } from '../runtime/serve-http';
import { type AgentMetricsText, readAgentMetrics } from './agent-metrics-text';
import { guardMetrics } from './guard.contract';
import type { SignerLink } from './signer-link';

/** For as long, Prometheus waits for an answer. */
const ANSWER_MS = 2000;

/** What an agent counts, and what it counted last while it does not answer, with its age. */
export class AgentMetricsMemory {
  private readonly last = new Map<string, AgentMetricsText & { readonly atMs: number }>();

  async answer(link: SignerLink): Promise<Reply> {
    const { name } = link.config;
    try {
      const read = readAgentMetrics(await link.metrics(ANSWER_MS), name);
      this.last.set(name, { ...read, atMs: performance.now() });
    } catch {
      // Its uplinks' state says so.
    }
    const known = this.last.get(name);
    if (!known) return { status: 503, text: 'its agent has not answered yet\n' };
    const seconds = Math.round(performance.now() - known.atMs) / 1000;
    const own = new Metrics();
    const { agentAge, agentDropped } = guardMetrics;
    own.gauge(agentAge, 'Since its agent told this.', () => [[{ signer: name }, seconds]]);
    own.gauge(agentDropped, 'Lines of its agent that are none of its metrics.', () => [
      [{ signer: name }, known.dropped],
    ]);
    return { status: 200, text: `${known.text}${own.text}` };
  }
}
