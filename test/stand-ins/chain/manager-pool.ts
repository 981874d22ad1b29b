import { decodeManager, type ManagerOperation } from '../kit/manager-bytes';
import { verifies } from '../kit/secret-keys';
import type { Gossip } from '../p2p/gossip';
import type { Block, Operation } from './block';
import { hasMinimalFee, managerError, type ProtocolError, totalFee, totalGas } from './manager-rules';
import type { ProtocolFacts } from './protocol-facts';

/** Why a node does not take an operation into its mempool; `message` is what it says (prevalidator.ml). */
export type Refusal = { readonly message: string } | { readonly error: ProtocolError };

/** The rules of a node's mempool for an operation of a manager that is injected. Undefined: it is taken. */
export function refusalOf(gossip: Gossip, operation: Operation): Refusal | undefined {
  const { head } = gossip.tree;
  const { book } = gossip;
  const facts = book.factsAfter(head);
  const decoded = decodeManager(operation.data, facts.proofs);
  if (operation.data.length / 2 > facts.maxOperationBytes) return { message: 'Oversized operation' };
  if (!book.isLive(decoded.branch, head)) {
    const { branch } = decoded;
    const why = `a block ${branch} which is too old (${facts.maxOperationsTtl} blocks in the past)`;
    return { message: `Operation ${operation.hash} is branched on either: ${why}, or an unknown block` };
  }
  if (!hasMinimalFee(decoded, operation.data.length / 2)) {
    return { error: { kind: 'permanent', id: 'prefilter.fees_too_low' } };
  }
  const accounts = book.expected(head, gossip.managers);
  const error = managerError(decoded, accounts, facts);
  if (error) return { error };
  const key = decoded.contents[0].public_key ?? accounts.get(decoded.contents[0].source)?.key ?? '';
  if (!isSigned(operation.data, key)) {
    return { error: { kind: 'temporary', id: `proto.${facts.name}.operation.invalid_signature` } };
  }
  const rival = facts.oneManager ? rivalOf(gossip, decoded, facts) : undefined;
  if (!rival || isBetter(decoded, decodeManager(rival.data, facts.proofs))) return undefined;
  return { error: { kind: 'temporary', id: 'prevalidation.operation_conflict', new_hash: operation.hash } };
}

/** 0x03, branch and contents: what the wallet's key has signed. */
function isSigned(data: string, key: string): boolean {
  const bytes = Buffer.from(data, 'hex');
  return verifies(key, Buffer.concat([Buffer.from([3]), bytes.subarray(0, -64)]), bytes.subarray(-64));
}

/** What waits already of the same manager, and could be in the next block. */
function rivalOf(gossip: Gossip, { contents }: ManagerOperation, facts: ProtocolFacts): Operation | undefined {
  const { head } = gossip.tree;
  return gossip.book
    .select(head, gossip.managers)
    .find(({ data }) => decodeManager(data, facts.proofs).contents[0].source === contents[0].source);
}

/** mempool.ml, replace_by_fee_factor: 5 % more of fees, and of fees for gas. */
function isBetter(fresh: ManagerOperation, old: ManagerOperation): boolean {
  const [fee, oldFee, gas, oldGas] = [totalFee(fresh), totalFee(old), totalGas(fresh), totalGas(old)];
  return fee * 100n >= oldFee * 105n && fee * oldGas * 100n >= oldFee * gas * 105n;
}

/** The operation that makes way for a new one; undefined: none does, the new one waits behind it. */
export function replacedBy(gossip: Gossip, operation: Operation): Operation | undefined {
  const facts = gossip.book.factsAfter(gossip.tree.head);
  if (!facts.oneManager) return undefined;
  const decoded = decodeManager(operation.data, facts.proofs);
  const rival = rivalOf(gossip, decoded, facts);
  if (!rival || managerError(decoded, gossip.book.after(gossip.tree.head), facts)) return undefined;
  return isBetter(decoded, decodeManager(rival.data, facts.proofs)) ? rival : undefined;
}

/** An operation of a manager in a block of the head's branch, its contents with their receipts. */
export function findManager({ tree, book }: Gossip, hash: string): { level: number; contents: object[] } | undefined {
  for (let at: Block | undefined = tree.head; at && at.level > 0; at = tree.get(at.predecessor)) {
    const found = at.operations.find((each) => each.hash === hash && each.kind === 'manager');
    if (!found) continue;
    const { contents } = decodeManager(found.data, book.factsAfter({ level: at.level - 1 }).proofs);
    const receipts = book.receipts(at).get(hash) ?? [];
    return { level: at.level, contents: contents.map((content, i) => ({ ...content, metadata: receipts[i] })) };
  }
  return undefined;
}
