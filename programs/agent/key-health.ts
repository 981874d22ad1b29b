import type { Reason, SignEnding } from './agent.contract';
import type { Device } from './device';
import type { DeviceLook } from './device-look';
import { type Problem, problemOf } from './unfit';

/** What a device has said to a request to sign, a look may not show: it is believed for this long. */
const TRUST_AGAIN_MS = 10_000;
/** octez-signer takes a Ledger away from the kernel while it signs: it is back after this long. */
const SETTLED_MS = 1000;

export interface KeyHealthParts {
  readonly keys: readonly string[];
  readonly device: Device;
  /** If there is more to look at than octez-signer. */
  readonly deviceLook: DeviceLook | undefined;
  /** A device that takes longer for a signature is of no use. Milliseconds. */
  readonly patienceMs: number;
}

/** Whether the device could sign with each key, as far as it is known without asking it to. */
export class KeyHealth {
  private readonly unknownTo = new Map<string, Problem | undefined>();
  private isLooking = false;
  private readonly said = new Map<string, { readonly problem: Problem; readonly untilMs: number }>();
  private readonly signedMs = new Map<string, number>();
  /** The last signature has taken too long, and nobody has looked since. */
  private hasHung = false;
  private lookedMs: number | undefined;

  constructor(private readonly parts: KeyHealthParts) {
    for (const key of parts.keys) this.unknownTo.set(key, problemOf('starting'));
  }

  /** What is wrong with a key. */
  problemOf(key: string): Problem | undefined {
    const { device, deviceLook, patienceMs } = this.parts;
    if (device.silentMs > patienceMs) return problemOf('hangs');
    const unknown = this.unknownTo.get(key);
    if (unknown) return unknown;
    if (this.hasHung) return problemOf('hangs', 'the last signature has taken too long');
    const said = this.said.get(key);
    return deviceLook?.problemOf(key) ?? (said && said.untilMs > performance.now() ? said.problem : undefined);
  }

  /** By address: what is wrong, for people, or ''. */
  get problems(): Record<string, string> {
    return Object.fromEntries(this.parts.keys.map((key) => [key, this.problemOf(key)?.text ?? '']));
  }

  /** By address: what is wrong, in one word, or ''. */
  get reasons(): Record<string, Reason | ''> {
    return Object.fromEntries(this.parts.keys.map((key) => [key, this.problemOf(key)?.reason ?? '']));
  }

  /** Seconds since it was looked at everything; undefined before. */
  get lookAgeSeconds(): number | undefined {
    return this.lookedMs === undefined ? undefined : (performance.now() - this.lookedMs) / 1000;
  }

  /** Seconds since a signature with the key; undefined before. */
  signatureAgeSeconds(key: string): number | undefined {
    const at = this.signedMs.get(key);
    return at === undefined ? undefined : (performance.now() - at) / 1000;
  }

  /** Asks octez-signer for every key, and looks at the device, unless that is busy: then what is known stays. */
  async look(): Promise<void> {
    const { keys, device } = this.parts;
    if (this.isLooking || !device.isFree) return;
    this.isLooking = true;
    try {
      for (const key of keys) this.unknownTo.set(key, await device.knows(key));
      if (!device.isFree) return;
      const end = await device.take();
      await this.lookAtDevice(() => device.isWanted).finally(() => end?.());
    } finally {
      this.isLooking = false;
    }
  }

  /** Whoever calls it has a turn. */
  async lookAtDevice(isWanted: () => boolean): Promise<void> {
    const { device, deviceLook } = this.parts;
    if (device.quietMs < SETTLED_MS) return;
    if (deviceLook && !(await deviceLook.look(isWanted))) return;
    this.hasHung = false;
    this.lookedMs = performance.now();
  }

  ended(key: string, ending: SignEnding): void {
    if (ending.ending === 'not asked' && ending.reason) {
      const problem = { reason: ending.reason, text: ending.why };
      this.said.set(key, { problem, untilMs: performance.now() + TRUST_AGAIN_MS });
    }
    if (ending.ending === 'timeout' && this.parts.deviceLook) this.hasHung = true;
    if (ending.ending !== 'signed') return;
    this.said.delete(key);
    this.hasHung = false;
    this.signedMs.set(key, performance.now());
  }
}
