import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Epoch } from '../runtime/epoch';
import type { SignerLink } from './signer-link';

export interface Patience {
  /** How long signers are waited for. */
  readonly forMs: number;
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/**
 * An epoch above every one that a signer names. Who does not answer in time is not waited for: the clock is nearly always
 * ahead of what it would have named, and if it is not, that signer will refuse this guard.
 */
export async function newEpoch(links: readonly SignerLink[], patience: Patience): Promise<Epoch> {
  const named = new Map<string, number>();
  const untilMs = performance.now() + patience.forMs;
  const isDone = () => links.every(({ config }) => config.away !== undefined || named.has(config.name));
  for (;;) {
    await Promise.all(links.map((link) => nameOf(link, named, patience.timeoutMs)));
    if (isDone() || performance.now() >= untilMs) break;
    await pause(patience.everyMs, undefined, { ref: false });
  }
  const number = Math.max(Date.now(), ...[...named.values()].map((each) => each + 1));
  return { number, bits: randomBytes(16).toString('hex') };
}

async function nameOf(link: SignerLink, named: Map<string, number>, timeoutMs: number): Promise<void> {
  const told = await Promise.all(link.uplinks.map((uplink) => link.status(uplink, timeoutMs)));
  const { name } = link.config;
  for (const each of told) if (each) named.set(name, Math.max(named.get(name) ?? 0, each.epoch?.number ?? 0));
}
