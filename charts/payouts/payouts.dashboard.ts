import type { Bakery } from '../../model/bakery';
import { payoutGuardMetrics as guard } from '../../programs/payout-guard/payout-guard.contract';
import { BAKER_LABEL, kubeSeries, series } from '../kit/alert';
import { type DashboardOf, type DashboardRow, shownInTime, shownNow } from '../kit/dashboard';

const MUTEZ = 1_000_000;
const LEGEND = `{{${BAKER_LABEL}}}`;

/** What is owed, what is paid, and what keeps it from being paid. */
export const payoutsDashboard: DashboardOf = (bakery) =>
  bakery.has('payout-guard')
    ? {
        name: 'payouts',
        title: 'payouts',
        rows: [owedRow(bakery), walletRow(bakery), refusalRow(bakery), aroundRow(bakery)],
      }
    : undefined;

const of =
  (bakery: Bakery) =>
  (metric: string, ...matchers: readonly string[]) =>
    series(bakery, 'payout-guard', metric, ...matchers);

const perBaker = (expr: string) => ({ expr: `max by (${BAKER_LABEL}) (${expr})`, legend: LEGEND });

function owedRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  const lastRun = kubeSeries(bakery, 'kube_cronjob_status_last_successful_time', 'cronjob=~"payouts-.+"');
  return {
    title: 'What is owed',
    panels: [
      shownNow('Last cycle that is paid', 'none', 'Nothing of it is left to pay.', perBaker(told(guard.lastPaidCycle))),
      shownInTime(
        'Oldest row that waits',
        's',
        'Hours are usual after a cycle, four page.',
        perBaker(told(guard.oldestRow)),
      ),
      shownInTime('Rows', 'short', 'Of checked plans, by what has become of them. Held: a person must look.', {
        expr: `max by (${BAKER_LABEL}, status) (${told(guard.rows)})`,
        legend: `${LEGEND} {{status}}`,
      }),
      shownInTime('Since a run has ended well', 's', 'One comes each hour.', {
        expr: `time() - max by (cronjob) (${lastRun})`,
        legend: '{{cronjob}}',
      }),
      shownInTime('Transfers that failed in a day', 'short', 'On the chain. Their rows are open again.', {
        expr: `sum by (${BAKER_LABEL}) (increase(${told(guard.failedTransfers)}[1d]))`,
        legend: LEGEND,
      }),
    ],
  };
}

function walletRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  const tez = (metric: string) => perBaker(`${told(metric)} / ${MUTEZ}`);
  return {
    title: 'Wallets',
    panels: [
      shownInTime('Balance (tez)', 'none', 'At the last final block that was read.', tez(guard.balance)),
      shownInTime('The last cycle (tez)', 'none', 'All rows of the last cycle that has any.', tez(guard.cycleTotal)),
      shownInTime(
        'Paid since the journal began (tez)',
        'none',
        'To recipients, and what it has cost.',
        { expr: `sum by (${BAKER_LABEL}) (${told(guard.paid)}) / ${MUTEZ}`, legend: `${LEGEND} paid` },
        { expr: `sum by (${BAKER_LABEL}) (${told(guard.fees)}) / ${MUTEZ}`, legend: `${LEGEND} fees` },
        { expr: `sum by (${BAKER_LABEL}) (${told(guard.burnt)}) / ${MUTEZ}`, legend: `${LEGEND} burnt` },
      ),
    ],
  };
}

function refusalRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  return {
    title: 'What payout-guard says',
    panels: [
      shownNow('Stopped', 'bool_yes_no', 'Nothing here is good, but on the first day: `payout-guard reconcile`.', {
        expr: `max by (${BAKER_LABEL}, reason) (${told(guard.stopped)}) == 1`,
        legend: `${LEGEND}: {{reason}}`,
      }),
      shownInTime('Requests in ten minutes', 'short', 'Of the engine. Stored: the same signature was given again.', {
        expr: `sum by (${BAKER_LABEL}, answer) (increase(${told(guard.requests)}[10m]))`,
        legend: `${LEGEND} {{answer}}`,
      }),
      shownInTime('Refusals in an hour', 'short', 'Why; docs/payouts.md says what each means.', {
        expr: `sum by (${BAKER_LABEL}, reason) (increase(${told(guard.refusals)}[1h])) > 0`,
        legend: `${LEGEND} {{reason}}`,
      }),
      shownInTime('Operations of nobody here', 'short', 'Final ones of the wallet that are not in the journal.', {
        expr: `sum by (${BAKER_LABEL}) (${told(guard.foreignOperations)})`,
        legend: LEGEND,
      }),
    ],
  };
}

/** What it stands on. */
function aroundRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  return {
    title: 'What it stands on',
    panels: [
      shownInTime('Age of the last final block', 's', 'As the wallet has read it.', {
        expr: `time() - max by (${BAKER_LABEL}) (${told(guard.finalTime)})`,
        legend: LEGEND,
      }),
      shownInTime('Nodes that answer', 'bool_yes_no', 'One is asked, and the next when it fails.', {
        expr: told(guard.nodeUp),
        legend: '{{node}}',
      }),
      shownInTime('Signer of the wallet', 'bool_yes_no', 'Whether it has the key.', perBaker(told(guard.signerUp))),
      shownInTime(
        'Records that no bucket has',
        'short',
        'The journal alone has them.',
        perBaker(told(guard.recordsBehind)),
      ),
      shownInTime('Room for the journal', 'percentunit', 'When it is full nothing is signed.', {
        expr: `max(${told(guard.diskFree)} / ${told(guard.diskSize)})`,
        legend: 'left',
      }),
    ],
  };
}
