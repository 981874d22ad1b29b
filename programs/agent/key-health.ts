import type { SignEnding } from './agent.contract';
import { type Device, NOT_THERE } from './device';

/** After a device has said that it cannot, it is asked again when this long has passed. */
const TRUST_AGAIN_MS = 10_000;

/** Whether the device could sign with each key, as far as it is known without asking it to. */
export class KeyHealth {
  private readonly unknownTo = new Map<string, string>();
  private isLooking = false;
  private readonly said = new Map<string, { readonly why: string; readonly untilMs: number }>();

  constructor(
    private readonly keys: readonly string[],
    private readonly device: Device,
    /** A device that takes longer for a signature is of no use. Milliseconds. */
    private readonly patienceMs: number,
  ) {
    for (const key of keys) this.unknownTo.set(key, 'octez-signer has not been asked yet');
  }

  /** By address: what is wrong, or ''. */
  get problems(): Record<string, string> {
    return Object.fromEntries(this.keys.map((key) => [key, this.problemOf(key)]));
  }

  /** Asks octez-signer for every key, unless the device is busy: then what is known stays. */
  async look(): Promise<void> {
    if (this.isLooking || !this.device.turns.isFree) return;
    this.isLooking = true;
    for (const key of this.keys) this.unknownTo.set(key, await this.device.knows(key));
    this.isLooking = false;
  }

  ended(key: string, ending: SignEnding): void {
    if (ending.ending === 'not asked' && ending.why !== NOT_THERE) {
      this.said.set(key, { why: ending.why, untilMs: performance.now() + TRUST_AGAIN_MS });
    } else if (ending.ending === 'signed') this.said.delete(key);
  }

  private problemOf(key: string): string {
    const said = this.said.get(key);
    if (this.device.silentMs > this.patienceMs) return 'the device does not answer';
    return this.unknownTo.get(key) || (said && said.untilMs > performance.now() ? said.why : '');
  }
}
