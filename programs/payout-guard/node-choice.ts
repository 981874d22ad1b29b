import type { Log } from '../runtime/json-log';

/**
 * One of the bakery's nodes, for as long as it works; then the next one, and after the last one the first. Never two at
 * once: they may have two heads, and what the one has told is not what the other one is asked about.
 */
export class NodeChoice {
  /** By node: why it was left; '' if it works, as far as is known. */
  readonly problems = new Map<string, string>();
  private at = 0;

  constructor(
    /** Starts of URLs, the preferred one first. */
    private readonly nodes: readonly string[],
    private readonly log: Log,
  ) {
    for (const node of nodes) this.problems.set(node, '');
  }

  get current(): string {
    return this.nodes[this.at];
  }

  /** How many there are to try. */
  get count(): number {
    return this.nodes.length;
  }

  works(node: string): void {
    this.problems.set(node, '');
  }

  /** It has not answered: whoever asks next asks the next one. */
  fails(node: string, problem: string): void {
    if (problem !== this.problems.get(node)) this.log('WARNING', `${node} does not work: ${problem}`);
    this.problems.set(node, problem);
    if (node === this.current) this.at = (this.at + 1) % this.nodes.length;
  }
}
