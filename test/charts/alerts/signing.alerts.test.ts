import { guardMetrics as guard } from '../../../programs/guard/guard.contract';
import { changedExample, exampleBakeries } from '../../kit/rendered';
import { type Proof, proofTests, steady } from './alert-proofs';

const { mainnet, bakingnet } = exampleBakeries();
const kms = changedExample('bakingnet', [[['custody'], { kms: {} }]]);

const gateway = (metric: string, labels = '', bakery = 'mainnet', instance = 'signer-gateway') =>
  `${metric}{bakery="${bakery}",component="signer-gateway",instance="${instance}"${labels && `,${labels}`}}`;
const usable = (signer: string, key: string, baker: string) =>
  gateway(guard.keyUsable, `signer="${signer}",key="${key}",delegate_name="${baker}"`);
const phase = (name: string) => gateway(guard.phase, `phase="${name}"`);
const uplink = (signer: string, name: string) => gateway(guard.uplinkUp, `signer="${signer}",uplink="${name}"`);
const atHome = (metric: string, labels = '', home = 'attic') => gateway(metric, labels, 'mainnet', home);

/** Two bakers, of whom each has its key in both homes. */
const homes = {
  [gateway(guard.signerUsable, 'signer="attic"')]: steady(1),
  [gateway(guard.signerUsable, 'signer="cellar"')]: steady(1),
  [usable('attic', 'tz2a', 'alice')]: steady(1),
  [usable('cellar', 'tz2a', 'alice')]: steady(1),
  [usable('attic', 'tz2b', 'bob')]: steady(1),
  [usable('cellar', 'tz2b', 'bob')]: steady(1),
};

