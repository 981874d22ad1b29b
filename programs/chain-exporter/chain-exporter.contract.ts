import type { Place } from '../runtime/place';
import type { RpcNode } from '../runtime/rpc';

/** By what a chain ranks those who may bake one level: rounds, or priorities on old chains (block_header_repr.ml). */
export type BlockRank = 'round' | 'priority';

/** The chain-exporter's configuration: one JSON file. */
export interface ChainExporterConfig {
  readonly chain: {
    readonly id: string;
    readonly rank: BlockRank;
    /** The shortest time between two blocks of any protocol that the chain can run. Milliseconds. */
    readonly blockMs: number;
  };
  /** Whose rights are watched: the delegates themselves, whatever keys they sign with. */
  readonly delegates: readonly NamedAddress[];
  /** Whose balance is told, such as the wallet that pays. */
  readonly wallets: readonly NamedAddress[];
  /** Nodes to ask, in the order of preference: the first one of those with the highest head is asked. Rights need their full RPC. */
  readonly sources: readonly NamedNode[];
  /** Nodes without a metrics server: head, sync and peers are told in their place. */
  readonly nodes: readonly NamedNode[];
  /** Hashes of the protocols that the bakery's release bakes. */
  readonly bakedProtocols: readonly string[];
  readonly metrics: Place;
}

export interface NamedAddress {
  readonly name: string;
  readonly address: string;
}

export type NamedNode = RpcNode;

/** Where the file is in the pod. */
export const CHAIN_EXPORTER_CONFIG = '/etc/chain-exporter/chain-exporter.json';

/** How many rights of a kind `missedOfLast` looks back. */
export const LAST_RIGHTS = 200;

export const blockResults = ['baked', 'proposed', 'orphaned', 'missed'] as const;
export const attestationResults = ['seen', 'missed'] as const;
export type BlockResult = (typeof blockResults)[number];
export type AttestationResult = (typeof attestationResults)[number];

/** Beside these, `delegateMetrics`. Every `tezos_baker_*` carries the labels `delegate` (address) and `delegate_name`. */
export const chainExporterMetrics = {
  headLevel: 'tezos_chain_head_level',
  headTime: 'tezos_chain_head_timestamp_seconds',
  /** Round or priority. */
  headRank: 'tezos_chain_head_round',
  cycle: 'tezos_chain_cycle',
  cyclePosition: 'tezos_chain_cycle_position',
  blocksPerCycle: 'tezos_chain_blocks_per_cycle',
  /** How much of the time is over in which nonces of the last cycle can be revealed: 1 and more, all of it. */
  nonceWindow: 'tezos_chain_nonce_window_ratio',
  /** Least own stake that bakes at all; not on chains without staking. */
  minimalFrozenStake: 'tezos_chain_minimal_frozen_stake_mutez',
  /** Least power that has rights: what `octez_delegate_baking_power`, or `_staking_balance` on old chains, must reach. */
  minimalStake: 'tezos_chain_minimal_stake_mutez',
  /** 1; label `kind`: proposal, exploration, cooldown, promotion, adoption (or the older words). */
  votingPeriod: 'tezos_chain_voting_period',
  votingBlocksLeft: 'tezos_chain_voting_period_remaining_blocks',
  /** Whether our release bakes it; labels `protocol`, `stage`: running (of the next block), or the kind of the voting period that it is in. */
  protocolBaked: 'tezos_chain_protocol_baked',
  /** Label `result`: see `blockResults`. `proposed`: our payload, baked again by another. */
  blockRights: 'tezos_baker_block_rights_total',
  /** Label `result`: see `attestationResults`. A right is all slots of a level. */
  attestationRights: 'tezos_baker_attestation_rights_total',
  attestationSlots: 'tezos_baker_attestation_slots_total',
  /** Label `right`: block or attestation, here and in the two that follow. 0 after a right that was not missed. */
  missedInARow: 'tezos_baker_missed_in_a_row',
  missedOfLast: 'tezos_baker_missed_of_last_rights',
  /** How many `missedOfLast` is of: LAST_RIGHTS, or all since the start. */
  lastRights: 'tezos_baker_last_rights',
  /** Whole cycles that are left after this one: 0, it is deactivated when this one ends. */
  cyclesLeft: 'tezos_baker_cycles_until_deactivation',
  /** Label `kind`: block or vote. */
  evidence: 'tezos_baker_double_signing_evidence_total',
  /** Denunciations that will be punished when the cycle ends. */
  denunciations: 'tezos_baker_pending_denunciations',
  /** Of blocks of the last cycle. */
  unrevealedNonces: 'tezos_baker_unrevealed_nonces',
  /** Labels `address`, `name`. */
  walletBalance: 'tezos_wallet_balance_mutez',
  /** Label `node`, here and in the four that follow: of `nodes` alone. */
  nodeUp: 'tezos_node_up',
  nodeHeadLevel: 'tezos_node_head_level',
  nodeHeadTime: 'tezos_node_head_timestamp_seconds',
  nodeSynced: 'tezos_node_synced',
  nodePeers: 'tezos_node_connections',
  /** Label `source`, here and in the three that follow. Whether it has told a head of our chain at the last question. */
  sourceUp: 'chain_exporter_source_up',
  sourceLevel: 'chain_exporter_source_head_level',
  /** 1 for the one that was asked last. */
  sourceAsked: 'chain_exporter_source_asked',
  sourceFailures: 'chain_exporter_source_failures_total',
  /** Rights of this level and of those before it have been counted. */
  judgedLevel: 'chain_exporter_judged_level',
  /** The first level whose rights this process has counted: what lies between it and the judged level of the one before is a gap. */
  firstLevel: 'chain_exporter_first_level',
  /** Levels whose rights nobody has counted and nobody will: after a long absence, or a chain that was rewritten. */
  skippedLevels: 'chain_exporter_skipped_levels_total',
  /** When the delegates' numbers were last read, all of them. */
  readTime: 'chain_exporter_read_timestamp_seconds',
} as const;

