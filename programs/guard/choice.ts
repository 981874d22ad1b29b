/** What a device said of the last requests, one after the other. */
interface Record_ {
  failures: number;
  markRefusals: number;
  /** Until when it is left out after failures, by the monotonic clock. */
  outUntilMs: number;
  /** By key: since when its agent has called it healthy without a break. */
  readonly healthySinceMs: Map<string, number>;
}

/** How a request to a signer ended. */
export type Ending = 'signed' | 'unknown' | 'timeout' | 'refused for its mark' | 'nothing left';

/** Timeouts, or answers that leave it unknown whether it has signed: one that gives these alone signs nothing either. */
const FAILURES_IN_A_ROW = 2;
const OUT_MS = 30_000;
const MARK_REFUSALS_IN_A_ROW = 3;
const FAILBACK_MS = 60_000;

/**
 * Which of the usable signers is asked: the first of the file that is healthy. One that comes back, or was left out, is
 * asked again after a minute of health; all this only while another one is there.
 */
export class Choice {
  private readonly records = new Map<string, Record_>();
  /** By key. */
  private readonly active = new Map<string, string>();

  constructor(
    private readonly signers: readonly string[],
    private readonly monotonicMs: () => number,
  ) {}

  /** The agent's word on a signer and a key, each second: whether the device could sign with it now. */
  health(signer: string, key: string, isHealthy: boolean): void {
    const { healthySinceMs } = this.of(signer);
    if (!isHealthy) healthySinceMs.delete(key);
    else if (!healthySinceMs.has(key)) healthySinceMs.set(key, this.monotonicMs());
  }

  /** Whether its agent calls it healthy. */
  isHealthy(signer: string, key: string): boolean {
    return this.of(signer).healthySinceMs.has(key);
  }

  ended(signer: string, ending: Ending): void {
    const record = this.of(signer);
    // That a device was not asked says nothing of how it answers.
    if (ending === 'timeout' || ending === 'unknown') record.failures++;
    else if (ending !== 'nothing left') record.failures = 0;
    record.markRefusals =
      ending === 'refused for its mark' ? record.markRefusals + 1 : ending === 'signed' ? 0 : record.markRefusals;
    if (record.failures >= FAILURES_IN_A_ROW) {
      record.failures = 0;
      record.outUntilMs = this.monotonicMs() + OUT_MS;
    }
  }

  /** Of these, which hold the key and may be used, the one to ask. */
  pick(usable: readonly string[], key: string): string | undefined {
    const healthy = this.signers.filter((each) => usable.includes(each) && this.isHealthy(each, key));
    const good = healthy.filter((each) => this.isGood(each));
    const [first] = good.length > 0 ? good : healthy;
    if (first === undefined) return undefined;
    const active = this.active.get(key);
    const isActiveGood = active !== undefined && good.includes(active);
    const isPreferred = (each: string) => this.monotonicMs() - this.soundSinceMs(each, key) >= FAILBACK_MS;
    const picked = isActiveGood ? (good.find((each) => each === active || isPreferred(each)) as string) : first;
    this.active.set(key, picked);
    return picked;
  }

  /** Since when nothing was wrong with it. Its agent may call a device healthy all the time that signs nothing. */
  private soundSinceMs(signer: string, key: string): number {
    const { healthySinceMs, outUntilMs } = this.of(signer);
    return Math.max(healthySinceMs.get(key) as number, outUntilMs);
  }

  private isGood(signer: string): boolean {
    const { outUntilMs, markRefusals } = this.of(signer);
    return outUntilMs <= this.monotonicMs() && markRefusals < MARK_REFUSALS_IN_A_ROW;
  }

  private of(signer: string): Record_ {
    const found = this.records.get(signer);
    if (found) return found;
    const record = { failures: 0, markRefusals: 0, outUntilMs: 0, healthySinceMs: new Map<string, number>() };
    this.records.set(signer, record);
    return record;
  }
}
