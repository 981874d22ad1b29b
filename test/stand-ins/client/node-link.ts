import { ask, askJson, follow } from '../kit/http-client';
import { Exit, pause, say } from '../kit/program';
import type { Release } from '../kit/release';

export interface Head {
  readonly hash: string;
  readonly level: number;
}

export interface Header extends Head {
  readonly protocol: string;
  readonly predecessor: string;
  readonly timestamp: string;
  readonly proto: number;
  readonly payload_hash?: string;
  readonly payload_round?: number;
  readonly priority?: number;
}

/** How a client program talks to its node, and what it does when nobody answers. */
export class NodeLink {
  constructor(
    readonly endpoint: string,
    private readonly release: Release,
    private readonly keepAlive: boolean,
  ) {}

  get<T>(path: string): Promise<T> {
    return askJson<T>(`${this.endpoint}${path}`, { timeoutMs: 20_000 });
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const { status, text } = await ask(`${this.endpoint}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (status !== 200) throw new Error(`${path}: HTTP ${status} ${text.trim().slice(0, 300)}`);
    return JSON.parse(text) as T;
  }

  /**
   * Works while the node answers. When it does not: with --keep-alive it waits for as long as it takes; without, 25.2
   * gives up with 111 after about 75 seconds (octez.md 3.4), 7.5 at once with 1.
   */
  async whileReachable(work: (onAnswer: () => void) => Promise<void>): Promise<never> {
    const patienceMs = Number(process.env.STAND_IN_NODE_PATIENCE_MS ?? 75_000);
    let lostSince: number | undefined;
    for (;;) {
      try {
        await work(() => {
          lostSince = undefined;
        });
      } catch (error) {
        if (error instanceof Exit) throw error;
        say(`cannot reach the node at ${this.endpoint}: ${(error as Error).message}`);
      }
      lostSince ??= Date.now();
      if (!this.keepAlive) {
        if (this.release.version === '7.5') throw new Exit(1, 'Error:\n  Unable to connect to the node\n');
        if (Date.now() - lostSince >= patienceMs) throw new Exit(111, 'Error:\n  The node is unreachable\n');
      }
      await pause(Math.min(1000, patienceMs / 5));
    }
  }

  /** Waits until the node is synced, then tells every head of the chain until the node goes. */
  async heads(each: (head: Head) => void): Promise<void> {
    await follow(`${this.endpoint}/monitor/bootstrapped`, () => {});
    say('node is bootstrapped');
    await follow(`${this.endpoint}/monitor/heads/main`, each);
  }
}
