import { ask } from '../runtime/ask-http';
import type { Log } from '../runtime/json-log';
import type { Head } from './heads';

export interface HeadPollParts {
  /** Starts of URLs. */
  readonly nodes: readonly string[];
  readonly chainId: string;
  /** Answers what is wrong with a head, if it cannot be. */
  readonly report: (head: Head) => string | undefined;
  readonly onIgnored: (node: string) => void;
  readonly log: Log;
}

const HEADER = '/chains/main/blocks/head/header';

/** What the bakery's nodes call the head. */
export class HeadPoll {
  /** By node: why it was not heard; '' if it was. */
  readonly problems = new Map<string, string>();

  constructor(private readonly parts: HeadPollParts) {
    for (const node of parts.nodes) this.problems.set(node, 'not asked yet');
  }

  /** Asks every node now; resolves when it is enough, when all have answered or failed, or when the time is over. */
  async poll(timeoutMs: number, isEnough = () => false): Promise<void> {
    await new Promise<void>((resolve) => {
      const each = this.parts.nodes.map(async (node) => {
        await this.one(node, timeoutMs);
        if (isEnough()) resolve();
      });
      Promise.all(each).then(() => resolve());
    });
  }

  private async one(node: string, timeoutMs: number): Promise<void> {
    const { report, onIgnored, log } = this.parts;
    let problem = '';
    try {
      const head = await this.headOf(node, timeoutMs);
      const wrong = report(head);
      if (wrong) {
        problem = `its head ${head.level} is ${wrong}`;
        onIgnored(node);
      }
    } catch (error) {
      problem = (error as Error).message;
    }
    if (problem && problem !== this.problems.get(node)) log('WARNING', `no head of ${node}: ${problem}`);
    this.problems.set(node, problem);
  }

  private async headOf(node: string, timeoutMs: number): Promise<Head> {
    const { status, text } = await ask({ url: node }, { method: 'GET', path: HEADER, timeoutMs });
    if (status !== 200) throw new Error(`it answered ${status}`);
    const { chain_id, level, timestamp } = JSON.parse(text) as Record<string, unknown>;
    if (chain_id !== this.parts.chainId) throw new Error('it is on another chain');
    const timestampMs = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
    if (!Number.isSafeInteger(level) || Number.isNaN(timestampMs)) throw new Error('its header cannot be read');
    return { level: level as number, timestampMs };
  }
}
