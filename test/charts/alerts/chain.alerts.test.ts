import { changedExample, exampleBakeries } from '../../kit/rendered';
import { growing, type Proof, proofTests, steady } from './alert-proofs';

const { mainnet } = exampleBakeries();

const of =
  (component: string) =>
  (metric: string, labels = '') =>
    `${metric}{bakery="mainnet",component="${component}",instance="${component}"${labels && `,${labels}`}}`;
const told = of('chain-exporter');
const about = (metric: string, baker: string, labels = '') =>
  told(metric, `delegate="tz1${baker}",delegate_name="${baker}"${labels && `,${labels}`}`);
/** Of alice and bob alike. */
const ofBoth = (metric: string, values: string, labels = '') =>
  Object.fromEntries(['alice', 'bob'].map((baker) => [about(metric, baker, labels), values]));

const attestation = 'right="attestation"';
const page = { delegate_name: 'bob', severity: 'page' };
const warning = { delegate_name: 'bob', severity: 'warning' };

const missed = 'tezos_baker_attestation_rights_total';
const level = (baker: string) =>
  of('signer-gateway')('signer_guard_highest_level', `key="tz2${baker}",kind="attestation",delegate_name="${baker}"`);

const participation = (number: string) => `octez_delegate_participation_${number}`;

const proofs: Proof[] = [
  {
    alert: 'MissingFiveInARow',
    bakery: mainnet,
    healthy: {
      ...ofBoth('tezos_baker_missed_in_a_row', steady(1), attestation), // one never pages
      ...ofBoth('tezos_baker_missed_in_a_row', steady(4), 'right="block"'),
      [about('tezos_baker_missed_in_a_row', 'carl', attestation)]: '0+0x60 30+0x4 0+0x336', // it was started anew
    },
    fault: { [about('tezos_baker_missed_in_a_row', 'bob', attestation)]: '0+0x60 5+0x60' },
    at: 69,
    firing: [{ ...page, right: 'attestation' }],
  },
  {
    alert: 'MissingManyRights',
    bakery: mainnet,
    healthy: {
      ...ofBoth('tezos_baker_missed_of_last_rights', steady(4), attestation),
      ...ofBoth(missed, growing(1), 'result="missed"'),
      // Many, of which the last one is long ago; and many at once, by a start.
      [about('tezos_baker_missed_of_last_rights', 'carl', attestation)]: steady(30),
      [about(missed, 'carl', 'result="missed"')]: steady(30),
      [about(missed, 'carl', 'result="seen"')]: growing(1),
      [about(missed, 'dora', 'result="seen"')]: growing(1),
      [about('tezos_baker_missed_of_last_rights', 'dora', attestation)]: '0+0x60 30+0x340',
      [about(missed, 'dora', 'result="missed"')]: '0+0x60 30+0x340',
    },
    fault: { [about('tezos_baker_missed_of_last_rights', 'bob', attestation)]: '4+0x60 10+0x90' },
    at: 100,
    firing: [page],
  },
  {
    alert: 'AttestationsMissed',
    bakery: mainnet,
    healthy: ofBoth(missed, '0+0x50 1+0x350', 'result="missed"'),
    fault: { [about(missed, 'bob', 'result="missed"')]: '0+0x60 4+0x60' },
    at: 70,
    firing: [warning],
  },
  {
    alert: 'BlockMissed',
    bakery: mainnet,
    healthy: {
      ...ofBoth('tezos_baker_block_rights_total', steady(0), 'result="missed"'),
      ...ofBoth('tezos_baker_block_rights_total', growing(1), 'result="baked"'),
    },
    fault: { [about('tezos_baker_block_rights_total', 'bob', 'result="missed"')]: '0+0x60 1+0x60' },
    at: 70,
    firing: [warning],
  },
  {
    alert: 'BlockOrphaned',
    bakery: mainnet,
    healthy: ofBoth('tezos_baker_block_rights_total', steady(0), 'result="orphaned"'),
    fault: { [about('tezos_baker_block_rights_total', 'bob', 'result="orphaned"')]: '0+0x60 1+0x60' },
    at: 70,
    firing: [warning],
  },
  {
    alert: 'RewardsAtRisk',
    bakery: mainnet,
    healthy: {
      ...ofBoth(participation('expected_cycle_activity'), steady(900)),
      ...ofBoth(participation('minimal_cycle_activity'), steady(600)),
      ...ofBoth(participation('remaining_allowed_missed_slots'), steady(290)),
    },
    fault: { [about(participation('remaining_allowed_missed_slots'), 'bob')]: '290+0x60 20+0x60' },
    at: 65,
    firing: [page],
  },
  {
    alert: 'DeactivationNear',
    bakery: mainnet,
    healthy: {
      [about('tezos_baker_cycles_until_deactivation', 'alice')]: steady(2),
      [about('tezos_baker_cycles_until_deactivation', 'bob')]: steady(2),
      [about('tezos_baker_cycles_until_deactivation', 'carl')]: steady(0), // it is, already
      [about('octez_delegate_deactivated', 'carl')]: steady(1),
      ...ofBoth('octez_delegate_deactivated', steady(0)),
    },
    fault: { [about('tezos_baker_cycles_until_deactivation', 'bob')]: '2+0x60 0+0x60' },
    at: 65,
    firing: [page],
  },
  {
    alert: 'Deactivated',
    bakery: mainnet,
    healthy: ofBoth('octez_delegate_deactivated', steady(0)),
    fault: { [about('octez_delegate_deactivated', 'bob')]: '0+0x60 1+0x60' },
    at: 65,
    firing: [page],
  },
  {
    alert: 'Forbidden',
    bakery: mainnet,
    healthy: ofBoth('octez_delegate_is_forbidden', steady(0)),
    fault: { [about('octez_delegate_is_forbidden', 'bob')]: '0+0x60 1+0x60' },
    at: 65,
    firing: [page],
  },
  {
    alert: 'SignedTwice',
    bakery: mainnet,
    healthy: {
      ...ofBoth('tezos_baker_pending_denunciations', steady(0)),
      ...ofBoth('tezos_baker_double_signing_evidence_total', steady(0), 'kind="block"'),
    },
    fault: { [about('tezos_baker_double_signing_evidence_total', 'bob', 'kind="block"')]: '0+0x60 1+0x60' },
    at: 65,
    firing: [page],
  },
  {
    alert: 'NonceUnrevealed',
    bakery: mainnet,
    healthy: {
      ...ofBoth('tezos_baker_unrevealed_nonces', steady(0)),
      [told('tezos_chain_nonce_window_ratio')]: steady(0.7),
    },
    fault: { [about('tezos_baker_unrevealed_nonces', 'bob')]: '0+0x60 1+0x60' },
    at: 70,
    firing: [page],
  },
  {
    alert: 'OwnStakeTooSmall',
    bakery: mainnet,
    healthy: {
      ...ofBoth('octez_delegate_own_staked', steady(7_000_000_000)),
      [told('tezos_chain_minimal_frozen_stake_mutez')]: steady(600_000_000),
    },
    fault: { [about('octez_delegate_own_staked', 'bob')]: steady(500_000_000) },
    at: 65,
    firing: [warning],
  },
  {
    alert: 'ProtocolNotBaked',
    bakery: mainnet,
    healthy: {
      [told('tezos_chain_protocol_baked', 'protocol="PtA",stage="running"')]: steady(1),
      [told('tezos_chain_protocol_baked', 'protocol="PtB",stage="proposal"')]: steady(0),
    },
    fault: { [told('tezos_chain_protocol_baked', 'protocol="PtB",stage="promotion"')]: '_x60 0+0x60' },
    at: 80,
    firing: [{ protocol: 'PtB', severity: 'warning' }],
  },
  {
    alert: 'ProtocolSwitchNear',
    bakery: mainnet,
    healthy: {
      [told('tezos_chain_protocol_baked', 'protocol="PtA",stage="running"')]: steady(1),
      [told('tezos_chain_protocol_baked', 'protocol="PtB",stage="adoption"')]: steady(0),
      [told('tezos_chain_voting_period_remaining_blocks')]: steady(150_000),
    },
    fault: { [told('tezos_chain_voting_period_remaining_blocks')]: '150000+0x60 20000+0x60' },
    at: 80,
    firing: [{ protocol: 'PtB', severity: 'page' }],
  },
  {
    alert: 'ChainNotWatched',
    bakery: mainnet,
    healthy: {
      [told('chain_exporter_source_up', 'source="sentry-a"')]: steady(1),
      [told('chain_exporter_source_up', 'source="sentry-b"')]: steady(0),
      [told('chain_exporter_skipped_levels_total')]: steady(3),
    },
    fault: { [told('chain_exporter_source_up', 'source="sentry-a"')]: '1+0x60 0+0x60' },
    at: 75,
    firing: [{ severity: 'warning' }],
  },
  {
    alert: 'NothingAsked',
    bakery: mainnet,
    healthy: {
      ...ofBoth(missed, growing(1), 'result="missed"'), // asked, and late: another alert
      [level('alice')]: growing(10, 1000),
      [level('bob')]: growing(10, 1000),
    },
    fault: { [level('bob')]: '1000+10x60 1600+0x60' },
    at: 70,
    firing: [page],
  },
];

