import type { Handover } from './agent-core';

/** What a handover says; undefined if it is none. */
export function handoverIn(body: string): Handover | undefined {
  let told: { readonly signers?: unknown; readonly untilMs?: unknown } | null;
  try {
    told = JSON.parse(body);
  } catch {
    return undefined;
  }
  const { signers, untilMs } = told ?? {};
  if (!Array.isArray(signers) || !signers.every((each) => typeof each === 'string')) return undefined;
  return Number.isSafeInteger(untilMs) ? { signers, untilMs: untilMs as number } : undefined;
}
