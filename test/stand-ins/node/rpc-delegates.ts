import type { Block } from '../chain/block';
import { attestersAt, cycleOf, type Delegate, isLegacy } from '../chain/chain-context';
import { bytesOfBlock } from '../kit/block-bytes';
import { failure, ok, type Reply, type Request } from '../kit/http-server';
import type { NodeState } from './node-state';
import { VOTING_POWER } from './rpc-rights';

type BlockAnswer = (request: Request, block: Block, ...words: string[]) => Reply;

/** `/chains/main/blocks/<block>/...` of what a context says of delegates, nonces and votes (delegate_services.ml). */
export function delegateRoutes(state: NodeState): Record<string, BlockAnswer> {
  return {
    '/context/delegates/:delegate/:field': (_, block, address, field) => {
      const delegate = state.context?.delegates.find((each) => each.delegate === address);
      if (!delegate)
        return failure(500, `proto.${block.protocol.slice(0, 8)}.delegate.not_registered`, { pkh: address });
      const fields = isLegacy(block.protocol) ? legacyFields(state, block, delegate) : fieldsOf(state, block, delegate);
      return field in fields ? ok(fields[field]) : failure(404, 'rpc.not_found');
    },
    '/context/nonces/:level': (_, block, level) => ok(nonceAt(state, block, Number(level))),
    '/votes/current_proposal': () => ok(null),
  };
}

/** As 006 has them. */
function legacyFields(state: NodeState, block: Block, { balance }: Delegate): Record<string, unknown> {
  return {
    ...{ deactivated: false, grace_period: cycle(state, block) + 11, balance, frozen_balance: '0' },
    ...{ staking_balance: balance, delegated_balance: '0' },
  };
}

/** As 025 has them: half of what it owns is staked. Nobody delegates, stakes with it, or votes. */
function fieldsOf(state: NodeState, block: Block, delegate: Delegate): Record<string, unknown> {
  const { balance } = delegate;
  const half = String(BigInt(balance) / 2n);
  return {
    ...{ deactivated: false, is_forbidden: false, grace_period: cycle(state, block) + 2, denunciations: [] },
    participation: participation(state, block, delegate),
    dal_participation: {
      ...{ expected_assigned_shards_per_slot: 0, delegate_attested_dal_slots: 0, delegate_attestable_dal_slots: 0 },
      ...{ expected_dal_rewards: '0', sufficient_dal_participation: true, denounced: false },
    },
    active_staking_parameters: {
      ...{ limit_of_staking_over_baking_millionth: 0, edge_of_baking_over_staking_billionth: 1000000000 },
    },
    ...{ baking_power: balance, total_staked: half, own_staked: half, external_staked: '0' },
    ...{ own_full_balance: balance, total_delegated: half, own_delegated: half, external_delegated: '0' },
    min_delegated_in_current_cycle: { amount: half, level: block.level },
    ...{ estimated_shared_pending_slashed_amount: '0', staking_denominator: '0' },
    ...{ current_voting_power: balance, voting_power: balance },
    voting_info: { voting_power: balance, remaining_proposals: 20 },
  };
}

const cycle = ({ context }: NodeState, { level }: Block) => (context ? cycleOf(context, level) : 0);

/** A cycle's last block forgets what was missed in it (delegate_missed_attestations_storage.ml). */
function participation(state: NodeState, block: Block, { delegate }: Delegate): Record<string, unknown> {
  const length = state.context?.blocksPerCycle ?? 1;
  const isLast = cycle(state, { ...block, level: block.level + 1 }) > cycle(state, block);
  const missed_levels = isLast ? 0 : missedLevels(state, block, delegate);
  const missed_slots = missed_levels * VOTING_POWER;
  const expected_cycle_activity = length * VOTING_POWER;
  const minimal_cycle_activity = Math.floor((expected_cycle_activity * 2) / 3);
  const remaining = expected_cycle_activity - minimal_cycle_activity - missed_slots;
  return {
    ...{ expected_cycle_activity, minimal_cycle_activity, missed_slots, missed_levels },
    remaining_allowed_missed_slots: Math.max(0, remaining),
    expected_attesting_rewards: remaining < 0 ? '0' : '1000000',
  };
}

function missedLevels(state: NodeState, block: Block, delegate: string): number {
  const { context, gossip } = state;
  if (!context || !attestersAt(context).some((each) => each.delegate === delegate)) return 0;
  let missed = 0;
  for (let at: Block | undefined = block; at && cycle(state, at) === cycle(state, block); ) {
    if (at.level <= context.startLevel + 1) break; // history has no votes
    if (!at.operations.some((each) => each.kind === 'attestation' && each.delegate === delegate)) missed++;
    at = gossip.tree.get(at.predecessor);
  }
  return missed;
}

/** Committed to by a block of the bakery, and told in an operation since (seed_nonce_revelation: tag 1, level). */
function nonceAt(state: NodeState, block: Block, level: number): object {
  const { tree } = state.gossip;
  const made = tree.at(level);
  const bytes =
    made?.data === undefined
      ? undefined
      : bytesOfBlock(made.data, state.config.network.chainId, isLegacy(made.protocol));
  if (!bytes?.commits) return {};
  const revelation = `01${level.toString(16).padStart(8, '0')}`;
  for (let at = level + 1; at <= block.level; at++) {
    const told = tree.at(at)?.operations.find(({ kind, data }) => kind === 'other' && data.startsWith(revelation, 64));
    if (told) return { nonce: told.data.slice(74) };
  }
  return { hash: 'nceU' };
}
