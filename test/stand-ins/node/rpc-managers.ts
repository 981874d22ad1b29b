import type { Operation } from '../chain/block';
import type { Receipt } from '../chain/manager-apply';
import { encode, PREFIX } from '../kit/base58';
import { decodeManager } from '../kit/manager-bytes';
import type { NodeState } from './node-state';

/** An operation of a manager as a node shows it. */
export function managerJson(state: NodeState, operation: Operation): Record<string, unknown> {
  const decoded = decodeManager(operation.data, proofsOf(state));
  return {
    protocol: state.head.protocol,
    chain_id: state.config.network.chainId,
    hash: operation.hash,
    branch: decoded.branch,
    contents: decoded.contents,
    signature: encode(PREFIX.sig, Buffer.from(decoded.signature, 'hex')),
    data: operation.data,
  };
}

/** With what each content came to. */
export function managerContents(state: NodeState, operation: Operation, receipts: readonly Receipt[] = []): object[] {
  const { contents } = decodeManager(operation.data, proofsOf(state));
  return contents.map((content, i) => ({ ...content, metadata: receipts[i] }));
}

export const proofsOf = ({ gossip, head }: NodeState) => gossip.book.factsAfter(head).proofs;

/** Those of the mempool by what a node thinks of them now. */
export function pendingManagers(state: NodeState): { valid: object[]; refused: object[] } {
  const { gossip, head } = state;
  const valid = gossip.book.select(head, gossip.managers);
  const json = (operations: readonly Operation[]) => operations.map((each) => managerJson(state, each));
  return { valid: json(valid), refused: json(gossip.managers.filter((each) => !valid.includes(each))) };
}
