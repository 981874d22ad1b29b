import { amount, choice, count, list, section, text } from './kinds';
import { release } from './octez.settings';

const word = text(/^[a-z0-9-]{1,40}$/, 'a word of lower-case letters, digits and dashes that you have not used before');
const cycles = count(0, 1000, 'cycles');
const more = {
  full: section({}), // all blocks, recent state
  archive: section({}), // everything since genesis: terabytes on mainnet
};
const historyMode = choice({
  rolling: section({ additionalCycles: cycles.default(1) }), // 1: Octez' default, about two days on mainnet
  ...more,
}).prefault('rolling');
const sentryHistoryMode = choice({
  rolling: section({ additionalCycles: cycles.optional() }), // default: a week's, so that a private node that was away for days, or imports an older snapshot, is brought on
  ...more,
}).prefault('rolling');

const node = {
  historyMode,
  cpus: amount(0.25, 64, 'cores').default(2), // Octez 25 release notes: two cores for a node
  memoryGiB: amount(1, 512, 'GiB').default(10), // request and limit; Octez asks for 16 GiB for node, baker and swap together
  diskGiB: count(10, 65536, 'GiB').default(150), // one line to grow; a disk never shrinks
  reimport: word.optional(), // a new word imports again, once, and replaces the node's data
};

/** The node that bakes; it peers with the sentries only. */
export const privateNode = section({
  ...node,
  downloads: choice({
    open: section({}), // port 443 of the internet: what an import needs
    closed: section({}), // when the node has its data: a baker that is broken into calls nobody
  }).prefault('open'),
}).prefault({});

/** A public node. Without sentries the private node peers with the network directly (test bakeries). */
export const sentry = section({
  name: text(/^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/, 'a short lower-case name, e.g. a'), // permanent: names the disk
  zone: text(/^[a-z0-9-]+-[a-z]$/, 'a zone of the cluster, e.g. europe-west4-a').optional(), // default: zones in turn, by place in the list
  octez: release.optional(), // default: octez.node; tries a newer one where nothing bakes
  ...node,
  historyMode: sentryHistoryMode,
  cpus: node.cpus.default(1),
  memoryGiB: node.memoryGiB.default(8),
  loadBalancer: section({
    sourceRanges: list(text(/^[\d.]+\/\d+$/, 'a CIDR, e.g. 203.0.113.7/32'), 1, 'CIDRs'), // who may dial; 0.0.0.0/0 lets anyone fill the node
  }).optional(), // publishes P2P on a reserved address; at least one sentry must do without
});

/** The baker daemon, beside the private node in one pod. */
export const bakerDaemon = section({
  cpus: amount(0.1, 64, 'cores').default(1), // Octez 25 release notes: one core for the baker
  memoryGiB: amount(0.25, 512, 'GiB').default(4), // proof-of-work and forging peaks
}).prefault({});

/** DAL attester node: a tenth of the participation rewards since Rio; 1-10 MiB/s in, by stake: 2.5-25 TiB a month, $115-1,154 of Cloud NAT. */
export const dal = section({
  cpus: amount(0.1, 64, 'cores').default(0.5),
  memoryGiB: amount(0.25, 512, 'GiB').default(2),
  diskGiB: count(10, 65536, 'GiB').default(10), // an attester keeps shards in memory alone (lib_dal_node/store.ml); here: slot headers, logs, identity
  publicAddress: text(/^\d{1,3}(\.\d{1,3}){3}$/, 'the reserved IPv4 address').optional(), // known after the first deploy; until then there is no load balancer, the P2P port is shut, and the node only dials out
});

export const sentries = list(sentry, 0, 'sentries').default([]);
