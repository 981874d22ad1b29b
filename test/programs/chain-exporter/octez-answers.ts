import { type MadeBlock, OTHER, type ScriptedChain, type ScriptedEvidence, type ScriptedVote } from './scripted-chain';

/**
 * JSON as nodes write it: block_services.ml, and of the protocols 025 and 006 apply_results.ml, operation_repr.ml,
 * level_repr.ml, lib_plugin/RPC.ml and delegate_services.ml. What nobody here reads is as short as it may be.
 */
export interface Style {
  readonly chainId: string;
  /** 'round': as 025 writes it; 'priority': as 006 does. */
  readonly rank: 'round' | 'priority';
}

const PAYLOAD = 'vh1g87ZG6scSYxKhspAUzprQVuLAyoa5qMBKcUfjgnQGnFb3dJcG';
const SIGNATURE = `sig${'m'.repeat(93)}`;
const hex = (value: number, bytes: number) =>
  BigInt.asUintN(8 * bytes, BigInt(value))
    .toString(16)
    .padStart(2 * bytes, '0');

export function header({ rank, chainId }: Style, chain: ScriptedChain, block: MadeBlock): object {
  const before = chain.find(block.predecessor);
  const isRound = rank === 'round';
  const own = isRound
    ? { payload_hash: PAYLOAD, payload_round: 0, liquidity_baking_toggle_vote: 'pass' }
    : { priority: block.rank };
  return {
    ...{ protocol: block.protocol, chain_id: chainId, hash: block.hash, level: block.level, proto: 1 },
    ...{ predecessor: block.predecessor, timestamp: new Date(block.timestampMs).toISOString().replace(/\.\d+/, '') },
    ...{ validation_pass: 4, operations_hash: 'LLoa', context: 'CoV8' },
    fitness: isRound
      ? ['02', hex(block.level, 4), '', hex(-1 - (before?.rank ?? 0), 4), hex(block.rank, 4)]
      : ['01', hex(block.level, 8)],
    ...own,
    ...{ proof_of_work_nonce: '0000000000000000', signature: SIGNATURE },
  };
}

export function metadata(style: Style, chain: ScriptedChain, block: MadeBlock, voting = 'proposal'): object {
  const level = {
    ...{ level: block.level, level_position: block.level - 1, cycle: chain.cycleOf(block.level) },
    ...{ cycle_position: chain.positionOf(block.level), expected_commitment: block.nonceHash },
  };
  const shell = {
    ...{ protocol: block.protocol, next_protocol: block.nextProtocol, test_chain_status: { status: 'not_running' } },
    ...{ max_operations_ttl: 450, max_operation_data_length: 32768, max_block_header_length: 289 },
    ...{ max_operation_list_length: [{ max_size: 4194304, max_op: 2048 }] },
  };
  const nonce = { nonce_hash: block.nonceHash ? 'nceU' : null, deactivated: [], balance_updates: [] };
  if (style.rank === 'priority') {
    const old = { ...level, voting_period: 3, voting_period_position: 7 };
    return { ...shell, baker: block.baker, level: old, voting_period_kind: voting, ...nonce, consumed_gas: '0' };
  }
  return {
    ...shell,
    ...{ proposer: block.proposer, baker: block.baker, level_info: level, ...nonce },
    voting_period_info: {
      voting_period: { index: 3, kind: voting, start_position: 100 },
      ...{ position: 7, remaining: 93 },
    },
    ...{ liquidity_baking_toggle_ema: 0, implicit_operations_results: [], consumed_milligas: '0' },
    ...{ proposer_consensus_key: block.proposer, baker_consensus_key: block.baker, dal_attestation: '0' },
    ...{ all_bakers_attest_activation_level: null, attestations: null, preattestations: null },
  };
}

export function consensusOperations(style: Style, block: MadeBlock): object[] {
  const slots = block.voters;
  const together = block.votes.filter(({ as }) => as === 'aggregate');
  const alone = block.votes.filter(({ as }) => as !== 'aggregate');
  const contents = [
    ...alone.map((vote) => voteContents(style, block, vote, slots[vote.delegate])),
    ...(together.length > 0 ? [aggregateContents(block, together, slots)] : []),
    // Of this block's own round: no vote for the one before.
    ...(style.rank === 'round' && block.rank > 0 ? [preattestation(block, Object.keys(slots))] : []),
  ];
  return contents.map((each) => operation(style, block, [each]));
}

function operation({ chainId }: Style, { protocol, predecessor }: MadeBlock, contents: object[]): object {
  return { protocol, chain_id: chainId, hash: 'ooJf', branch: predecessor, contents, signature: SIGNATURE };
}

const power = (slots: number) => ({ slots, baking_power: null });

function voteContents({ rank }: Style, block: MadeBlock, vote: ScriptedVote, slots: number): object {
  const { delegate, key = delegate, as = rank === 'round' ? 'attestation' : 'endorsement' } = vote;
  const level = block.level - 1;
  if (rank === 'priority') {
    const list = Array.from({ length: slots }, (_, i) => 31 - i);
    const inner = { branch: block.predecessor, operations: { kind: 'endorsement', level }, signature: SIGNATURE };
    const what = as === 'endorsement' ? { level } : { endorsement: inner, slot: list[0] };
    return { kind: as, ...what, metadata: { balance_updates: [], delegate, slots: list } };
  }
  const dal = as === 'attestation_with_dal' ? { dal_attestation: '0' } : {};
  const what = { slot: 7, level, round: 0, block_payload_hash: PAYLOAD, ...dal };
  return { kind: as, ...what, metadata: { delegate, consensus_power: power(slots), consensus_key: key } };
}

function aggregateContents(block: MadeBlock, votes: readonly ScriptedVote[], slots: Readonly<Record<string, number>>) {
  const committee = votes.map(({ delegate, key = delegate }) => ({
    ...{ delegate, consensus_pkh: key, consensus_power: power(slots[delegate]) },
  }));
  return {
    kind: 'attestations_aggregate',
    consensus_content: { level: block.level - 1, round: 0, block_payload_hash: PAYLOAD },
    committee: votes.map((_, i) => ({ slot: 7 + i, dal_attestation: '0' })),
    metadata: { committee, total_consensus_power: power(99) },
  };
}

function preattestation(block: MadeBlock, voters: readonly string[]): object {
  const committee = voters.map((delegate) => ({ delegate, consensus_pkh: delegate, consensus_power: power(1) }));
  return {
    kind: 'preattestations_aggregate',
    consensus_content: { level: block.level, round: 0, block_payload_hash: PAYLOAD },
    committee: voters.map((_, i) => i),
    metadata: { committee, total_consensus_power: power(1) },
  };
}

export function anonymousOperations(style: Style, block: MadeBlock): object[] {
  const of = ({ kind, accused, accuser: rewarded = OTHER }: ScriptedEvidence) => {
    if (style.rank === 'round') {
      const what = kind === 'double_baking_evidence' ? 'block' : 'attestation';
      const misbehaviour = { level: block.level - 3, round: 0, kind: what };
      return { punished_delegate: accused, rewarded_delegate: rewarded, misbehaviour };
    }
    const frozen = (category: string, delegate: string, change: string) => ({
      ...{ kind: 'freezer', category, delegate, cycle: 1, change },
    });
    return { balance_updates: [frozen('deposits', accused, '-640000000'), frozen('rewards', rewarded, '320000000')] };
  };
  return block.evidence.map((each) =>
    operation(style, block, [{ kind: each.kind, op1: {}, op2: {}, metadata: of(each) }]),
  );
}