/**
 * One field of `/context/delegates/<address>/<field>`, and the numbers in its answer: `''` is the answer itself.
 * `eachBlock`: what changes with each block and wakes people up; the others are read once a minute.
 */
export interface DelegateField {
  readonly field: string;
  readonly numbers: readonly string[];
  readonly eachBlock: boolean;
}

const number = (field: string, eachBlock = false): DelegateField => ({ field, numbers: [''], eachBlock });

/**
 * By rank. Never the whole of `/context/delegates/<address>`: it lists stakers and delegators, and has kept mainnet nodes
 * busy. Fields that a protocol lacks are 404 and absent. (delegate_services.ml of 025, 006 and 010)
 */
export const delegateFields: Readonly<Record<BlockRank, readonly DelegateField[]>> = {
  round: [
    number('deactivated', true),
    number('is_forbidden', true),
    number('grace_period', true),
    {
      field: 'participation',
      numbers: [
        'expected_cycle_activity',
        'minimal_cycle_activity',
        'missed_slots',
        'missed_levels',
        'remaining_allowed_missed_slots',
        'expected_attesting_rewards',
      ],
      eachBlock: true,
    },
    {
      field: 'dal_participation',
      numbers: [
        'expected_assigned_shards_per_slot',
        'delegate_attested_dal_slots',
        'delegate_attestable_dal_slots',
        'expected_dal_rewards',
        'sufficient_dal_participation',
        'denounced',
      ],
      eachBlock: true,
    },
    {
      field: 'active_staking_parameters',
      numbers: ['limit_of_staking_over_baking_millionth', 'edge_of_baking_over_staking_billionth'],
      eachBlock: false,
    },
    number('baking_power'),
    number('total_staked'),
    number('total_delegated'),
    { field: 'min_delegated_in_current_cycle', numbers: ['amount', 'level'], eachBlock: false },
    number('own_full_balance'),
    number('own_staked'),
    number('own_delegated'),
    number('external_staked'),
    number('external_delegated'),
    number('estimated_shared_pending_slashed_amount'),
    number('staking_denominator'),
    number('current_voting_power'),
    number('voting_power'),
    { field: 'voting_info', numbers: ['voting_power', 'remaining_proposals'], eachBlock: false },
  ],
  priority: [
    number('deactivated', true),
    number('grace_period', true),
    number('balance'),
    number('frozen_balance'),
    number('staking_balance'),
    number('delegated_balance'),
    number('voting_power'),
  ],
};

/** As Octez' own dashboard of delegates names a number (grafazos/doc/delegates-dashboard.rst): its flattened path. */
export function delegateMetric(field: string, number: string): string {
  return `octez_delegate_${[field, number].filter((part) => part !== '').join('_')}`;
}

/** All names that `delegateFields` make: booleans are 0 and 1, amounts mutez; labels `delegate` and `delegate_name`. */
export function delegateMetrics(rank: BlockRank): readonly string[] {
  return delegateFields[rank].flatMap(({ field, numbers }) => numbers.map((each) => delegateMetric(field, each)));
}
