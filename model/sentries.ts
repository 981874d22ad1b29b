import { portOf } from './components';
import { zonesOf } from './google/pools';
import type { BakerySettings } from './settings/bakery.settings';
import { chainConstants, networkOf, type TezosNetwork } from './tezos/networks';
import type { HistoryMode } from './tezos/octez-commands';

/** A public node of a bakery, with what its name and place in the file decide. Names are permanent. */
export interface Sentry {
  readonly settings: BakerySettings['sentries'][number];
  /** Place in the list of the file. */
  readonly index: number;
  /** `sentry-a`: name of its StatefulSet and Service, and its instance label. */
  readonly instance: string;
  /** Its disk is there, and so is its pod. */
  readonly zone: string;
  /** What it keeps of the chain. */
  readonly historyMode: HistoryMode;
  /** The claim of its data. */
  readonly claim: string;
  /** Where the private node peers with it: `sentry-a:9732`. */
  readonly peer: string;
}

/** The sentries in the order of the file. They take the zones in turn, unless a line of their own says which. */
export function sentriesOf(settings: Pick<BakerySettings, 'sentries' | 'cluster' | 'network'>): Sentry[] {
  const zones = zonesOf(settings);
  return settings.sentries.map((sentry, index) => {
    const instance = `sentry-${sentry.name}`;
    return {
      settings: sentry,
      index,
      instance,
      zone: sentry.zone ?? zones[index % zones.length],
      historyMode: keptBySentry(sentry, networkOf(settings)),
      claim: `${instance}-node-data`,
      peer: `${instance}:${portOf('sentry', 'p2p')}`,
    };
  });
}

/**
 * What a sentry keeps where its line does not say: a week at least. A private node has no other peers, and one whose head
 * they have dropped never catches up: Octez' own default would lose one that was away for two cycles.
 */
const DAYS_KEPT = 7;

/** The history mode of a sentry, with its cycles. */
export function keptBySentry({ historyMode }: Sentry['settings'], network: TezosNetwork): HistoryMode {
  if (!historyMode.rolling) return historyMode as HistoryMode;
  const cycles = Math.ceil((DAYS_KEPT * 86_400) / (cycleSeconds(network) ?? Number.POSITIVE_INFINITY));
  return { rolling: { additionalCycles: historyMode.rolling.additionalCycles ?? Math.max(1, cycles - 1) } };
}

/**
 * Seconds of blocks that each sentry keeps at least; undefined where all keep everything, or it is not known. A rolling
 * node keeps one cycle (blocks_preservation_cycles), its additional ones, and what has passed of the current one.
 */
export function keptSeconds(
  sentries: readonly Pick<Sentry, 'historyMode'>[],
  network: TezosNetwork,
): number | undefined {
  const length = cycleSeconds(network);
  const cycles = sentries.flatMap(({ historyMode: { rolling } }) => (rolling ? [1 + rolling.additionalCycles] : []));
  return length === undefined || cycles.length === 0 ? undefined : Math.min(...cycles) * length;
}

function cycleSeconds(network: TezosNetwork): number | undefined {
  const constants = chainConstants(network);
  return constants && constants.blockSeconds * constants.blocksPerCycle;
}
