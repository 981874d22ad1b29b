import type { Bakery } from '../../model/bakery';
import { agentMetrics as agent } from '../../programs/agent/agent.contract';
import { guardMetrics as guard } from '../../programs/guard/guard.contract';
import { BAKER_LABEL, series } from '../kit/alert';
import { type DashboardOf, type DashboardRow, shownInTime, shownNow } from '../kit/dashboard';

/** The way of a request: from the baker to the device at home, or to Cloud KMS. octez-signer tells nothing. */
export const signingDashboard: DashboardOf = (bakery) => {
  const { homes, kms } = bakery.settings.custody;
  const rows = homes
    ? [guardRow(bakery), signerRow(bakery), deviceRow(bakery), machineRow(bakery)]
    : kms
      ? [signatoryRow(bakery)]
      : [];
  return rows.length > 0 ? { name: 'signing', title: 'signing path', rows } : undefined;
};

const of =
  (bakery: Bakery) =>
  (metric: string, ...matchers: readonly string[]) =>
    series(bakery, 'signer-gateway', metric, ...matchers);

/** A share of what a histogram has counted took no longer. */
function within(share: number, metric: string, range: string, by = ''): string {
  const labels = ['le', ...(by === '' ? [] : [by])].join(', ');
  return `histogram_quantile(${share}, sum by (${labels}) (rate(${metric}[${range}])))`;
}

function guardRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  const seconds = told(`${guard.seconds}_bucket`);
  return {
    title: 'Guard',
    panels: [
      shownNow('Phase', 'bool_yes_no', 'Only `open` signs. After a start it waits for every home.', {
        expr: `${told(guard.phase)} == 1`,
        legend: '{{phase}}',
      }),
      shownNow('Signed last', 'bool_yes_no', 'The signer of each key.', {
        expr: `max by (${BAKER_LABEL}, signer) (${told(guard.active)})`,
        legend: `{{${BAKER_LABEL}}}: {{signer}}`,
      }),
      shownInTime('Requests in ten minutes', 'short', 'How they ended.', {
        expr: `sum by (result) (increase(${told(guard.requests)}[10m]))`,
        legend: '{{result}}',
      }),
      shownInTime('Refusals in ten minutes', 'short', 'Why; docs/signing.md says what each means.', {
        expr: `sum by (reason) (increase(${told(guard.refusals)}[10m]))`,
        legend: '{{reason}}',
      }),
      shownInTime(
        'Time of a request',
        's',
        'From request to reply, the device included.',
        { expr: within(0.5, seconds, '10m'), legend: 'half of them' },
        { expr: within(0.99, seconds, '10m'), legend: '99 of 100' },
      ),
      shownInTime(
        'Levels',
        'none',
        'What may be signed lies between floor and ceiling.',
        { expr: `max by (${BAKER_LABEL}, kind) (${told(guard.level)})`, legend: `{{${BAKER_LABEL}}} {{kind}}` },
        { expr: told(guard.floor), legend: 'floor' },
        { expr: told(guard.ceiling), legend: 'ceiling' },
      ),
    ],
  };
}

/** Each signer as the guard sees it. */
function signerRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  const perSigner = (metric: string) => ({ expr: told(metric), legend: '{{signer}}' });
  return {
    title: 'Signers, as the guard sees them',
    panels: [
      shownInTime('Usable', 'bool_yes_no', 'May be asked.', perSigner(guard.signerUsable)),
      shownInTime(
        'Nothing is signed until it answers',
        'bool_yes_no',
        'After a start of the guard.',
        perSigner(guard.signerAwaited),
      ),
      shownInTime('Uplinks', 'bool_yes_no', 'Whether its agent answers over it.', {
        expr: told(guard.uplinkUp),
        legend: '{{signer}} {{uplink}}',
      }),
      shownInTime('Clock', 's', 'The clock at home less that of the guard.', perSigner(guard.clockApart)),
      shownInTime('Age of what homes tell', 's', 'While a home is out of reach its last numbers stay, and grow old.', {
        expr: told(guard.agentAge),
        legend: '{{instance}}',
      }),
      shownInTime('Nodes that tell the head', 'bool_yes_no', 'Without one nothing is signed.', {
        expr: told(guard.nodeUp),
        legend: '{{node}}',
      }),
    ],
  };
}

