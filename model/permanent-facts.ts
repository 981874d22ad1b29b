import type { Bakery } from './bakery';
import { keysOf } from './bakery-keys';
import { historyLine, keyLine, permanentLine } from './permanent-line';
import { chosen } from './settings/chosen';

/**
 * What a bakery may never become by an edit in passing, as lines of dist/permanent/<bakery>.txt. A chain: the
 * volumes hold the old one's data, and the old one's key. A project or a state: Terraform would start anew beside what
 * exists. A range: Google replaces the cluster. A history mode: a store cannot be turned into another.
 */
export function permanentFacts(bakery: Bakery): string[] {
  const { settings, network, projectId, name, sentries } = bakery;
  const { region, state, ranges } = settings.google;
  const nodes = [
    { instance: 'baker', settings: settings.privateNode },
    ...sentries.map(({ instance, settings }) => ({ instance, settings })),
  ];
  const rangeLines = settings.cluster.existing
    ? []
    : Object.entries(ranges).map(([what, cidr]) => permanentLine('range', what, cidr));
  return [
    permanentLine('chain', network.chainId),
    permanentLine('project', projectId),
    permanentLine('region', region),
    permanentLine('state', `gs://${state.bucket}/${name}`),
    ...rangeLines,
    ...nodes.map(({ instance, settings }) => historyLine(instance, chosen(settings.historyMode).name)),
  ];
}

/** Addresses of every key of the bakery: where a renamed file is recognised by. They may come and go. */
export function keyLines({ settings }: Bakery): string[] {
  return keysOf(settings).map(({ address }) => keyLine(address));
}
