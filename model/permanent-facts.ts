import type { Bakery } from './bakery';

/**
 * What a bakery may never become by an edit in passing, as lines of dist/permanent/<bakery>.txt. A chain: the
 * volumes hold the old one's data, and the old one's key. A project or a state: Terraform would start anew beside what
 * exists. A range: Google replaces the cluster. A history mode: a store cannot be turned into another.
 */
export function permanentFacts(bakery: Bakery): string[] {
  const { settings, network, projectId, name } = bakery;
  const { region, state, ranges } = settings.google;
  const nodes = [
    { node: 'baker', historyMode: settings.privateNode.historyMode },
    ...settings.sentries.map((sentry) => ({ node: `sentry-${sentry.name}`, historyMode: sentry.historyMode })),
  ];
  const rangeLines = settings.cluster.existing
    ? []
    : Object.entries(ranges).map(([what, cidr]) => `range ${what} ${cidr}`);
  return [
    `chain ${network.chainId}`,
    `project ${projectId}`,
    `region ${region}`,
    `state gs://${state.bucket}/${name}`,
    ...rangeLines,
    ...nodes.map(({ node, historyMode }) => `history ${node} ${Object.keys(historyMode)[0]}`),
  ];
}

/** Addresses of every key of the bakery: where a renamed file is recognised by. They may come and go. */
export function keyLines({ settings }: Bakery): string[] {
  const addresses = settings.bakers.flatMap(({ address, consensusKey, companionKey }) => [
    address,
    ...(consensusKey ? [consensusKey.address] : []),
    ...(companionKey ? [companionKey.address] : []),
  ]);
  return addresses.map((address) => `key ${address}`);
}
