import type { Bakery } from '../../model/bakery';
import { cycleSeconds } from '../../model/tezos/networks';
import {
  payoutGuardMetrics as guard,
  journalShare,
  LATE_HOURS,
} from '../../programs/payout-guard/payout-guard.contract';
import { type Alert, type AlertsOf, BAKER_LABEL, kubeSeries, series } from '../kit/alert';

const MINUTE = 60;
const HOUR = 3600;

/** Runs come by the hour. */
const RUNS_HOURS = 3;
/** A wallet that holds less is topped up before it holds up a cycle. */
const LEAST_CYCLES = 2;
const LEAST_ROOM = 0.2;

/** What becomes of payouts: by the age of what is owed, never by how a run ends. */
export const payoutAlerts: AlertsOf = (bakery) => [
  ...owed(bakery),
  ...refused(bakery),
  ...wallets(bakery),
  journalFills(bakery),
];

const of =
  (bakery: Bakery) =>
  (metric: string, ...matchers: readonly string[]) =>
    series(bakery, 'payout-guard', metric, ...matchers);

const by = (expr: string, ...labels: readonly string[]) => `max by (${[BAKER_LABEL, ...labels].join(', ')}) (${expr})`;

/** Kubernetes knows the CronJob, and people the baker whom it is for. */
const ofBakers = (expr: string) => `label_replace(${expr}, "${BAKER_LABEL}", "$1", "cronjob", "payouts-(.+)")`;

function owed(bakery: Bakery): Alert[] {
  const told = of(bakery);
  const lastPaid = told(guard.lastPaidCycle);
  const cycles = 2 * cycleSeconds(bakery.network) + 6 * HOUR;
  const cronJobs = (metric: string) => kubeSeries(bakery, metric, 'cronjob=~"payouts-.+"');
  // One that has never ended well has no such time: then it is as old as its CronJob.
  const lastRun = `${cronJobs('kube_cronjob_status_last_successful_time')} or ${cronJobs('kube_cronjob_created')}`;
  const late: Alert = {
    name: 'PayoutLate',
    severity: 'page',
    expr: `${by(told(guard.oldestRow))} > ${LATE_HOURS * HOUR}`,
    forSeconds: 10 * MINUTE,
    summary:
      'Delegators of {{ $labels.delegate_name }} wait for what was to be paid {{ $value | humanizeDuration }} ago',
    description:
      'Rows of a checked plan are open, and nothing pays them. Is payout-guard stopped, or does it refuse? Then the log of the last run of payouts. Rows that no plan has any more, and that somebody has paid otherwise, are closed by `payout-guard reconcile`.',
    hides: ['PayoutRunsFail', 'CycleNotPaid'],
    hidesSame: [BAKER_LABEL],
  };
  const runs: Alert = {
    name: 'PayoutRunsFail',
    severity: 'warning',
    expr: `time() - ${by(ofBakers(lastRun))} > ${RUNS_HOURS * HOUR}`,
    forSeconds: 10 * MINUTE,
    summary: 'No run of payouts for {{ $labels.delegate_name }} has ended well for {{ $value | humanizeDuration }}',
    description:
      'Each hour one computes what is due and checks it. The log of the last one says what it did not like: `kubectl logs job/NAME --all-containers` in the namespace of payouts.',
  };
  if (bakery.payouts?.section.dryRun) return [runs]; // nothing is owed from here
  const notPaid: Alert = {
    name: 'CycleNotPaid',
    severity: 'page',
    hides: ['PayoutRunsFail'],
    hidesSame: [BAKER_LABEL],
    expr: `${by(`${lastPaid} == (${lastPaid} offset ${cycles}s)`)}`,
    forSeconds: 10 * MINUTE,
    summary: '{{ $labels.delegate_name }} has paid cycles up to {{ $value }}, and two more have ended since',
    description:
      'Of the next one nothing is open: runs find nothing due, end before they post anything, or have passed it over. Look at the log of the last ones.',
  };
  return [late, runs, notPaid];
}

