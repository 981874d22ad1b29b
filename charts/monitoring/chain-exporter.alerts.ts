import type { Bakery } from '../../model/bakery';
import {
  chainExporterMetrics as chain,
  delegateMetric,
  delegateMetrics,
  LAST_RIGHTS,
} from '../../programs/chain-exporter/chain-exporter.contract';
import { guardMetrics } from '../../programs/guard/guard.contract';
import { type Alert, type AlertsOf, BAKER_LABEL, series } from '../kit/alert';
import { stillBlocks } from '../kit/octez/still-blocks';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** A right missed is bad luck, five in a row are not; nor is a twentieth of the last ones. */
const IN_A_ROW = 5;
const MANY = LAST_RIGHTS * 0.05;
/**
 * Who has used so many rights within one of these times, and missed none, misses no more: a large baker has as many within
 * minutes, a small one within days.
 */
const USED = 5;
const usedWithin = ['30m', '6h', '2d'] as const;
/** The shortest of them, in which a large baker's gap is seen. */
const STILL = 30 * MINUTE;
/** Of the slots that a cycle lets a baker miss before all rewards for attesting are gone. */
const LEAST_REMAINING = 0.1;
/** From what the guard is asked for until it is judged. What NothingAsked follows from lasts longer, or it would be told then. */
const SEEN_SECONDS = 2 * MINUTE;
/** The exporter reads delegates each minute, and judges a level some blocks later. */
const UNREAD_SECONDS = 10 * MINUTE;
const UNJUDGED_LEVELS = 50;
/** Before a new protocol begins: time to upgrade in. */
const SWITCH_DAYS = 3;

/** What the chain says of our bakers. It counts rights, never blocks: a small baker has none in most of them. */
export const chainExporterAlerts: AlertsOf = (bakery) => [
  ...rightsAlerts(bakery),
  ...delegateAlerts(bakery).filter(isTold(bakery)),
  ...chainAlerts(bakery),
  ...(bakery.settings.custody.homes ? [nothingAsked(bakery)] : []),
];

/** What loses rights has paged by then, the head that stands still as the last one: what follows from it is hidden. */
const causesPagedSeconds = (bakery: Bakery) => stillBlocks(bakery) + MINUTE;

const of =
  (bakery: Bakery) =>
  (metric: string, ...matchers: readonly string[]) =>
    series(bakery, 'chain-exporter', metric, ...matchers);

function rightsAlerts(bakery: Bakery): Alert[] {
  const told = of(bakery);
  const attestation = 'right="attestation"';
  const counted = (metric: string, result: string, range: string) =>
    `sum by (${BAKER_LABEL}) (increase(${told(metric, `result="${result}"`)}[${range}]))`;
  const attestations = (result: string, range: string) => counted(chain.attestationRights, result, range);
  const isOver = (range: string) =>
    `(${attestations('seen', range)} >= ${USED} unless on (${BAKER_LABEL}) ${attestations('missed', range)} > 0)`;
  return [
    {
      name: 'MissingFiveInARow',
      severity: 'page',
      expr: `max by (${BAKER_LABEL}, right) (${told(chain.missedInARow)}) >= ${IN_A_ROW}`,
      forSeconds: causesPagedSeconds(bakery) + MINUTE, // and NothingAsked, which is one too
      summary: '{{ $labels.delegate_name }} has missed its last {{ $value }} rights ({{ $labels.right }})',
      description:
        'It is not attesting, or not baking. Nothing else that pages says why, so look at the log of the baker in baker-0: what does it say when it has a right?',
      hides: ['MissingManyRights', 'AttestationsMissed', 'DeactivationNear'],
      hidesSame: [BAKER_LABEL],
    },
    {
      name: 'MissingManyRights',
      severity: 'page',
      // Of attestations alone: two hundred blocks of a small baker are a month, of which nobody is to be told each night.
      expr: unlessPaged(
        bakery,
        `(max by (${BAKER_LABEL}) (${told(chain.missedOfLast, attestation)}) >= ${MANY} unless on (${BAKER_LABEL}) (${usedWithin.map(isOver).join(' or ')}))`,
      ),
      forSeconds: STILL + 5 * MINUTE, // longer than one gap is seen: a restart is over
      summary: `{{ $labels.delegate_name }} has missed {{ $value }} of its last ${LAST_RIGHTS} attestations`,
      description:
        'It attests, but too late or not always. Look at the load of the machines, at the time that signatures take (signer_guard_request_seconds), and at the peers of the nodes.',
      hides: ['AttestationsMissed'],
      hidesSame: [BAKER_LABEL],
    },
    {
      name: 'AttestationsMissed',
      severity: 'warning',
      expr: `${attestations('missed', '1h')} > 2`,
      forSeconds: 0,
      summary: '{{ $labels.delegate_name }} has missed attestations',
      description: 'Some within an hour. A restart costs a few; without one, look at the log of the baker.',
    },
    {
      name: 'BlockMissed',
      severity: 'warning',
      expr: `${counted(chain.blockRights, 'missed', '1h')} > 0`,
      forSeconds: 0,
      summary: '{{ $labels.delegate_name }} has missed a block',
      description:
        'Its round came, and another baked. Look at the log of the baker at that moment: what it proposed, and when.',
    },
    {
      name: 'BlockOrphaned',
      severity: 'warning',
      expr: `${counted(chain.blockRights, 'orphaned', '1h')} > 0`,
      forSeconds: 0,
      summary: 'A block of {{ $labels.delegate_name }} was replaced',
      description:
        'It was baked and seen, and then the chain went another way. One is bad luck; several are a slow network.',
    },
  ];
}

