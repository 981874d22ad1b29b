import { type Block, isVote, type Operation } from '../chain/block';
import type { BlockTree } from '../chain/block-tree';
import { cycleOf, isLegacy, protocolAt } from '../chain/chain-context';
import { totalFee } from '../chain/manager-rules';
import { encode, PREFIX } from '../kit/base58';
import { blake2b } from '../kit/blake2b';
import { bytesOfBlock } from '../kit/block-bytes';
import { decodeManager } from '../kit/manager-bytes';
import type { NodeState } from './node-state';
import { managerContents, managerJson } from './rpc-managers';
import { VOTING_POWER } from './rpc-rights';

/** JSON of blocks as the node shows them. */
export const iso = (timeMs: number) => `${new Date(Math.floor(timeMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;

/** `head`, `head~2`, `genesis`, a level, a hash. */
export function findBlock({ gossip }: NodeState, name: string): Block | undefined {
  const { tree } = gossip;
  const [base, back = '0'] = decodeURIComponent(name).split(/[~-]/);
  const found =
    base === 'head'
      ? tree.head
      : base === 'genesis'
        ? tree.at(0)
        : /^\d+$/.test(base)
          ? tree.at(Number(base))
          : (tree.get(base) ?? gossip.book.ancient(base));
  return found && back !== '0' ? before(tree, found, Number(back)) : found;
}

/** On its own branch, as long as that is not the head's. */
function before(tree: BlockTree, block: Block, steps: number): Block | undefined {
  let at: Block | undefined = block;
  for (let left = steps; left > 0 && at; left--) {
    if (tree.at(at.level)?.hash === at.hash) return tree.at(at.level - left);
    at = tree.get(at.predecessor);
  }
  return at;
}

export function fitnessOf({ level, round, protocol }: Block, predecessorRound = 0): string[] {
  const hex = (value: number, bytes: number) =>
    BigInt.asUintN(8 * bytes, BigInt(value))
      .toString(16)
      .padStart(2 * bytes, '0');
  if (level === 0) return [];
  if (isLegacy(protocol)) return ['01', hex(level, 8)];
  return ['02', hex(level, 4), '', hex(-predecessorRound - 1, 4), hex(round, 4)];
}

/** What attestations name; of a block without bytes it follows from the hash. */
export function payloadHash(block: Block, chainId: string): Buffer {
  return block.data && !isLegacy(block.protocol)
    ? bytesOfBlock(block.data, chainId, false).payloadHash
    : blake2b(Buffer.from(`payload ${block.hash}`));
}

export function shellHeader(state: NodeState, block: Block): Record<string, unknown> {
  const predecessor = state.gossip.tree.get(block.predecessor);
  return {
    level: block.level,
    proto: state.context ? 1 + state.context.protocols.findIndex(({ hash }) => hash === block.protocol) : 0,
    predecessor: block.predecessor,
    timestamp: iso(block.timeMs),
    validation_pass: 4,
    operations_hash: encode(
      PREFIX.operationLists,
      blake2b(Buffer.from(block.operations.map(({ hash }) => hash).join())),
    ),
    fitness: fitnessOf(block, predecessor?.round),
    context: encode(PREFIX.context, blake2b(Buffer.from(`context ${block.hash}`))),
  };
}

export function header(state: NodeState, block: Block): Record<string, unknown> {
  const { chainId } = state.config.network;
  const round = isLegacy(block.protocol)
    ? { priority: block.round }
    : { payload_hash: encode(PREFIX.payload, payloadHash(block, chainId)), payload_round: block.round };
  return {
    protocol: block.protocol,
    chain_id: chainId,
    hash: block.hash,
    ...shellHeader(state, block),
    ...round,
    proof_of_work_nonce: '0000000000000000',
    liquidity_baking_toggle_vote: 'pass',
    signature: block.data
      ? encode(PREFIX.sig, bytesOfBlock(block.data, chainId, isLegacy(block.protocol)).signature.subarray(0, 64))
      : undefined,
  };
}

export function metadata(state: NodeState, block: Block): Record<string, unknown> {
  const { context } = state;
  const length = context?.blocksPerCycle ?? 1;
  const cycle = context ? cycleOf(context, block.level) : 0;
  const level = {
    level: block.level,
    level_position: Math.max(0, block.level - 1),
    cycle,
    cycle_position: Math.max(0, block.level - 1) % length,
    expected_commitment: context ? block.level % context.blocksPerCommitment === 0 : false,
  };
  const voting = isLegacy(block.protocol)
    ? { voting_period_kind: 'proposal' }
    : {
        voting_period_info: {
          voting_period: { index: 0, kind: 'proposal', start_position: 0 },
          ...{ position: level.level_position, remaining: 1_000_000 },
        },
      };
  const { maxOperationsTtl } = state.gossip.book.factsAfter({ level: block.level - 1 });
  return {
    protocol: block.protocol,
    max_operations_ttl: maxOperationsTtl,
    next_protocol: context ? protocolAt(context, block.level + 1) : block.protocol,
    baker: block.baker,
    ...(isLegacy(block.protocol)
      ? { level: { ...level, voting_period: 0, voting_period_position: level.level_position } }
      : { proposer: block.baker, level_info: level }),
    ...voting,
    balance_updates: incomeOf(state, block),
  };
}

/** What a block brings to whom it is of; a stand-in's reward is always the same, and its fees are those of its managers. */
const BLOCK_REWARD = 333_333n;
function incomeOf(state: NodeState, block: Block): object[] {
  if (isLegacy(block.protocol)) return [];
  const { book } = state.gossip;
  const { proofs } = book.factsAfter({ level: block.level - 1 });
  const managers = block.operations.filter(({ kind }) => kind === 'manager');
  const fees = managers.reduce((sum, { data }) => sum + totalFee(decodeManager(data, proofs)), 0n);
  const update = (from: object, amount: bigint) => [
    { ...from, change: String(-amount), origin: 'block' },
    { kind: 'contract', contract: block.baker, change: String(amount), origin: 'block' },
  ];
  return [
    ...update({ kind: 'minted', category: 'baking rewards' }, BLOCK_REWARD),
    ...(fees > 0n ? update({ kind: 'accumulator', category: 'block fees' }, fees) : []),
  ];
}

export function operationJson(state: NodeState, operation: Operation): Record<string, unknown> {
  const { kind, level, round, delegate, hash, data } = operation;
  if (kind === 'manager') return managerJson(state, operation);
  const contents =
    kind === 'other'
      ? []
      : [{ kind, slot: slotOf(state, delegate), level, round, metadata: voteMetadata(state, operation) }];
  const { chainId } = state.config.network;
  return {
    chain_id: chainId,
    hash,
    branch: encode(PREFIX.block, Buffer.from(data, 'hex').subarray(0, 32)),
    contents,
    data,
  };
}

/** A list of slots up to Hangzhou; an object since Tallinn. */
function voteMetadata(state: NodeState, { kind, delegate }: Operation): Record<string, unknown> {
  if (kind === 'endorsement') return { delegate, slots: [slotOf(state, delegate)] };
  return { delegate, consensus_power: { slots: VOTING_POWER, baking_power: null }, consensus_key: delegate };
}

const slotOf = (state: NodeState, delegate?: string) =>
  state.context?.delegates.find((each) => each.delegate === delegate)?.slot;

/** Four passes: votes, votes on amendments, anonymous, managers'. */
export function operationPasses(state: NodeState, block: Block): unknown[][] {
  const receipts = block.operations.some(({ kind }) => kind === 'manager')
    ? state.gossip.book.receipts(block)
    : undefined;
  const json = (operation: Operation) =>
    operation.kind === 'manager'
      ? { ...managerJson(state, operation), contents: managerContents(state, operation, receipts?.get(operation.hash)) }
      : operationJson(state, operation);
  return passesOf(block).map((pass) => pass.map(json));
}

/** What is no vote is shown with the managers'. */
export const passesOf = ({ operations }: Block): Operation[][] => [
  operations.filter(isVote),
  [],
  [],
  operations.filter((each) => !isVote(each)),
];
