import type { Bakery } from '../../model/bakery';
import { agentMetrics } from '../../programs/agent/agent.contract';
import { guardMetrics } from '../../programs/guard/guard.contract';
import { type Alert, type AlertsOf, BAKER_LABEL, isDown, kubeSeries, RECOVERY_SECONDS, series } from '../kit/alert';

const MINUTE = 60;
const HOUR = 3600;

/** A clock that is further apart makes a stale head look fresh, or a fresh one stale. Seconds. */
const CLOCK_APART = 1;
/** An X728 ends the machine at about 5 %; a full battery lasts hours. */
const BATTERY_LOW_PERCENT = 30;

/** What keeps signatures from being made. */
export const signerGatewayAlerts: AlertsOf = (bakery) => {
  const { homes, kms, hot } = bakery.settings.custody;
  if (homes) return [down(bakery), ...guardAlerts(bakery), ...homeAlerts(bakery)];
  if (kms) return [down(bakery), ...signatoryAlerts(bakery)];
  return hot ? [notReady(bakery)] : [];
};

function of(bakery: Bakery) {
  return (metric: string, ...matchers: readonly string[]) => series(bakery, 'signer-gateway', metric, ...matchers);
}

function down(bakery: Bakery): Alert {
  return {
    name: 'SignerGatewayDown',
    severity: 'page',
    expr: isDown(bakery, 'signer-gateway'),
    forSeconds: 2 * MINUTE,
    lastsSeconds: RECOVERY_SECONDS + 2 * MINUTE,
    summary: 'What signs does not answer',
    description:
      'Nothing is signed: no block, no attestation. Look at the pod signer-gateway-0 and its events; after a lost zone it moves by itself within minutes.',
    hides: [
      ...['GuardWaits', 'NothingAsked', 'NoUsableSigner', 'MissingFiveInARow', 'MissingManyRights'],
      { name: 'PodNotReady', same: ['instance'] },
    ],
  };
}

/** octez-signer has no metrics: Kubernetes says whether it answers its probes, or is there at all. */
function notReady(bakery: Bakery): Alert {
  return {
    name: 'SignerNotReady',
    severity: 'page',
    expr: `${kubeSeries(bakery, 'kube_statefulset_status_replicas_ready', 'statefulset="signer-gateway"')} == 0`,
    forSeconds: 3 * MINUTE,
    lastsSeconds: RECOVERY_SECONDS,
    summary: 'The signer does not answer',
    description:
      'Nothing is signed. Look at the events of the pod signer-gateway-0: a Secret that is missing, or a node that is lost.',
    hides: ['MissingFiveInARow', 'MissingManyRights', { name: 'PodNotReady', same: ['namespace', 'statefulset'] }],
  };
}