/** Pages that say why rights are lost: all that hide MissingManyRights. */
const causes = [
  ...['PrivateNodeDown', 'PrivateNodeNotSynced', 'PrivateNodeAlone', 'HeadStandsStill'],
  ...['SignerGatewayDown', 'SignerNotReady', 'NoUsableSigner', 'GuardWaits', 'GuardFenced', 'GuardSeesNoNode'],
  ...['KmsFails', 'MarksFail', 'NothingAsked', 'MissingFiveInARow', 'Forbidden'],
].join('|');

/** Who was paged for one of them within the hour, of this baker or of the whole bakery, knows why rights are lost. */
function unlessPaged(bakery: Bakery, expr: string): string {
  const paged = (whose: string) =>
    `max_over_time(ALERTS{bakery="${bakery.name}",alertstate="firing",alertname=~"${causes}",${BAKER_LABEL}${whose}}[${HOUR}s])`;
  return `${expr} unless on () ${paged('=""')} unless on (${BAKER_LABEL}) ${paged('!=""')}`;
}

/** Old chains tell nothing of participation, of being forbidden and of own stake: what asks for it would rest for ever. */
function isTold({ protocol }: Bakery): (alert: Alert) => boolean {
  const told = delegateMetrics(protocol.blockRank);
  return ({ expr }) => (expr.match(/octez_delegate_\w+/g) ?? []).every((name) => told.includes(name));
}

function delegateAlerts(bakery: Bakery): Alert[] {
  const told = of(bakery);
  const field = (name: string, number = '') => told(delegateMetric(name, number));
  const participation = (number: string) => field('participation', number);
  const allowed = `(${participation('expected_cycle_activity')} - ${participation('minimal_cycle_activity')})`;
  const by = (expr: string) => `max by (${BAKER_LABEL}) (${expr})`;
  const below = (metric: string, least: string) => `${by(field(metric))} < on () group_left () max(${told(least)})`;
  const isOld = bakery.protocol.blockRank === 'priority';
  const tooSmall = isOld
    ? below('staking_balance', chain.minimalStake)
    : `${below('own_staked', chain.minimalFrozenStake)} or ${below('baking_power', chain.minimalStake)}`;
  return [
    {
      name: 'RewardsAtRisk',
      severity: 'page',
      expr: `${by(`${participation('remaining_allowed_missed_slots')} / (${allowed} > 0)`)} < ${LEAST_REMAINING}`,
      forSeconds: MINUTE,
      summary: '{{ $labels.delegate_name }} may miss little more in this cycle',
      description:
        'Below two thirds of its slots in a cycle a baker loses all rewards for attesting. Put off every restart until the cycle ends, and look why it misses.',
    },
    {
      name: 'DeactivationNear',
      severity: 'page',
      expr: `${by(told(chain.cyclesLeft))} < 1 unless on (${BAKER_LABEL}) ${field('deactivated')} == 1`,
      forSeconds: MINUTE,
      summary: '{{ $labels.delegate_name }} is deactivated when this cycle ends',
      description:
        'It has not taken part for too long. One attestation puts it off; afterwards it takes cycles to come back.',
    },
    {
      name: 'Deactivated',
      severity: 'page',
      expr: `${by(field('deactivated'))} == 1`,
      forSeconds: MINUTE,
      summary: '{{ $labels.delegate_name }} is deactivated',
      description:
        'It has no rights. Register it as a delegate again with octez-client; rights come back after some cycles.',
      hides: ['DeactivationNear', 'OwnStakeTooSmall'],
      hidesSame: [BAKER_LABEL],
    },
    {
      name: 'Forbidden',
      severity: 'page',
      expr: `${by(field('is_forbidden'))} == 1`,
      forSeconds: 0,
      summary: '{{ $labels.delegate_name }} is forbidden to bake',
      description:
        'It was denounced for signing twice, and lost so much that it may not take part. Stop the baker and find out what signed.',
      hides: ['MissingFiveInARow', 'MissingManyRights', 'RewardsAtRisk'],
      hidesSame: [BAKER_LABEL],
    },
    {
      name: 'SignedTwice',
      severity: 'page',
      expr: `${by(told(chain.denunciations))} > 0 or sum by (${BAKER_LABEL}) (increase(${told(chain.evidence)}[6h])) > 0`,
      forSeconds: 0,
      summary: '{{ $labels.delegate_name }} is denounced for signing twice',
      description:
        'Stop everything that signs with its key, now: each further signature may cost again. Then find the second baker.',
    },
    {
      name: 'NonceUnrevealed',
      severity: 'page',
      expr: `${by(told(chain.unrevealedNonces))} > 0 and on () max(${told(chain.nonceWindow)}) > 0.5 < 1`,
      forSeconds: 5 * MINUTE,
      summary: '{{ $labels.delegate_name }} has not revealed a nonce',
      description:
        'Half of the time for it is over; when it ends, rewards are gone. The baker reveals by itself: look at its log, and whether its base directory is the one that baked.',
    },
    {
      name: 'OwnStakeTooSmall',
      severity: 'warning',
      expr: tooSmall,
      forSeconds: 10 * MINUTE,
      summary: '{{ $labels.delegate_name }} has staked too little to have rights',
      description: 'In some cycles it has no rights any more. Stake more.',
    },
  ];
}

