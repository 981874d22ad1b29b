import { askJson, follow } from '../kit/http-client';
import { say } from '../kit/program';
import { scaled, waitMs } from './payout-waits';
import { statusOf } from './tezpay-prepare';
import type { TezpaySettings } from './tezpay-settings';

interface Match {
  readonly block: string;
  readonly list: number;
  readonly place: number;
  confirmations: number;
}

/**
 * Until the operation has two confirmations, its own block the first and any next head the second; for ever, if it is in no
 * block (tzgo's observer: its limit counts only after a match). After 130 seconds TzKT is asked too. Answers what went wrong.
 */
export async function waitForApply(settings: TezpaySettings, node: string, hash: string): Promise<string | undefined> {
  let finish: (problem: string | undefined) => void = () => {};
  const done = new Promise<string | undefined>((resolve) => {
    finish = resolve;
  });
  const onSignal = () => finish('context canceled');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  const watch = new HeadWatch(node, hash);
  watch.run().then(finish, (error: Error) => finish(error.message));
  let isOver = false;
  askIndexer(settings, hash, () => isOver).then(
    (applied) => finish(applied ? undefined : 'operation failed'),
    () => {},
  );
  const problem = await done;
  isOver = true;
  watch.stop();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  return problem;
}

async function askIndexer(settings: TezpaySettings, hash: string, isOver: () => boolean): Promise<boolean> {
  for (const end = Date.now() + waitMs(130_000); Date.now() < end; await scaled(1000)) if (isOver()) return true;
  for (; !isOver(); await scaled(15_000)) {
    const applied = await statusOf(settings, hash);
    if (applied !== undefined) return applied;
  }
  return true;
}

class HeadWatch {
  private match: Match | undefined;
  private isOver = false;
  private stopFollowing: () => void = () => {};

  constructor(
    private readonly node: string,
    private readonly hash: string,
  ) {}

  stop(): void {
    this.isOver = true;
    this.stopFollowing();
  }

  private get(path: string): Promise<any> {
    return askJson(new URL(path, this.node).href, { timeoutMs: 10_000 });
  }

  async run(): Promise<string | undefined> {
    let queue = Promise.resolve();
    while (!this.isOver) {
      try {
        const { hash } = await this.get('chains/main/blocks/head/header');
        await this.see(hash);
        await follow(
          new URL('monitor/heads/main', this.node).href,
          ({ hash: head }) => {
            queue = queue.then(() => this.see(head)).catch(() => {});
          },
          (stop) => {
            this.stopFollowing = stop;
            if (this.isConfirmed) stop();
          },
        );
      } catch (error) {
        if (!this.isConfirmed && !this.isOver) say(`monitor: ${(error as Error).message}`);
      }
      await queue;
      if (this.isConfirmed) return this.receipt();
      if (!this.isOver) await scaled(5000);
    }
    return undefined;
  }

  private get isConfirmed(): boolean {
    return (this.match?.confirmations ?? 0) >= 2;
  }

  /** Whichever head comes after the match confirms it. */
  private async see(head: string): Promise<void> {
    if (this.match) this.match.confirmations++;
    else {
      const lists: string[][] = await this.get(`chains/main/blocks/${head}/operation_hashes`);
      const list = lists.findIndex((each) => each.includes(this.hash));
      if (list >= 0) this.match = { block: head, list, place: lists[list].indexOf(this.hash), confirmations: 1 };
    }
    if (this.isConfirmed) this.stopFollowing();
  }

  /** As the block says that it was found in first, and by the first content alone. */
  private async receipt(): Promise<string | undefined> {
    const { block, list, place } = this.match as Match;
    const { contents } = await this.get(`chains/main/blocks/${block}/operations/${list}/${place}?metadata=always`);
    const { status, errors } = contents[0].metadata.operation_result;
    return status === 'applied' ? undefined : `${status}: ${JSON.stringify(errors ?? [])}`;
  }
}
