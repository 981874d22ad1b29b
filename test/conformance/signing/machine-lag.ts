const EVERY_MS = 10;
/** A process that hears of its own timer so much later has not had the machine; others may not have had it either. */
const LATE_MS = 40;
/** What happened so long before or after is of the same time. */
const AROUND_MS = 250;

/** When this machine was busy with something else: what is late then says nothing of the programs. */
export class MachineLag {
  private readonly lateAtMs: number[] = [];
  private lastMs = performance.now();
  private readonly timer = setInterval(() => this.look(), EVERY_MS);

  /** Whether the machine was there for all of the time from then until now. */
  wasThere(sinceMs: number): boolean {
    this.look();
    const last = this.lateAtMs[this.lateAtMs.length - 1];
    return last === undefined || last < sinceMs - AROUND_MS;
  }

  /** How often it was not. */
  get count(): number {
    return this.lateAtMs.length;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const nowMs = performance.now();
    if (nowMs - this.lastMs > EVERY_MS + LATE_MS) this.lateAtMs.push(nowMs);
    this.lastMs = nowMs;
  }
}