function refused(bakery: Bakery): Alert[] {
  const told = of(bakery);
  return [
    {
      name: 'PayoutGuardStopped',
      severity: 'page',
      expr: `${by(told(guard.stopped), 'reason')} == 1`,
      forSeconds: MINUTE,
      summary: 'The wallet of {{ $labels.delegate_name }} signs nothing: {{ $labels.reason }}',
      description:
        'Something has happened to the wallet that the journal does not know. Until you have looked at it and run `payout-guard reconcile`, nobody is paid. On the first day that is so by design.',
      hides: ['PayoutLate', 'PayoutRefused', 'PayoutRunsFail', 'CycleNotPaid'],
      hidesSame: [BAKER_LABEL],
    },
    {
      name: 'ForeignOperation',
      severity: 'page',
      expr: `sum by (${BAKER_LABEL}) (increase(${told(guard.foreignOperations)}[1h])) > 0`,
      forSeconds: 0,
      summary: 'The wallet of {{ $labels.delegate_name }} has sent something that payout-guard did not sign',
      description:
        'By hand, by another engine, or by a thief. If nobody of yours did it: the key is out. Look at the wallet in a block explorer now.',
      hides: ['PayoutGuardStopped'],
      hidesSame: [BAKER_LABEL],
    },
    {
      name: 'PayoutRefused',
      severity: 'page',
      expr: `sum by (${BAKER_LABEL}, reason) (increase(${told(guard.refusals, `reason!~"${passing}"`)}[1h])) > 0`,
      forSeconds: 0,
      summary: 'payout-guard has refused for {{ $labels.delegate_name }}: {{ $labels.reason }}',
      description:
        'It was asked for something that the plan does not say, or more than the caps allow. Its log has the request, and docs/payouts.md what each refusal means.',
    },
    {
      name: 'PayoutHeld',
      severity: 'warning',
      expr: `${by(told(guard.rows, 'status="held"'))} > 0`,
      forSeconds: 10 * MINUTE,
      summary: '{{ $value }} rows of {{ $labels.delegate_name }} wait for a person',
      description:
        'Their transfers have failed on the chain twice: a contract that takes none, most often. The log of payout-guard names them.',
    },
    {
      name: 'PayoutFailed',
      severity: 'warning',
      expr: `sum by (${BAKER_LABEL}) (increase(${told(guard.failedTransfers)}[1h])) > 0`,
      forSeconds: 0,
      summary: 'Transfers of {{ $labels.delegate_name }} have failed on the chain',
      description:
        'Nothing of their operation was paid, and all of it is open again: the next run sends it anew. The one that failed is in the log of payout-guard.',
    },
  ];
}

/** What the next request, or the next block, sets right by itself: what lasts makes payouts late. */
const passing = [
  ...['counter-not-next', 'branch-unknown', 'branch-expired', 'spent', 'node-failed', 'signer-failed'],
  ...['generation-unknown', 'stopped', 'rpc-not-passed'],
].join('|');

function wallets(bakery: Bakery): Alert[] {
  const told = of(bakery);
  const most = bakery.payouts?.section.walletMaxCycles;
  const cycles = by(`${told(guard.balance)} / (${told(guard.cycleTotal)} > 0)`);
  return [
    {
      name: 'WalletLow',
      severity: 'warning',
      expr: `${cycles} < ${LEAST_CYCLES}`,
      forSeconds: 30 * MINUTE,
      summary: 'The wallet of {{ $labels.delegate_name }} has {{ $value | humanize }} cycles left',
      description: 'Top it up from the Ledger before it is empty: then it would stop, and wait for you besides.',
    },
    {
      name: 'WalletTooFull',
      severity: 'warning',
      expr: `${cycles} > ${most}`,
      forSeconds: 6 * HOUR,
      summary: 'The wallet of {{ $labels.delegate_name }} holds {{ $value | humanize }} cycles',
      description: `More than ${most}, which the bakery file takes for enough (walletMaxCycles). Who gets at it gets all of it: send the rest home.`,
    },
    {
      name: 'PayoutRecordsBehind',
      severity: 'warning',
      expr: `${by(told(guard.recordsBehind))} > 0`,
      forSeconds: 2 * HOUR,
      summary: '{{ $value }} records of {{ $labels.delegate_name }} are in no bucket',
      description:
        'The journal has them, and nobody else: were it lost, a person would have to read the chain. Rights on the bucket, or the way to Cloud Storage; the log of payout-guard says.',
    },
  ];
}

function journalFills(bakery: Bakery): Alert {
  const told = of(bakery);
  const share = journalShare(bakery.payouts?.section.wallets.length ?? 1);
  const left = [
    `max(${told(guard.diskFree)} / ${told(guard.diskSize)})`,
    `1 - max(${told(guard.journalBytes)}) / ${share}`,
  ];
  return {
    name: 'PayoutJournalFills',
    severity: 'warning',
    expr: left.map((each) => `${each} < ${LEAST_ROOM}`).join(' or '),
    forSeconds: 30 * MINUTE,
    summary: 'Of the room for the payout journal {{ $value | humanizePercentage }} are left',
    description:
      'When the disk is full nothing is signed any more, and when the journal is as long as the guard can read no new plan is taken; nothing is lost. A year of payouts does not fill it: what does?',
  };
}
