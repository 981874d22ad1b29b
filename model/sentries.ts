import { portOf } from './components';
import { zonesOf } from './google/pools';
import type { BakerySettings } from './settings/bakery.settings';

/** A public node of a bakery, with what its name and place in the file decide. Names are permanent. */
export interface Sentry {
  readonly settings: BakerySettings['sentries'][number];
  /** Place in the list of the file. */
  readonly index: number;
  /** `sentry-a`: name of its StatefulSet and Service, and its instance label. */
  readonly instance: string;
  /** Its disk is there, and so is its pod. */
  readonly zone: string;
  /** The claim of its data. */
  readonly claim: string;
  /** Where the private node peers with it: `sentry-a:9732`. */
  readonly peer: string;
}

/** The sentries in the order of the file. They take the zones in turn, unless a line of their own says which. */
export function sentriesOf(settings: Pick<BakerySettings, 'sentries' | 'cluster'>): Sentry[] {
  const zones = zonesOf(settings);
  return settings.sentries.map((sentry, index) => {
    const instance = `sentry-${sentry.name}`;
    return {
      settings: sentry,
      index,
      instance,
      zone: sentry.zone ?? zones[index % zones.length],
      claim: `${instance}-node-data`,
      peer: `${instance}:${portOf('sentry', 'p2p')}`,
    };
  });
}
