import { payoutGuardMetrics as guard } from '../../../programs/payout-guard/payout-guard.contract';
import { payingMainnet } from '../../kit/paying';
import { growing, type Proof, proofTests, type Series, steady } from './alert-proofs';

const bakery = payingMainnet();

const of =
  (baker: string, labels = '') =>
  (metric: string) =>
    `${metric}{bakery="mainnet",component="payout-guard",instance="payout-guard",delegate_name="${baker}",wallet="tz3x"${labels}}`;
const own = of('example');
const other = of('other');
const cronJob = (baker: string, namespace = 'mainnet-payouts') =>
  `kube_cronjob_status_last_successful_time{namespace="${namespace}",cronjob="payouts-${baker}"}`;
const page = { delegate_name: 'example', severity: 'page' };
const warning = { delegate_name: 'example', severity: 'warning' };
const refusal = (reason: string) => of('example', `,reason="${reason}"`)(guard.refusals);

/** A minute later each minute: seconds since 1970, as promtool has it begin. */
const now = growing(60);

/** Of both wallets alike. */
const both = (metric: string, values: string): Series => ({ [own(metric)]: values, [other(metric)]: values });

const proofs: Proof[] = [
  {
    alert: 'PayoutLate',
    bakery,
    healthy: both(guard.oldestRow, steady(2 * 3600)),
    fault: { [own(guard.oldestRow)]: growing(60) },
    at: 260,
    firing: [page],
  },
  {
    alert: 'PayoutRunsFail',
    bakery,
    healthy: { [cronJob('example')]: now, [cronJob('other')]: now, [cronJob('theirs', 'other-payouts')]: steady(0) },
    fault: { [cronJob('example')]: '0+60x60 3600+0x340' },
    at: 260,
    firing: [warning],
  },
  {
    alert: 'CycleNotPaid',
    bakery,
    healthy: both(guard.lastPaidCycle, '900+0x1000 901+0x1440 902+0x1440 903+0x1440 904+0x400'),
    fault: { [own(guard.lastPaidCycle)]: '900+0x1000 901+0x6000' },
    at: 4500,
    firing: [page],
  },
  {
    alert: 'PayoutGuardStopped',
    bakery,
    healthy: {
      [of('example', ',reason="never-reconciled"')(guard.stopped)]: steady(0),
      [of('other', ',reason="never-reconciled"')(guard.stopped)]: steady(0),
    },
    fault: { [of('example', ',reason="never-reconciled"')(guard.stopped)]: '0+0x60 1+0x60' },
    at: 70,
    firing: [{ ...page, reason: 'never-reconciled' }],
  },
  {
    alert: 'ForeignOperation',
    bakery,
    healthy: both(guard.foreignOperations, steady(1)),
    fault: { [own(guard.foreignOperations)]: '1+0x60 2+0x60' },
    at: 70,
    firing: [page],
  },
  {
    alert: 'PayoutRefused',
    bakery,
    healthy: { [refusal('no-line')]: steady(3), [refusal('branch-expired')]: growing(1) },
    fault: { [refusal('no-line')]: '3+0x60 4+0x60' },
    at: 70,
    firing: [{ ...page, reason: 'no-line' }],
  },
  {
    alert: 'PayoutHeld',
    bakery,
    healthy: {
      [of('example', ',status="held"')(guard.rows)]: steady(0),
      [of('example', ',status="open"')(guard.rows)]: steady(5),
    },
    fault: { [of('example', ',status="held"')(guard.rows)]: '0+0x60 1+0x60' },
    at: 80,
    firing: [warning],
  },
  {
    alert: 'PayoutFailed',
    bakery,
    healthy: both(guard.failedTransfers, steady(2)),
    fault: { [own(guard.failedTransfers)]: '2+0x60 3+0x60' },
    at: 70,
    firing: [warning],
  },
  {
    alert: 'WalletLow',
    bakery,
    healthy: { ...both(guard.balance, steady(4_000_000_000)), ...both(guard.cycleTotal, steady(1_000_000_000)) },
    fault: { [own(guard.balance)]: '4000000000+0x60 1900000000+0x60' },
    at: 100,
    firing: [warning],
  },
  {
    alert: 'WalletTooFull',
    bakery,
    healthy: {
      ...both(guard.balance, steady(5_000_000_000)),
      [own(guard.cycleTotal)]: steady(1_000_000_000),
      [other(guard.cycleTotal)]: steady(0), // it has paid nothing yet
    },
    fault: { [own(guard.balance)]: steady(7_000_000_000) },
    at: 370,
    firing: [warning],
  },
  {
    alert: 'PayoutRecordsBehind',
    bakery,
    healthy: both(guard.recordsBehind, '0+0x30 1+0x10 0+0x360'),
    fault: { [own(guard.recordsBehind)]: steady(2) },
    at: 130,
    firing: [warning],
  },
  {
    alert: 'PayoutJournalFills',
    bakery,
    healthy: { [own(guard.diskFree)]: steady(8e9), [own(guard.diskSize)]: steady(10e9) },
    fault: { [own(guard.diskFree)]: '8000000000+0x60 1900000000+0x60' },
    at: 100,
    firing: [{ severity: 'warning' }],
  },
];

proofTests(proofs);

describe('where no run has ever ended well', () => {
  const created = (baker: string) => `kube_cronjob_created{namespace="mainnet-payouts",cronjob="payouts-${baker}"}`;
  proofTests([
    {
      alert: 'PayoutRunsFail',
      bakery,
      healthy: { [cronJob('example')]: now, [cronJob('other')]: now, [created('example')]: steady(0) },
      fault: { [cronJob('example')]: '_x400' },
      at: 260,
      firing: [warning],
    },
  ]);
});

describe('where a journal is longer than its guard should read', () => {
  proofTests([
    {
      alert: 'PayoutJournalFills',
      bakery,
      healthy: both(guard.journalBytes, steady(50e6)),
      fault: { [own(guard.journalBytes)]: '50000000+0x60 120000000+0x60' },
      at: 100,
      firing: [{ severity: 'warning' }],
    },
  ]);
});
