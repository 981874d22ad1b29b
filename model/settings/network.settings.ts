import { retiredNetworks } from '../tezos/networks';
import { hasPublicHost, isPublicPeer } from '../tezos/public-host';
import { amount, anyText, choice, foreignSection, list, section, text } from './kinds';

const NO_HOST =
  'names no host that pods can dial; write a name in the DNS such as rpc.example.org, or a public IPv4 address';

/**
 * Pods may dial port 443 and no other for what they download. Names and passwords before the host and all behind a
 * question mark are where secrets are, and dist/ is public.
 */
const url = text(
  /^https:\/\/[a-z0-9.-]+(:443)?(\/[^\s?#@]*)?$/i,
  'an https URL on port 443, without ? and what follows',
).refine(hasPublicHost, { error: () => NO_HOST });
const peer = text(
  /^[a-z0-9.-]+(:\d{1,5})?(#id[1-9A-HJ-NP-Za-km-z]{28})?$/i,
  'host, host:port or host:port#peer-id',
).refine(isPublicPeer, { error: () => `${NO_HOST}; a port is a number from 1 to 65535` });

/** Words of people: nothing that is as long as a key. */
const operator = text(/^(?!.*[^\s-]{25})[^<>]{1,60}$/, 'who runs it, in a few words');

/** Where a node downloads its first state; tried in order. `{mode}` stands for rolling or full. */
export const snapshotProvider = section({
  operator,
  url: text(
    /^https:\/\/[a-z0-9.-]+(:443)?\/[^\s?#@]*$/i,
    'an https URL on port 443, without ? and what follows; {mode} in it stands for rolling or full',
  ).refine(hasPublicHost, { error: () => NO_HOST }),
});

/** A public node that confirms which block a snapshot holds. Two of different operators must agree. */
export const publicRpc = section({ operator, url });

const custom = section({
  name: text(/^[a-z][a-z0-9-]{1,30}$/, 'a short lower-case name'),
  chainId: anyText('the chain id (NetX...)'),
  protocol: anyText('the protocol the network runs, e.g. ushuaia'),
  constants: section({ blockSeconds: amount(0.2, 600, 'seconds') }).optional(), // where its blocks come faster or slower than its protocol's on mainnet: what may be signed after a restart is counted by it
  config: choice({
    alias: section({ name: text(/^[A-Za-z0-9_-]{1,60}$/, 'the name built into Octez for --network') }),
    url: section({ url }),
    inline: foreignSection().refine((value) => JSON.stringify(value).length <= 100_000, {
      error: () => 'is larger than 100 kB, which no ConfigMap holds beside the scripts; write its url instead',
    }),
  }),
  bootstrapPeers: list(peer, 1, 'bootstrap peers'),
  dalBootstrapPeers: list(peer, 0, 'peers').default([]),
  snapshots: list(snapshotProvider, 0, 'snapshot providers').default([]),
  publicRpcs: list(publicRpc, 0, 'public nodes').default([]),
});

/** The chain. Names are permanent: a bakery never moves from one chain to another. */
export const network = choice(
  { mainnet: section({}), bakingnet: section({}), shadownet: section({}), carthagenet: section({}), custom },
  new Map(
    Object.entries(retiredNetworks).map(([name, { instead, why }]) => [name, `is gone; write ${instead} (${why})`]),
  ),
);

/** How a node gets its first state. Without this section: the network's own providers and public nodes. */
export const bringUp = section({
  snapshots: list(snapshotProvider, 0, 'snapshot providers').optional(), // replaces the network's list; [] syncs from genesis
  publicRpcs: list(publicRpc, 0, 'public nodes').optional(), // replaces the network's list
  block: section({
    hash: anyText('the block hash of the snapshot (B...)'),
  }).optional(), // trusts this block instead of asking public nodes
});
