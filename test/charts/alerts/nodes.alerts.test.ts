import { exampleBakeries } from '../../kit/rendered';
import { growing, type Proof, proofTests, steady } from './alert-proofs';

const { mainnet, bakingnet, carthagenet } = exampleBakeries();

const of =
  (component: string, bakery = 'mainnet') =>
  (metric: string, labels = '', instance = component) =>
    `${metric}{bakery="${bakery}",component="${component}",instance="${instance}"${labels && `,${labels}`}}`;
const baker = of('baker');
const sentry = (metric: string, instance = 'sentry-a') => of('sentry')(metric, '', instance);
const dal = of('dal-node');
const exported = of('chain-exporter', 'carthagenet');

const level = 'octez_validator_chain_head_level';
const peers = 'octez_p2p_connections_active';
const sync = 'octez_validator_chain_synchronisation_status';

const ended = (container: string, bakery = 'mainnet') =>
  `kube_pod_container_status_last_terminated_exitcode{namespace="${bakery}-baking",pod="dal-node-0",container="${container}"}`;

/** The same of another bakery in the cluster, whose faults are not ours. */
const theirs = (metric: string) => of('baker', 'other')(metric);

const proofs: Proof[] = [
  {
    alert: 'PrivateNodeDown',
    bakery: mainnet,
    healthy: { [baker('up')]: steady(1), [theirs('up')]: steady(0) },
    fault: { [baker('up')]: '1+0x60 0+0x60' },
    at: 65,
    firing: [{ instance: 'baker', severity: 'page' }],
    firesWhenGone: true,
  },
  {
    alert: 'HeadStandsStill',
    bakery: mainnet,
    healthy: { [baker(level)]: growing(10), [theirs(level)]: steady(5) },
    fault: { [baker(level)]: '0+10x60 600+0x60' },
    at: 70,
    firing: [{ instance: 'baker', severity: 'page' }],
  },
  {
    alert: 'PrivateNodeNotSynced',
    bakery: mainnet,
    healthy: { [baker(sync)]: steady(1), [theirs(sync)]: steady(0) },
    fault: { [baker(sync)]: '1+0x60 0+0x60' },
    at: 67,
    firing: [{ instance: 'baker', severity: 'page' }],
  },
  {
    alert: 'RoundsAreHigh',
    bakery: mainnet,
    healthy: { [baker('octez_validator_chain_head_round')]: steady(0) },
    fault: { [baker('octez_validator_chain_head_round')]: '0+0x60 3+0x60' },
    at: 100,
    firing: [{ instance: 'baker', severity: 'warning' }],
  },
  {
    alert: 'PrivateNodeAlone',
    bakery: mainnet,
    healthy: { [baker(peers)]: steady(2), [theirs(peers)]: steady(0) },
    fault: { [baker(peers)]: '2+0x60 0+0x60' },
    at: 64,
    firing: [{ instance: 'baker', severity: 'page' }],
  },
  {
    alert: 'PrivateNodeFewPeers',
    bakery: mainnet,
    healthy: { [baker(peers)]: steady(2) },
    fault: { [baker(peers)]: '2+0x60 1+0x60' },
    at: 80,
    firing: [{ instance: 'baker', severity: 'warning' }],
  },
  {
    alert: 'SentryDown',
    bakery: mainnet,
    healthy: { [sentry('up')]: steady(1), [sentry('up', 'sentry-b')]: steady(1) },
    fault: { [sentry('up', 'sentry-b')]: '1+0x60 0+0x60' },
    at: 70,
    firing: [{ instance: 'sentry-b', severity: 'warning' }],
    firesWhenGone: [
      { instance: 'sentry-a', severity: 'warning' },
      { instance: 'sentry-b', severity: 'warning' },
    ],
  },
  {
    alert: 'SentryFewPeers',
    bakery: mainnet,
    healthy: { [sentry(peers)]: steady(40), [sentry(peers, 'sentry-b')]: steady(40) },
    fault: { [sentry(peers)]: '40+0x60 2+0x60' },
    at: 80,
    firing: [{ instance: 'sentry-a', severity: 'warning' }],
  },
  {
    alert: 'SentryNotSynced',
    bakery: mainnet,
    healthy: { [sentry(sync)]: steady(1), [sentry(sync, 'sentry-b')]: steady(1) },
    fault: { [sentry(sync)]: '1+0x60 2+0x60' },
    at: 80,
    firing: [{ instance: 'sentry-a', severity: 'warning' }],
  },
  {
    alert: 'DalNodeDown',
    bakery: mainnet,
    healthy: { [dal('up')]: steady(1) },
    fault: { [dal('up')]: '1+0x60 0+0x60' },
    at: 95,
    firing: [{ instance: 'dal-node', severity: 'page' }],
    firesWhenGone: true,
  },
  {
    alert: 'DalNodeTrapped',
    bakery: mainnet,
    // It ends with other codes, and another container, or another bakery's, with this one.
    healthy: { [ended('dal-node')]: steady(127), [ended('other')]: steady(2), [ended('dal-node', 'other')]: steady(2) },
    fault: { [ended('dal-node')]: '127+0x60 2+0x60' },
    at: 64,
    firing: [{ pod: 'dal-node-0', namespace: 'mainnet-baking', severity: 'page' }],
  },
  {
    alert: 'DalNodeStandsStill',
    bakery: mainnet,
    healthy: { [dal('dal_node_new_layer1_head')]: growing(10) },
    fault: { [dal('dal_node_new_layer1_head')]: '0+10x60 600+0x60' },
    at: 80,
    firing: [{ instance: 'dal-node', severity: 'warning' }],
  },
  {
    alert: 'DalBelowThreshold',
    bakery: mainnet,
    healthy: {
      [dal('dal_node_attested_slot_for_baker_per_level_ratio', 'attester="tz2a"')]: steady(0.97),
      [dal('dal_node_attested_slot_for_baker_per_level_ratio', 'attester="tz2b"')]: steady(0.97),
    },
    fault: { [dal('dal_node_attested_slot_for_baker_per_level_ratio', 'attester="tz2b"')]: steady(0.5) },
    at: 380,
    firing: [{ attester: 'tz2b', severity: 'warning' }],
  },
];