const proofs: Proof[] = [
  {
    alert: 'SignerGatewayDown',
    bakery: mainnet,
    healthy: { [gateway('up')]: steady(1), [atHome('up')]: steady(0) },
    fault: { [gateway('up')]: '1+0x60 0+0x60' },
    at: 64,
    firing: [{ instance: 'signer-gateway', severity: 'page' }],
    firesWhenGone: true,
  },
  {
    alert: 'SignerNotReady',
    bakery: bakingnet,
    healthy: {
      'kube_statefulset_status_replicas_ready{namespace="bakingnet-baking",statefulset="signer-gateway"}': steady(1),
    },
    fault: {
      'kube_statefulset_status_replicas_ready{namespace="bakingnet-baking",statefulset="signer-gateway"}':
        '1+0x60 0+0x60',
      'kube_statefulset_status_replicas_ready{namespace="other-baking",statefulset="signer-gateway"}': steady(0),
    },
    at: 65,
    firing: [{ namespace: 'bakingnet-baking', severity: 'page' }],
  },
  {
    alert: 'NoUsableSigner',
    bakery: mainnet,
    healthy: homes,
    fault: { [usable('attic', 'tz2b', 'bob')]: '1+0x60 0+0x60', [usable('cellar', 'tz2b', 'bob')]: '1+0x60 0+0x60' },
    at: 64,
    firing: [{ delegate_name: 'bob', key: 'tz2b', severity: 'page' }],
  },
  {
    alert: 'SignerUnusable',
    bakery: mainnet,
    healthy: homes,
    fault: { [gateway(guard.signerUsable, 'signer="cellar"')]: '1+0x60 0+0x60' },
    at: 70,
    firing: [{ signer: 'cellar', severity: 'warning' }],
  },
  {
    alert: 'GuardWaits',
    bakery: mainnet,
    healthy: { [phase('open')]: steady(1) },
    fault: { [phase('open')]: '1+0x60 stale', [phase('opening')]: '_x60 1+0x60' },
    at: 70,
    firing: [{ phase: 'opening', severity: 'page' }],
  },
  {
    alert: 'GuardFenced',
    bakery: mainnet,
    healthy: { [phase('open')]: steady(1) },
    fault: { [phase('open')]: '1+0x60 stale', [phase('outbid')]: '_x60 1+0x60' },
    at: 65,
    firing: [{ phase: 'outbid', severity: 'page' }],
  },
  {
    alert: 'DeviceMarkedBeyondUs',
    bakery: mainnet,
    healthy: { [gateway(guard.signerMarked, 'signer="attic"')]: steady(0) },
    fault: { [gateway(guard.signerMarked, 'signer="attic"')]: '0+0x60 1+0x60' },
    at: 65,
    firing: [{ signer: 'attic', severity: 'page' }],
  },
  {
    alert: 'GuardSeesNoNode',
    bakery: mainnet,
    healthy: { [gateway(guard.nodeUp, 'node="a"')]: steady(1), [gateway(guard.nodeUp, 'node="b"')]: steady(0) },
    fault: { [gateway(guard.nodeUp, 'node="a"')]: '1+0x60 0+0x60' },
    at: 65,
    firing: [{ severity: 'page' }],
  },
  {
    alert: 'ClockApart',
    bakery: mainnet,
    healthy: { [gateway(guard.clockApart, 'signer="attic"')]: steady(-0.3) },
    fault: { [gateway(guard.clockApart, 'signer="attic"')]: '-0.3+0x60 -4+0x60' },
    at: 80,
    firing: [{ signer: 'attic', severity: 'warning' }],
  },
  {
    alert: 'DeviceTrouble',
    bakery: mainnet,
    healthy: { [atHome('signer_agent_key_problem', 'key="tz2a",reason="locked"')]: steady(0) },
    fault: { [atHome('signer_agent_key_problem', 'key="tz2a",reason="locked"')]: '0+0x60 1+0x60' },
    at: 70,
    firing: [{ signer: 'attic', reason: 'locked', severity: 'warning' }],
  },
  {
    alert: 'SignerOnBattery',
    bakery: mainnet,
    healthy: { [atHome('signer_agent_mains_on')]: steady(1) },
    fault: { [atHome('signer_agent_mains_on')]: '1+0x60 0+0x60' },
    at: 63,
    firing: [{ signer: 'attic', severity: 'warning' }],
  },
  {
    alert: 'SignerBatteryLow',
    bakery: mainnet,
    healthy: {
      ...homes,
      [atHome('signer_agent_battery_percent')]: steady(12), // it is charged again
      [atHome('signer_agent_mains_on')]: steady(1),
      [atHome('signer_agent_battery_percent', '', 'cellar')]: steady(10), // the attic signs for the same keys
      [atHome('signer_agent_mains_on', '', 'cellar')]: steady(0),
    },
    fault: {
      [atHome('signer_agent_mains_on')]: '1+0x60 0+0x60',
      [gateway(guard.signerUsable, 'signer="cellar"')]: '1+0x60 0+0x60',
    },
    at: 63,
    firing: [{ signer: 'attic', severity: 'page' }],
  },
  {
    alert: 'PrimaryUplinkDown',
    bakery: mainnet,
    healthy: { [uplink('attic', 'cable')]: steady(1), [uplink('attic', 'mobile')]: steady(1) },
    fault: { [uplink('attic', 'cable')]: '1+0x60 0+0x60' },
    at: 70,
    firing: [{ signer: 'attic', uplink: 'cable', severity: 'warning' }],
  },
  {
    alert: 'BackupUplinkDown',
    bakery: mainnet,
    healthy: { [uplink('attic', 'cable')]: steady(1), [uplink('attic', 'mobile')]: steady(1) },
    fault: { [uplink('attic', 'mobile')]: '1+0x60 0+0x160' },
    at: 130,
    firing: [{ signer: 'attic', uplink: 'mobile', severity: 'warning' }],
  },
  {
    alert: 'KmsFails',
    bakery: kms,
    healthy: { [gateway('vault_sign_request_error_total', 'code="n/a"', 'bakingnet')]: steady(7) },
    fault: { [gateway('vault_sign_request_error_total', 'code="n/a"', 'bakingnet')]: '7+0x60 7+1x60' },
    at: 70,
    firing: [{ severity: 'page' }],
  },
  {
    alert: 'MarksFail',
    bakery: kms,
    healthy: { [gateway('watermark_io_errors_total', 'backend="gcp"', 'bakingnet')]: steady(0) },
    fault: { [gateway('watermark_io_errors_total', 'backend="gcp"', 'bakingnet')]: '0+0x60 0+1x60' },
    at: 70,
    firing: [{ severity: 'page' }],
  },
  {
    alert: 'MarksRefuse',
    bakery: kms,
    healthy: {
      [gateway('watermark_rejection_total', 'address="tz2a",delegate_name="alice"', 'bakingnet')]: steady(1),
      [gateway('watermark_rejection_total', 'address="tz2b",delegate_name="bob"', 'bakingnet')]: steady(0),
    },
    fault: {
      [gateway('watermark_rejection_total', 'address="tz2b",delegate_name="bob"', 'bakingnet')]: '0+0x60 0+1x60',
    },
    at: 75,
    firing: [{ delegate_name: 'bob', severity: 'warning' }],
  },
];

proofTests(proofs);

describe('of a home that is gone as a whole', () => {
  const gone = { [uplink('attic', 'cable')]: steady(0), [uplink('attic', 'mobile')]: '0+0x200 1+0x200' };
  const uplinks = (alert: string): Proof => ({
    alert,
    bakery: mainnet,
    healthy: gone,
    fault: { [uplink('attic', alert === 'PrimaryUplinkDown' ? 'mobile' : 'cable')]: steady(1) },
    at: 130,
    firing: [{ signer: 'attic', uplink: alert === 'PrimaryUplinkDown' ? 'cable' : 'mobile', severity: 'warning' }],
  });
  proofTests([uplinks('PrimaryUplinkDown'), uplinks('BackupUplinkDown')]); // quiet as long as it is
});