/** The guard's own state. */
function guardAlerts(bakery: Bakery): Alert[] {
  const guard = of(bakery);
  const phase = (phases: string) => `${guard(guardMetrics.phase, `phase=~"${phases}"`)} == 1`;
  return [
    {
      name: 'NoUsableSigner',
      severity: 'page',
      expr: `max by (${BAKER_LABEL}, key) (${usable(bakery)}) == 0`,
      forSeconds: 3 * MINUTE, // a guard that waits has paged before
      lastsSeconds: RECOVERY_SECONDS,
      summary: 'No signer can sign for {{ $labels.delegate_name }}',
      description:
        'Every device that holds the key {{ $labels.key }} is out of reach, locked, unplugged or not confirmed. `kubectl exec signer-gateway-0 -- guard status` in the namespace of the bakery says which, and why.',
      hides: [
        ...['SignerUnusable', 'DeviceTrouble'],
        // Another baker misses for a cause of his own, and somebody else may be told of him.
        ...['NothingAsked', 'MissingFiveInARow', 'MissingManyRights'].map((name) => ({ name, same: [BAKER_LABEL] })),
      ],
    },
    {
      name: 'GuardWaits',
      severity: 'page',
      expr: phase('starting|opening'),
      forSeconds: 2 * MINUTE, // homes dial in again within one
      lastsSeconds: RECOVERY_SECONDS + MINUTE,
      summary: 'The guard waits for a home and signs nothing',
      description:
        'After a start, nothing is signed until every home has answered, or a person has said that one is off. `guard status` in the pod signer-gateway-0 names the home; `guard fence` is your word that its device is off.',
      hides: ['NoUsableSigner', 'NothingAsked', 'MissingFiveInARow', 'MissingManyRights', 'SignerUnusable'],
    },
    {
      name: 'GuardFenced',
      severity: 'page',
      expr: phase('outbid|stopped'),
      forSeconds: MINUTE,
      lastsSeconds: RECOVERY_SECONDS + MINUTE,
      summary: 'The guard has been replaced by a newer one and signs no more',
      description:
        'Homes listen to another guard. If two pods signer-gateway-0 run, in two zones, delete the older one; if one runs, delete it: its successor asks the homes anew.',
      hides: ['NoUsableSigner', 'NothingAsked', 'MissingFiveInARow', 'MissingManyRights', 'SignerUnusable'],
    },
    {
      name: 'DeviceMarkedBeyondUs',
      severity: 'page',
      expr: `${guard(guardMetrics.signerMarked)} == 1`,
      forSeconds: 2 * MINUTE,
      summary: 'The device of {{ $labels.signer }} knows of signatures that the guard has not asked for',
      description:
        'Somebody else may be signing with this key, or its mark was set by hand. Nothing more is asked of it. Before anything else look whether a second baker runs.',
      lastsSeconds: RECOVERY_SECONDS + MINUTE,
      // The only signer: that there is none is the same thing. Of several, another one may be gone for a cause of its own.
      hides: [{ name: 'SignerUnusable', same: ['signer'] }, ...(bakery.signers.length === 1 ? ['NoUsableSigner'] : [])],
    },
    {
      name: 'GuardSeesNoNode',
      severity: 'page',
      expr: `max(${guard(guardMetrics.nodeUp)}) == 0`,
      forSeconds: 4 * MINUTE, // a node that is down has paged before
      lastsSeconds: RECOVERY_SECONDS,
      summary: 'No node tells the guard how high the chain is',
      description: 'Without a head the guard signs nothing. Look at baker-0 and the sentries: they answer no RPC.',
      hides: ['NothingAsked', 'MissingFiveInARow', 'MissingManyRights'],
    },
    {
      name: 'SignerUnusable',
      severity: 'warning',
      expr: `min by (signer) (${usable(bakery, ...notAway(bakery))}) == 0`,
      forSeconds: 5 * MINUTE,
      summary: 'The signer {{ $labels.signer }} cannot sign',
      description:
        'The others sign on; when the last one goes, nothing does. `guard status` in the pod signer-gateway-0 says what is wrong with it.',
    },
    {
      name: 'ClockApart',
      severity: 'warning',
      expr: `abs(${guard(guardMetrics.clockApart)}) > ${CLOCK_APART}`,
      forSeconds: 10 * MINUTE,
      summary: 'The clock of {{ $labels.signer }} is {{ $value }} s apart from the cluster',
      description: 'A signer with a wrong clock is refused in the end. Look at chrony on the machine at home.',
    },
  ];
}

/** 1 for each signer and key that may be asked and could sign. */
function usable(bakery: Bakery, ...matchers: readonly string[]): string {
  const guard = of(bakery);
  return `${guard(guardMetrics.keyUsable, ...matchers)} * on (signer) group_left () ${guard(guardMetrics.signerUsable)}`;
}

/** Signers without which nothing is signed with some key. */
function lastOfAKey(bakery: Bakery): string {
  const all = `(${usable(bakery)})`;
  return `max by (signer) (${all} == 1 and on (key) sum by (key) ${all} == 1)`;
}

/** A signer that its bakery file calls away is missed by nobody. */
function notAway({ signers }: Bakery): string[] {
  const away = signers.filter(({ settings }) => settings.away !== undefined).map(({ name }) => name);
  return away.length > 0 ? [`signer!~"${away.join('|')}"`] : [];
}