proofTests(proofs);

/** Where nodes tell nothing themselves. */
describe('on old chains, by what the chain-exporter tells', () => {
  const told = (metric: string, node: string) => exported(metric, `node="${node}"`);
  proofTests([
    {
      alert: 'PrivateNodeDown',
      bakery: carthagenet,
      healthy: { [told('tezos_node_up', 'baker')]: steady(1), [told('tezos_node_up', 'sentry-a')]: steady(0) },
      fault: { [told('tezos_node_up', 'baker')]: '1+0x60 0+0x60' },
      at: 65,
      firing: [{ instance: 'baker', node: 'baker', severity: 'page' }],
    },
    {
      alert: 'PrivateNodeNotSynced',
      bakery: carthagenet,
      healthy: { [told('tezos_node_synced', 'baker')]: steady(1), [told('tezos_node_synced', 'sentry-a')]: steady(0) },
      fault: { [told('tezos_node_synced', 'baker')]: '1+0x60 0+0x60' },
      at: 67,
      firing: [{ node: 'baker', severity: 'page' }],
    },
    {
      alert: 'SentryNotSynced',
      bakery: carthagenet,
      healthy: { [told('tezos_node_synced', 'sentry-a')]: steady(1), [told('tezos_node_synced', 'baker')]: steady(0) },
      fault: { [told('tezos_node_synced', 'sentry-a')]: '1+0x60 0+0x60' },
      at: 80,
      firing: [{ instance: 'sentry-a', severity: 'warning' }],
    },
    {
      alert: 'HeadStandsStill',
      bakery: carthagenet,
      healthy: { [told('tezos_node_head_level', 'baker')]: growing(2) },
      fault: { [told('tezos_node_head_level', 'baker')]: '0+2x60 120+0x60' },
      at: 80,
      firing: [{ node: 'baker', severity: 'page' }],
    },
    {
      alert: 'SentryDown',
      bakery: carthagenet,
      healthy: { [told('tezos_node_up', 'sentry-a')]: steady(1), [told('tezos_node_up', 'baker')]: steady(0) },
      fault: { [told('tezos_node_up', 'sentry-a')]: '1+0x60 0+0x60' },
      at: 70,
      firing: [{ instance: 'sentry-a', severity: 'warning' }],
    },
  ]);
});

describe('without sentries', () => {
  const lone = of('baker', 'bakingnet');
  proofTests([
    {
      alert: 'PrivateNodeFewPeers',
      bakery: bakingnet,
      healthy: { [lone(peers)]: steady(12) },
      fault: { [lone(peers)]: '12+0x60 2+0x60' },
      at: 80,
      firing: [{ instance: 'baker', severity: 'warning' }],
    },
  ]);
});
