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

/** history_mode.ml: with their cycles, where none are named one. */
export const sameMode = (a: HistoryMode, b: HistoryMode) =>
  a.kind === b.kind && (a.kind === 'archive' || a.additionalCycles === b.additionalCycles);

/**
 * What a store becomes at the start. Any other mode, also another number of cycles, stops the node without
 * --force-history-mode-switch (check_history_mode_consistency of store.ml); with it what holds less cannot become what
 * holds more (may_switch_history_mode).
 */
export function checkSwitch(stored: HistoryMode, wanted: HistoryMode, force: boolean): void {
  if (sameMode(stored, wanted)) return;
  const holds = ['rolling', 'full', 'archive'];
  const lacks = holds.indexOf(stored.kind) < holds.indexOf(wanted.kind);
  if (force && !lacks) return;
  const [from, to] = [historyModeText(stored), historyModeText(wanted)];
  const hint = lacks
    ? `There is not enough history in ${from} stores to switch to ${to}.`
    : "To force the switch, use the flag '--force-history-mode-switch'.";
  throw new Exit(1, `Error: Cannot switch from history mode ${from} to ${to}. ${hint}`);
}