/** Power, uplinks and devices at home, as the agent tells; the guard remembers it while a home is out of reach. */
function homeAlerts(bakery: Bakery): Alert[] {
  const told = of(bakery);
  const named = (expr: string) => `label_replace(${expr}, "signer", "$1", "instance", "(.*)")`;
  return [
    {
      name: 'DeviceTrouble',
      severity: 'warning',
      expr: named(`${told(agentMetrics.keyProblem)} == 1`),
      forSeconds: 3 * MINUTE,
      summary: 'The device of {{ $labels.signer }} cannot sign: {{ $labels.reason }}',
      description:
        'Unlock it, plug it in, or open the baking app. Another signer of the key signs on, if there is one.',
      hides: ['SignerUnusable'],
      hidesSame: ['signer'],
    },
    {
      name: 'SignerOnBattery',
      severity: 'warning',
      expr: named(`${told(agentMetrics.mains)} == 0`),
      forSeconds: MINUTE,
      summary: 'The signer {{ $labels.signer }} has lost its power and runs on battery',
      description:
        'It signs on for as long as the battery lasts. If it has gone since, this is the last that was heard of it.',
    },
    {
      name: 'SignerBatteryLow',
      severity: 'page',
      expr: `${named(
        `${told(agentMetrics.batteryPercent)} < ${BATTERY_LOW_PERCENT} and on (instance) ${told(agentMetrics.mains)} == 0`,
      )} and on (signer) ${lastOfAKey(bakery)}`,
      forSeconds: MINUTE,
      summary: 'The battery of the last usable signer, {{ $labels.signer }}, is at {{ $value }} %',
      description:
        'It goes off soon, and no other signer can sign for one of its keys. Bring power back, or make another signer usable.',
      hides: ['SignerOnBattery'],
      hidesSame: ['signer'],
    },
    ...uplinkAlerts(bakery),
  ];
}

/** The first uplink of a signer is the one that is meant to work; without the others nothing is lost yet. */
function uplinkAlerts(bakery: Bakery): Alert[] {
  const several = bakery.signers.filter(({ uplinks, settings }) => uplinks.length > 1 && !settings.away);
  if (several.length === 0) return [];
  const isDown = (names: (uplinks: readonly string[]) => readonly string[]) =>
    several
      .map(({ name, uplinks }) => {
        const which = names(uplinks.map((each) => each.name)).join('|');
        const up = (...matchers: readonly string[]) =>
          of(bakery)(guardMetrics.uplinkUp, `signer="${name}"`, ...matchers);
        // A home that is gone as a whole is told by what it can no longer do.
        return `${up(`uplink=~"${which}"`)} == 0 and on (signer) max by (signer) (${up()}) == 1`;
      })
      .join(' or ');
  return [
    {
      name: 'PrimaryUplinkDown',
      severity: 'warning',
      expr: isDown(([primary]) => [primary]),
      forSeconds: 5 * MINUTE,
      summary: 'The signer {{ $labels.signer }} has lost its uplink {{ $labels.uplink }}',
      description: 'It comes by another one, which may cost by volume, and has no second one left behind it.',
    },
    {
      name: 'BackupUplinkDown',
      severity: 'warning',
      expr: isDown(([, ...backups]) => backups),
      forSeconds: HOUR,
      summary: 'The backup uplink {{ $labels.uplink }} of {{ $labels.signer }} is down',
      description: 'Nothing is lost while the first one works. Mend it before you need it.',
    },
  ];
}

/** Signatory counts what its vault and its marks refuse (pkg/metrics). */
function signatoryAlerts(bakery: Bakery): Alert[] {
  const counted = (metric: string, range: string) => `sum(increase(${of(bakery)(metric)}[${range}]))`;
  return [
    {
      name: 'KmsFails',
      severity: 'page',
      expr: `${counted('vault_sign_request_error_total', '10m')} > 3`,
      forSeconds: MINUTE,
      lastsSeconds: RECOVERY_SECONDS,
      summary: 'Cloud KMS does not sign',
      description:
        'Each failure is a block or attestation lost. The log of signer-gateway-0 has the error; rights of the service account and the state of the key are the usual causes, else status.cloud.google.com.',
      hides: ['MissingFiveInARow', 'MissingManyRights'],
    },
    {
      name: 'MarksFail',
      severity: 'page',
      expr: `${counted('watermark_io_errors_total', '10m')} > 3`,
      forSeconds: MINUTE,
      lastsSeconds: RECOVERY_SECONDS,
      summary: 'Signatory cannot read or write its marks',
      description:
        'Without a mark nothing is signed. Look at the Firestore database of the bakery and at the log of signer-gateway-0.',
      hides: ['MissingFiveInARow', 'MissingManyRights'],
    },
    {
      name: 'MarksRefuse',
      severity: 'warning',
      expr: `sum by (${BAKER_LABEL}) (increase(${of(bakery)('watermark_rejection_total')}[30m])) > 2`,
      forSeconds: 0,
      summary: 'Requests to sign for {{ $labels.delegate_name }} are refused for their mark',
      description:
        'The same level and round was asked for twice. Several of them: look for a second baker with the key.',
    },
  ];
}