/** What is about the chain and about the exporter itself. */
function chainAlerts(bakery: Bakery): Alert[] {
  const told = of(bakery);
  const unbaked = (stages: string) => `max by (protocol) (${told(chain.protocolBaked, `stage=~"${stages}"`)}) == 0`;
  const blocks = Math.ceil((SWITCH_DAYS * DAY) / bakery.protocol.blockSeconds);
  return [
    {
      name: 'ProtocolNotBaked',
      severity: 'warning',
      expr: unbaked('promotion|adoption'),
      forSeconds: 10 * MINUTE,
      summary: 'A protocol is coming that our release does not bake',
      description:
        'The protocol {{ $labels.protocol }} has been voted in, or is about to be. Upgrade Octez before it begins.',
    },
    {
      name: 'ProtocolSwitchNear',
      severity: 'page',
      expr: `(${unbaked('adoption')} and on () max(${told(chain.votingBlocksLeft)}) < ${blocks}) or ${unbaked('running')}`,
      forSeconds: 10 * MINUTE,
      summary: 'Our release cannot bake the next protocol',
      description: `The protocol {{ $labels.protocol }} begins within ${SWITCH_DAYS} days, or has begun: then nothing is baked. Upgrade Octez now.`,
      hides: ['ProtocolNotBaked'],
    },
    {
      name: 'ChainNotWatched',
      severity: 'warning',
      expr: blind(bakery),
      forSeconds: 10 * MINUTE,
      summary: 'Nobody counts whether we attest',
      description:
        'No node answers the chain-exporter, or not all of its questions, or it was away for so long that levels are lost to it. Look at its log and at the sentries.',
    },
  ];
}

/**
 * No source answers; levels were given up; or one question has no answer, while others have: what rests on it would stay as
 * it was, and look well. What was never told counts as level or second 0, for as long as there is an exporter.
 */
function blind(bakery: Bakery): string {
  const told = of(bakery);
  const highest = `max(${told(chain.sourceLevel)})`;
  const orNever = (metric: string) => `(max(${told(metric)}) or ${highest} * 0)`;
  return [
    `max(${told(chain.sourceUp)}) == 0`,
    `increase(${told(chain.skippedLevels)}[1h]) > 0`,
    `${highest} - ${orNever(chain.judgedLevel)} > ${UNJUDGED_LEVELS}`,
    `time() - ${orNever(chain.readTime)} > ${UNREAD_SECONDS}`,
  ].join(' or ');
}

/** Misses of which the guard knows nothing: the baker does not ask, or does not reach it. */
function nothingAsked(bakery: Bakery): Alert {
  const missed = (range: string) =>
    `sum by (${BAKER_LABEL}) (increase(${of(bakery)(chain.attestationRights, 'result="missed"')}[${range}])) >= 3`;
  const asked = (range: string) =>
    `sum by (${BAKER_LABEL}) (changes(${series(bakery, 'signer-gateway', guardMetrics.level)}[${range}])) > 0`;
  const unasked = (range: string) => `(${missed(range)} unless on (${BAKER_LABEL}) ${asked(range)})`;
  return {
    name: 'NothingAsked',
    severity: 'page',
    // Rights of a large baker come by the minute, of a small one by the hour.
    expr: `${unasked(`${causesPagedSeconds(bakery)}s`)} or ${unasked('1h')}`,
    forSeconds: MINUTE / 2,
    lastsSeconds: SEEN_SECONDS,
    summary: 'Three rights of {{ $labels.delegate_name }} have passed, and the guard was asked for nothing it may sign',
    description:
      'The signers are not the matter: look at the baker in baker-0, whether it runs, is synced and has the key in its wallet. If it does ask, the log of the guard says why it refuses.',
    hides: ['MissingFiveInARow', 'MissingManyRights'],
    hidesSame: [BAKER_LABEL],
  };
}
