import type { Log } from '../runtime/json-log';
import type { Rpc } from '../runtime/rpc';
import type { Head } from './chain-block';
import type { Source, Sources } from './sources';

export interface JobParts {
  readonly name: string;
  /** Answers whether there is more to do under this head. Throws where a node does not answer. */
  readonly run: (rpc: Rpc, head: Head) => Promise<boolean>;
  readonly sources: Sources;
  /** For how long a source that has failed is asked last. Milliseconds. */
  readonly avoidMs: number;
  readonly log: Log;
}

/**
 * Something that is done once for each head, by whichever source is best. A job has its own pace, and its own mind about
 * sources: what hangs or fails here stops no other job.
 */
export class Job {
  lastSource: Source | undefined;
  private doneHead = '';
  private isRunning = false;
  private problem = '';
  private readonly failedAtMs = new Map<Source, number>();

  constructor(private readonly parts: JobParts) {}

  async tick(): Promise<void> {
    if (this.isRunning) return;
    const best = this.parts.sources.best(this.avoided);
    if (!best || best.head.hash === this.doneHead) return;
    this.isRunning = true;
    const { source, head } = best;
    this.lastSource = source;
    try {
      const isMore = await this.parts.run(source.rpc, head);
      this.doneHead = isMore ? '' : head.hash;
      this.failedAtMs.delete(source);
      this.problem = '';
    } catch (error) {
      this.fail(source, error as Error);
      // Another source may know the same head; without one, this head is not tried again.
      this.doneHead = this.parts.sources.best(this.avoided)?.source === source ? head.hash : '';
    }
    this.isRunning = false;
  }

  private fail(source: Source, { message }: Error): void {
    source.hasFailed();
    this.failedAtMs.set(source, performance.now());
    const { name, log } = this.parts;
    const problem = `${name} by ${source.node.name}: ${message}`;
    if (problem !== this.problem) log('WARNING', problem);
    this.problem = problem;
  }

  private get avoided(): ReadonlySet<Source> {
    const sinceMs = performance.now() - this.parts.avoidMs;
    return new Set([...this.failedAtMs].filter(([, atMs]) => atMs > sinceMs).map(([source]) => source));
  }
}
