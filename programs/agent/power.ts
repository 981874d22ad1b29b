import { readFile } from 'node:fs/promises';
import type { PowerReading } from './agent.contract';

/** What was read longer ago tells nothing: its reader is gone. */
const OLD_MS = 10_000;

/** What feeds the machine, and its battery; undefined is what is not found. */
export interface Power {
  readonly mains?: number;
  readonly percent?: number;
  readonly volts?: number;
}

/** What the file says, or nothing. */
export async function powerIn(file: string, nowMs = Date.now()): Promise<Power> {
  try {
    const { mains, percent, volts, atMs } = JSON.parse(await readFile(file, 'utf8')) as Partial<PowerReading>;
    if (!Number.isFinite(atMs) || Math.abs(nowMs - (atMs as number)) > OLD_MS) return {};
    return { mains: mains === 0 || mains === 1 ? mains : undefined, percent: number(percent), volts: number(volts) };
  } catch {
    return {};
  }
}

function number(value: unknown): number | undefined {
  return Number.isFinite(value) ? (value as number) : undefined;
}
