import { Exit } from '../kit/program';
import type { Release } from '../kit/release';

export interface HistoryMode {
  readonly kind: 'archive' | 'full' | 'rolling';
  readonly additionalCycles: number;
}

/** The word of `--history-mode` (octez.md 3.2; 7.5: experimental-rolling, and no number of cycles). */
export function parseHistoryMode(word: string, release: Release): HistoryMode {
  const [, name, cycles] = /^([a-z-]+)(?::(\d+))?$/.exec(word) ?? [];
  const isOld = release.version === '7.5';
  const kind = isOld && name === 'experimental-rolling' ? 'rolling' : name;
  const isKnown = kind === 'archive' || kind === 'full' || kind === 'rolling';
  const refused = !isKnown || (isOld && (name === 'rolling' || cycles !== undefined)) || (kind === 'archive' && cycles);
  if (refused) {
    throw new Exit(124, `${release.prefix}-node: option '--history-mode': invalid value '${word}'`);
  }
  return { kind, additionalCycles: cycles === undefined ? (kind === 'archive' ? 0 : 1) : Number(cycles) };
}

/** As config.json and the store write it: "archive", or with its cycles. */
export function historyModeJson({ kind, additionalCycles }: HistoryMode): unknown {
  return kind === 'archive' || additionalCycles === 1 ? kind : { [kind]: { additional_cycles: additionalCycles } };
}

export function historyModeFromJson(value: unknown): HistoryMode {
  if (typeof value === 'string')
    return { kind: value.replace('experimental-', '') as HistoryMode['kind'], additionalCycles: 1 };
  const [[kind, more]] = Object.entries(value as object);
  return {
    kind: kind as HistoryMode['kind'],
    additionalCycles: (more as { additional_cycles: number }).additional_cycles,
  };
}

export const historyModeText = ({ kind, additionalCycles }: HistoryMode) =>
  kind === 'archive' ? kind : `${kind} mode with ${additionalCycles} extra cycle(s)`;

/** A rolling node cannot become full or archive; other changes need --force-history-mode-switch (octez.md 3.5). */
export function checkSwitch(stored: HistoryMode, wanted: HistoryMode, force: boolean): void {
  if (stored.kind === wanted.kind) return;
  const from = historyModeText(stored);
  if (stored.kind === 'rolling') {
    throw new Exit(1, `Error: Cannot switch from history mode ${from} to ${historyModeText(wanted)}.`);
  }
  if (!force) {
    throw new Exit(
      1,
      `Error: History mode (${historyModeText(wanted)}) differs from the one of the store (${from}): use --force-history-mode-switch.`,
    );
  }
}
