import type { Reply } from '../runtime/serve-http';
import { guardMetrics } from './guard.contract';
import type { SignerLink } from './signer-link';

/** For as long, Prometheus waits for an answer. */
const ANSWER_MS = 2000;

/** What an agent counts, and what it counted last while it does not answer, with its age. */
export class AgentMetricsMemory {
  private readonly last = new Map<string, { readonly text: string; readonly atMs: number }>();

  async answer(link: SignerLink): Promise<Reply> {
    const { name } = link.config;
    try {
      this.last.set(name, { text: await link.metrics(ANSWER_MS), atMs: performance.now() });
    } catch {
      // Its uplinks' state says so.
    }
    const known = this.last.get(name);
    if (!known) return { status: 503, text: 'its agent has not answered yet\n' };
    const seconds = Math.round(performance.now() - known.atMs) / 1000;
    const metric = guardMetrics.agentAge;
    const age = `# HELP ${metric} Since its agent told this.\n# TYPE ${metric} gauge\n${metric} ${seconds}\n`;
    return { status: 200, text: `${known.text}${age}` };
  }
}
