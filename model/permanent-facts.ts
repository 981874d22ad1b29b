import type { Bakery } from './bakery';
import { keysOf, signingKeysOf } from './bakery-keys';
import { ownClusterOf } from './google/pools';
import {
  aliasLine,
  chainLine,
  contextLine,
  custodyLine,
  historyLine,
  keyLine,
  networkLine,
  permanentLine,
  signerLine,
  siteBakerLine,
  siteLine,
  spotLine,
} from './permanent-line';
import { chosen } from './settings/chosen';
import { shownBakers } from './site';
import { sshFingerprint } from './ssh-keys';
import type { TezosNetwork } from './tezos/networks';

/**
 * What a bakery may never become by an edit in passing, as lines of dist/permanent/<bakery>.txt. A chain: the
 * volumes hold the old one's data, and the old one's key. Where a custom network is described: a node would follow
 * whatever chain stands there. A project or a state: Terraform would start anew beside what exists. A range: Google
 * replaces the cluster. A history mode: a store cannot get what it lacks, and what it drops is gone. A context: everything
 * would live in a second cluster, beside the first. Spot nodes: the pool is destroyed and made anew. A custody: another
 * signer does not know what the old one signed. A signer at home: its device may sign for an older guard for as long as
 * it is on. The domain of the payout site, and names of bakers on it: delegators have links to both.
 */
export function permanentFacts(bakery: Bakery): string[] {
  const { settings, network, projectId, name, sentries } = bakery;
  const { region, state, ranges } = settings.google;
  const nodes = [
    { instance: 'baker', settings: settings.privateNode },
    ...sentries.map(({ instance, settings }) => ({ instance, settings })),
  ];
  const own = ownClusterOf(settings);
  const rangeLines = settings.cluster.existing
    ? []
    : Object.entries(ranges).map(([what, cidr]) => permanentLine('range', what, cidr));
  return [
    chainLine(network.chainId),
    ...networkLines(settings.network.custom),
    permanentLine('project', projectId),
    permanentLine('region', region),
    permanentLine('state', `gs://${state.bucket}/${name}`),
    ...rangeLines,
    ...(own ? [spotLine(own.auxiliary.spot)] : []),
    ...(settings.cluster.existing ? [contextLine(settings.cluster.existing.context)] : []),
    custodyLine(chosen(settings.custody).name),
    ...signerLines(bakery),
    ...aliasLines(bakery),
    ...siteLines(bakery),
    ...nodes.map(({ instance, settings }) => historyLine(instance, chosen(settings.historyMode).name)),
  ];
}

/** What a node of a custom network is told: its chain id is only what the bakery file says. Our own networks are known. */
function networkLines(custom: TezosNetwork | undefined): string[] {
  const { alias, url, inline } = custom?.config ?? {};
  const { time, block, protocol } = (inline?.genesis ?? {}) as { readonly [name: string]: unknown };
  const facts = { alias: alias?.name, url: url?.url, 'chain-name': inline?.chain_name, time, block, protocol };
  return Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([what, value]) => networkLine(what, String(value)));
}

/** A signer that goes, or becomes another machine, may still sign for a guard that knows it. */
function signerLines({ signers }: Bakery): string[] {
  return signers.map(({ name, sshKey }) => signerLine(name, sshFingerprint(sshKey)));
}

/** What the Secret of a hot key calls it. */
function aliasLines({ settings }: Bakery): string[] {
  if (!settings.custody.hot) return [];
  return signingKeysOf(settings).map(({ alias, address }) => aliasLine(alias, address));
}

/** What stands in the addresses of the site's pages. */
function siteLines({ site, settings }: Bakery): string[] {
  if (!site) return [];
  return [...(site.domain ? [siteLine(site.domain.name)] : []), ...shownBakers(settings).map(siteBakerLine)];
}

/** Every key of the bakery, those of wallets too: they may come and go, but not to another bakery unseen. */
export function keyLines({ settings, wallets }: Bakery): string[] {
  return [...keysOf(settings), ...wallets].map(({ address }) => keyLine(address));
}
