import { type Block, dueTime } from '../chain/block';
import { attestersAt, bakerAt, cycleOf, isLegacy, signingKey } from '../chain/chain-context';
import { ORIGINATION_BYTES } from '../chain/protocol-facts';
import { failure, ok, type Reply, type Request } from '../kit/http-server';
import type { NodeState } from './node-state';

/** Slots of each attester at each level; of an endorser one. */
export const VOTING_POWER = 100;

/**
 * Rights (`helpers/baking_rights`, `attestation_rights`, `endorsing_rights`). `estimated_time` has milliseconds here, since
 * a test's blocks are faster than the seconds that the real one shows.
 */
export function bakingRights(state: NodeState, block: Block, { query }: Request): Reply {
  const { context } = state;
  if (!context) return failure(500, 'no_rights_yet');
  const level = Number(query.get('level') ?? block.level + 1);
  const maxRound = Number(query.get('max_round') ?? query.get('max_priority') ?? 3);
  const rights: { level: number; delegate: string }[] = [];
  for (let round = 0; round <= maxRound; round++) {
    const delegate = bakerAt(context, level, round);
    const due =
      level === block.level + 1 ? { estimated_time: new Date(dueTime(context, block, round)).toISOString() } : {};
    const position = isLegacy(block.protocol) ? { priority: round } : { round };
    const facts = context.delegates.find((each) => each.delegate === delegate);
    const key = facts && !isLegacy(block.protocol) ? { consensus_key: signingKey(facts) } : {};
    rights.push({ level, delegate, ...position, ...due, ...key });
  }
  const wanted = query.getAll('delegate');
  const all = query.has('all') || wanted.length > 0;
  const first = (delegate: string, i: number) => rights.findIndex((each) => each.delegate === delegate) === i;
  return ok(
    rights.filter(
      ({ delegate }, i) => (wanted.length === 0 || wanted.includes(delegate)) && (all || first(delegate, i)),
    ),
  );
}

export function attestationRights(state: NodeState, block: Block, { query }: Request): Reply {
  const { context } = state;
  if (!context) return failure(500, 'no_rights_yet');
  const level = Number(query.get('level') ?? block.level);
  const wanted = query.getAll('delegate');
  const attesters = attestersAt(context).filter(({ delegate }) => wanted.length === 0 || wanted.includes(delegate));
  if (isLegacy(block.protocol)) {
    return ok(attesters.map(({ delegate, slot }) => ({ level, delegate, slots: [slot] })));
  }
  const delegates = attesters.map((each) => ({
    delegate: each.delegate,
    first_slot: each.slot,
    attesting_power: VOTING_POWER,
    consensus_key: signingKey(each),
    ...(each.companionKey ? { companion_key: each.companionKey } : {}),
  }));
  return ok(delegates.length > 0 ? [{ level, delegates, estimated_time: new Date(block.timeMs).toISOString() }] : []);
}

export function constants(state: NodeState): Reply {
  const { context } = state;
  if (!context) return failure(500, 'no_context_yet');
  const facts = state.gossip.book.factsAfter(state.head);
  const limits = {
    hard_gas_limit_per_operation: String(facts.gasLimit),
    hard_gas_limit_per_block: String(facts.blockGasLimit),
    hard_storage_limit_per_operation: String(facts.storageLimit),
    cost_per_byte: String(facts.costPerByte),
    origination_size: Number(ORIGINATION_BYTES),
    max_operation_data_length: facts.maxOperationBytes,
    ...(facts.legacy ? {} : { max_operations_time_to_live: facts.maxOperationsTtl }),
  };
  const seconds = (milliseconds: number) => String(Math.max(1, Math.round(milliseconds / 1000)));
  return ok({
    blocks_per_cycle: context.blocksPerCycle,
    blocks_per_commitment: context.blocksPerCommitment,
    minimal_block_delay: seconds(context.blockTimeMs),
    delay_increment_per_round: seconds(context.roundIncrementMs),
    time_between_blocks: [seconds(context.blockTimeMs), seconds(context.roundIncrementMs)],
    consensus_rights_delay: 2,
    preserved_cycles: 5,
    ...{ minimal_stake: '6000000000', minimal_frozen_stake: '600000000', tokens_per_roll: '8000000000' },
    nonce_revelation_threshold: Math.max(1, Math.floor(context.blocksPerCycle / 36)),
    ...limits,
    dal_parametric: { feature_enable: true, number_of_slots: 160, attestation_lag: 5 },
  });
}

export function currentLevel(state: NodeState, block: Block): Reply {
  const { context } = state;
  const cycle = context ? cycleOf(context, block.level) : 0;
  const length = context?.blocksPerCycle ?? 1;
  const position = { level_position: block.level - 1, cycle, cycle_position: (block.level - 1) % length };
  const voting = isLegacy(block.protocol) ? { voting_period: 0, voting_period_position: block.level - 1 } : {};
  return ok({ level: block.level, ...position, ...voting });
}

/** First and last level of the block's cycle, or of one that is `offset` cycles away. */
export function levelsInCurrentCycle(state: NodeState, block: Block, { query }: Request): Reply {
  const { context } = state;
  if (!context) return failure(500, 'no_context_yet');
  const cycle = cycleOf(context, block.level) + Number(query.get('offset') ?? 0);
  if (cycle < 0) return failure(404, 'rpc.not_found');
  const { blocksPerCycle } = context;
  return ok({ first: cycle * blocksPerCycle + 1, last: (cycle + 1) * blocksPerCycle });
}