proofTests(proofs);

describe('of what a baker and its delegators have', () => {
  const old = changedExample('carthagenet');
  const oldTold = (metric: string, labels = '') =>
    `${metric}{bakery="carthagenet",component="chain-exporter",instance="chain-exporter"${labels && `,${labels}`}}`;
  const power = (bakery: 'now' | 'old', baker: string) =>
    (bakery === 'now' ? told : oldTold)(
      bakery === 'now' ? 'octez_delegate_baking_power' : 'octez_delegate_staking_balance',
      `delegate="tz1${baker}",delegate_name="${baker}"`,
    );
  proofTests([
    {
      alert: 'OwnStakeTooSmall',
      bakery: mainnet,
      healthy: {
        [power('now', 'alice')]: steady(6_000_000_000),
        [power('now', 'bob')]: steady(6_000_000_000),
        [told('tezos_chain_minimal_stake_mutez')]: steady(6_000_000_000),
      },
      fault: { [power('now', 'bob')]: steady(5_999_999_999) },
      at: 65,
      firing: [warning],
    },
  ]);
  describe('on an old chain', () =>
    proofTests([
      {
        alert: 'OwnStakeTooSmall',
        bakery: old,
        healthy: {
          [power('old', 'alice')]: steady(8_000_000_000),
          [power('old', 'bob')]: steady(8_000_000_000),
          [oldTold('tezos_chain_minimal_stake_mutez')]: steady(8_000_000_000),
        },
        fault: { [power('old', 'bob')]: steady(7_000_000_000) },
        at: 65,
        firing: [warning],
      },
    ]));
});

