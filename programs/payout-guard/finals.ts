/** Who waits for the next final block of a wallet. */
export class Finals {
  private readonly waiting = new Set<() => void>();

  /** The journal has processed one more, or nothing more is waited for. */
  came(): void {
    for (const wake of [...this.waiting]) wake();
  }

  /** Resolves when the next one has come, or at `untilMs` (by performance.now()). */
  next(untilMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, untilMs - performance.now()));
      this.waiting.add(wake);
    });
  }
}
