/** One that waits. */
interface Waiting {
  readonly mayStart: () => boolean;
  readonly start: (end: (() => void) | undefined) => void;
}

/** One after the other, in the order in which they came. */
export class Turns {
  private isTaken = false;
  private readonly waiting: Waiting[] = [];

  /** Whether nobody has a turn or waits for one. */
  get isFree(): boolean {
    return !this.isTaken;
  }

  /**
   * Waits for its turn, which lasts until what this resolves to is called. Resolves to undefined if the turn has not come
   * at `untilMs` (by performance.now()), or if nobody wants it any more when it comes.
   */
  take(untilMs = Number.POSITIVE_INFINITY, isGone = () => false): Promise<(() => void) | undefined> {
    return new Promise((resolve) => {
      const mayStart = () => performance.now() < untilMs && !isGone();
      const waiting: Waiting = {
        mayStart,
        start: (end) => {
          clearTimeout(timer);
          resolve(end);
        },
      };
      const giveUp = () => {
        const at = this.waiting.indexOf(waiting);
        if (at >= 0) this.waiting.splice(at, 1);
        resolve(undefined);
      };
      const timer = untilMs === Number.POSITIVE_INFINITY ? undefined : setTimeout(giveUp, untilMs - performance.now());
      this.waiting.push(waiting);
      this.next();
    });
  }

  private next(): void {
    while (!this.isTaken) {
      const first = this.waiting.shift();
      if (!first) return;
      if (!first.mayStart()) first.start(undefined);
      else {
        this.isTaken = true;
        first.start(this.ending());
      }
    }
  }

  /** Ends a turn, however often it is called. */
  private ending(): () => void {
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.isTaken = false;
      this.next();
    };
  }
}
