import { type Block, isVote, type Operation } from '../chain/block';
import { bakerAt, isLegacy, protocolAt, signingKey } from '../chain/chain-context';
import { type Refusal, refusalOf } from '../chain/manager-pool';
import { encode, PREFIX } from '../kit/base58';
import { blake2b } from '../kit/blake2b';
import { bytesOfBlock } from '../kit/block-bytes';
import { parseOperation, watermarked } from '../kit/consensus-bytes';
import { failure, ok, type Reply } from '../kit/http-server';
import { decodeManager, isManagerTag } from '../kit/manager-bytes';
import { verifies } from '../kit/secret-keys';
import type { NodeState } from './node-state';

/** `POST /injection/block`: {"data": signed header in hex, "operations": [[{branch, data}]]}. */
export function injectBlock(state: NodeState, body: string): Reply {
  const { data, operations = [] } = JSON.parse(body) as {
    data: string;
    operations?: { branch?: string; data: string }[][];
  };
  const { context, gossip } = state;
  const { chainId } = state.config.network;
  if (!context) return failure(500, 'node.prevalidation.not_ready');
  const level = Buffer.from(data, 'hex').readInt32BE(0);
  const protocol = protocolAt(context, level);
  const facts = bytesOfBlock(data, chainId, isLegacy(protocol));
  const predecessor = gossip.tree.get(facts.predecessor);
  if (!predecessor || predecessor.level !== level - 1) return failure(500, 'validator.unknown_predecessor');
  const baker = bakerAt(context, level, facts.round);
  const delegate = context.delegates.find((each) => each.delegate === baker);
  if (!delegate) return failure(500, 'validate.block.no_baking_right', { level, round: facts.round });
  if (delegate.publicKey && !verifies(delegate.publicKey, facts.signed, facts.signature)) {
    return failure(500, 'validate.block.invalid_signature', { pkh: signingKey(delegate) });
  }
  const included = operations.flat().map((each) => operationOf(state, each.data));
  const managers = included.filter(({ kind }) => kind === 'manager');
  if (gossip.book.select(predecessor, managers).length < managers.length) {
    return failure(500, 'validator.invalid_block', { level, errors: 'an operation of a manager may not be there' });
  }
  const block: Block = {
    hash: facts.hash,
    level,
    round: facts.round,
    predecessor: facts.predecessor,
    timeMs: Date.now(),
    protocol,
    baker,
    data,
    operations: included,
  };
  if (!gossip.addBlock(block)) return failure(500, 'validator.already_known_or_invalid_block', { block: block.hash });
  return ok(block.hash);
}

/** `POST /injection/operation`: a JSON string, the signed operation in hex. */
export function injectOperation(state: NodeState, body: string): Reply {
  const data = JSON.parse(body) as string;
  if (typeof data !== 'string' || !/^([0-9a-f]{2}){69,}$/i.test(data)) return failure(500, 'injection.parse_error');
  if (isManagerTag(Buffer.from(data, 'hex')[32])) return injectManager(state, data);
  const operation = operationOf(state, data);
  const known = state.gossip.tree.get(encode(PREFIX.block, Buffer.from(data, 'hex').subarray(0, 32)));
  if (!known && isVote(operation)) return failure(500, 'prevalidation.operation_branch_refused');
  if (isVote(operation) && operation.delegate === undefined) {
    return failure(500, 'validate.operation.no_slot_or_invalid_signature', { kind: operation.kind });
  }
  const { level = 0 } = operation;
  if (isVote(operation) && level < state.head.level - 1) return failure(500, 'validate.operation.outdated', { level });
  state.gossip.addOperation(operation);
  return ok(operation.hash);
}

/** What waits already, or is in a block, is taken again (prevalidator.ml, already_handled). */
function injectManager({ gossip }: NodeState, data: string): Reply {
  let operation: Operation;
  try {
    operation = managerOf(gossip.book.factsAfter(gossip.tree.head).proofs, data);
  } catch (error) {
    return failure(500, 'failure', { msg: `Can't parse the operation: ${(error as Error).message}` });
  }
  if (gossip.isKnown(operation.hash)) return ok(operation.hash);
  const refusal = refusalOf(gossip, operation);
  if (refusal) return failure(500, 'failure', { msg: messageOf(operation, refusal) });
  gossip.addOperation(operation);
  return ok(operation.hash);
}

/** Octez tells errors of an injection as one text. */
function messageOf({ hash }: Operation, refusal: Refusal): string {
  if ('message' in refusal) return refusal.message;
  return `Error while validating injected operation ${hash}: ${JSON.stringify(refusal.error)}`;
}

function managerOf(proofs: boolean, data: string): Operation {
  decodeManager(data, proofs);
  return { hash: encode(PREFIX.operation, blake2b(Buffer.from(data, 'hex'))), kind: 'manager', data };
}

function operationOf(state: NodeState, data: string): Operation {
  const bytes = Buffer.from(data, 'hex');
  if (isManagerTag(bytes[32])) return managerOf(state.gossip.book.factsAfter(state.head).proofs, data);
  const hash = encode(PREFIX.operation, blake2b(bytes));
  const parsed = parseOperation(bytes, state.isLegacy);
  if (!parsed) return { hash, kind: 'other', data };
  const { level, round } = parsed;
  const kind = parsed.kind as Operation['kind'];
  return { hash, kind, data, level, round, delegate: delegateOf(state, bytes, kind, parsed.slot) };
}

/** By slot; before Tenderbake by whose key made the signature. Undefined: nobody's. */
function delegateOf(state: NodeState, bytes: Buffer, kind: Operation['kind'], slot?: number): string | undefined {
  const { chainId } = state.config.network;
  const delegates = (state.context?.delegates ?? []).filter((each) => slot === undefined || each.slot === slot);
  const fits = delegates.find(({ publicKey }) => {
    if (!publicKey || kind === 'other' || kind === 'manager') return true;
    const signed = watermarked(kind, chainId, bytes.subarray(0, -64));
    return verifies(publicKey, signed, bytes.subarray(-64));
  });
  return fits?.delegate;
}