/** As each home tells; `instance` is its name. */
function deviceRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  return {
    title: 'Devices at home',
    panels: [
      shownInTime('Could sign', 'bool_yes_no', 'The device is there, unlocked, and its baking app is open.', {
        expr: `min by (instance, ${BAKER_LABEL}) (${told(agent.keyUsable)})`,
        legend: `{{instance}} {{${BAKER_LABEL}}}`,
      }),
      shownNow('What is wrong', 'bool_yes_no', 'Nothing here is good.', {
        expr: `max by (instance, reason) (${told(agent.keyProblem)}) == 1`,
        legend: '{{instance}}: {{reason}}',
      }),
      shownInTime('Time at the device', 's', 'Of 99 of 100 requests.', {
        expr: within(0.99, told(`${agent.seconds}_bucket`), '30m', 'instance'),
        legend: '{{instance}}',
      }),
      shownInTime('Since the last signature', 's', 'With any of its keys; of a signer that is second it grows.', {
        expr: `min by (instance) (${told(agent.signatureAge)})`,
        legend: '{{instance}}',
      }),
    ],
  };
}

function machineRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  const perHome = (metric: string) => ({ expr: told(metric), legend: '{{instance}}' });
  return {
    title: 'Machines at home',
    panels: [
      shownInTime('Fed by the mains', 'bool_yes_no', 'Else by its battery.', perHome(agent.mains)),
      shownInTime('Battery (%)', 'none', 'Of machines that have one.', perHome(agent.batteryPercent)),
      shownInTime('Temperature', 'celsius', 'Of the processor.', perHome(agent.temperature)),
      shownInTime('Clock', 's', 'Less what the time servers say.', perHome(agent.clockOffset)),
      shownInTime('Room on the card', 'bytes', 'By folder.', {
        expr: told(agent.diskFree),
        legend: '{{instance}} {{folder}}',
      }),
      shownInTime('Uplinks that are connected', 'bool_yes_no', 'Whether the interface has an address.', {
        expr: told(agent.uplinkConnected),
        legend: '{{instance}} {{uplink}}',
      }),
    ],
  };
}

/** Signatory's own numbers (pkg/metrics). */
function signatoryRow(bakery: Bakery): DashboardRow {
  const told = of(bakery);
  const milliseconds = told('vault_sign_request_duration_milliseconds_bucket');
  const counted = (metric: string, ...by: readonly string[]) =>
    `sum${by.length > 0 ? ` by (${by.join(', ')})` : ''} (increase(${told(metric)}[10m]))`;
  return {
    title: 'Signatory and Cloud KMS',
    panels: [
      shownInTime('Signed in ten minutes', 'short', 'By kind of request.', {
        expr: counted('signing_ops_total', BAKER_LABEL, 'kind'),
        legend: `{{${BAKER_LABEL}}} {{kind}}`,
      }),
      shownInTime(
        'Time at Cloud KMS',
        's',
        'Of one signature.',
        { expr: `${within(0.5, milliseconds, '10m')} / 1000`, legend: 'half of them' },
        { expr: `${within(0.99, milliseconds, '10m')} / 1000`, legend: '99 of 100' },
      ),
      shownInTime('Failures of Cloud KMS in ten minutes', 'short', 'Each is a block or attestation lost.', {
        expr: counted('vault_sign_request_error_total'),
        legend: 'failures',
      }),
      shownInTime(
        'Marks',
        'short',
        'Refused for a mark: the same level and round was asked for twice.',
        { expr: counted('watermark_rejection_total', BAKER_LABEL), legend: `refused {{${BAKER_LABEL}}}` },
        { expr: counted('watermark_io_errors_total'), legend: 'not read or written' },
      ),
    ],
  };
}