describe('of a nonce for which it is too late', () => {
  const ratio = told('tezos_chain_nonce_window_ratio');
  proofTests([
    {
      alert: 'NonceUnrevealed',
      bakery: mainnet,
      healthy: { [about('tezos_baker_unrevealed_nonces', 'bob')]: steady(1), [ratio]: steady(1.2) },
      fault: { [ratio]: '0.2+0x60 0.6+0x60' },
      at: 70,
      firing: [page],
    },
  ]);
});

describe('of blocks', () => {
  proofTests([
    {
      alert: 'MissingFiveInARow',
      bakery: mainnet,
      healthy: ofBoth('tezos_baker_missed_in_a_row', steady(0), 'right="block"'),
      fault: { [about('tezos_baker_missed_in_a_row', 'bob', 'right="block"')]: '0+0x60 5+0x60' },
      at: 69,
      firing: [{ ...page, right: 'block' }],
    },
  ]);
});

describe('after a page about one baker, which is the cause', () => {
  const paged = 'alertstate="firing",severity="page",alertname="NoUsableSigner",delegate_name="bob"';
  proofTests([
    {
      alert: 'MissingManyRights',
      bakery: mainnet,
      healthy: {
        ...ofBoth('tezos_baker_missed_of_last_rights', steady(0), attestation),
        ...ofBoth(missed, growing(1), 'result="missed"'),
      },
      fault: {
        ...ofBoth('tezos_baker_missed_of_last_rights', '0+0x60 40+0x60', attestation),
        [`ALERTS{bakery="mainnet",${paged}}`]: '_x60 1+0x20 stale',
      },
      at: 110,
      firing: [{ delegate_name: 'alice', severity: 'page' }],
    },
  ]);
});

describe('a baker of few rights', () => {
  const rights = (result: string) => about('tezos_baker_attestation_rights_total', 'bob', `result="${result}"`);
  const ofLast = about('tezos_baker_missed_of_last_rights', 'bob', attestation);
  proofTests([
    {
      alert: 'MissingManyRights',
      bakery: mainnet,
      // It has used ten since it missed as many, over the hours.
      healthy: {
        [ofLast]: steady(12),
        [rights('missed')]: steady(12),
        [rights('seen')]: '0+0x20 1+0x20 2+0x20 3+0x20 4+0x20 5+0x20 6+0x20',
      },
      // It misses every second one, and has three within the hour.
      fault: {
        [ofLast]: '9+0x60 10+0x140',
        [rights('missed')]: '0+0x20 1+0x40 2+0x40 3+0x40 4+0x40',
        [rights('seen')]: '0+0x40 1+0x40 2+0x40 3+0x40 4+0x40',
      },
      at: 150,
      firing: [page],
    },
  ]);
});

describe('while there are sources, and not all that they are asked has an answer', () => {
  const sources = {
    [told('chain_exporter_source_up', 'source="sentry-a"')]: steady(1),
    [told('chain_exporter_source_head_level', 'source="sentry-a"')]: growing(10, 1000),
    [told('chain_exporter_skipped_levels_total')]: steady(0),
  };
  const judged = told('chain_exporter_judged_level');
  const read = told('chain_exporter_read_timestamp_seconds');
  const blind = (fault: Readonly<Record<string, string>>) =>
    proofTests([
      {
        alert: 'ChainNotWatched',
        bakery: mainnet,
        healthy: { ...sources, [judged]: growing(10, 997), [read]: growing(60) },
        fault,
        at: 85,
        firing: [{ severity: 'warning' }],
      },
    ]);

  describe('rights are not judged', () => blind({ [judged]: '997+10x60 1597+0x60' }));
  describe('rights were never judged', () => blind({ [judged]: '_x120' }));
  describe('delegates are not read', () => blind({ [read]: '0+60x60 3600+0x60' }));
  describe('delegates were never read', () => blind({ [read]: '_x120' }));
});
