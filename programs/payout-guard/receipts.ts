import { type Json, listIn, objectIn, textIn } from '../runtime/json';
import type { FinalContent, FinalOperation } from './final-block';
import { forged } from './rpc-operation';

const statuses: readonly string[] = ['applied', 'failed', 'backtracked', 'skipped'];

/** Accounts that have signed an operation; most have one. */
export function sourcesOf(operation: Json): string[] {
  const sources = listIn(operation.contents).map((content) => objectIn(content).source);
  return sources.filter((source): source is string => typeof source === 'string');
}

/** Whether each content says what became of it: a node leaves that out where it is too large. */
export function hasReceipts(operation: Json): boolean {
  return listIn(operation.contents).every((content) => resultOf(objectIn(content)) !== undefined);
}

/** A manager operation of the wallet in a block, read without trust. Throws where a receipt is missing. */
export function finalOperation(operation: Json, wallet: string): FinalOperation {
  const contents = listIn(operation.contents).map(objectIn);
  const bytes = forged({ branch: textIn(operation, 'branch'), contents });
  return {
    hash: textIn(operation, 'hash'),
    ...(bytes === undefined ? {} : { bytes }),
    contents: contents.map((content) => finalContent(content, wallet)),
  };
}

function finalContent(content: Json, wallet: string): FinalContent {
  const result = resultOf(content);
  if (result === undefined) throw new Error('a content without a receipt');
  const status = textIn(objectIn(result), 'status') as FinalContent['status'];
  if (!statuses.includes(status)) throw new Error(`a receipt with the status ${status}`);
  const transfer = transferOf(content);
  const burnt = status === 'applied' ? burntBy(objectIn(content.metadata), wallet) - (transfer?.amount ?? 0n) : 0n;
  return {
    status,
    fee: content.fee === undefined ? 0n : mutezIn(content.fee),
    burnt: burnt > 0n ? burnt : 0n,
    ...(transfer ? { transfer } : {}),
  };
}

export const resultOf = ({ metadata }: Json) =>
  metadata === undefined ? undefined : objectIn(metadata).operation_result;

function transferOf(content: Json): FinalContent['transfer'] {
  if (content.kind !== 'transaction') return undefined;
  return { destination: textIn(content, 'destination'), amount: mutezIn(content.amount) };
}

/**
 * All that left the wallet beside the fee: what was sent, and what was burnt for storage, also by contracts that the
 * transfer called. Older protocols name no account that takes what is burnt (receipt_repr.ml), so that it is counted by
 * what the wallet loses.
 */
function burntBy(metadata: Json, wallet: string): bigint {
  const internal = listIn(metadata.internal_operation_results ?? []).map((each) => objectIn(objectIn(each).result));
  const updates = [objectIn(metadata.operation_result), ...internal].flatMap((result) =>
    listIn(result.balance_updates ?? []).map(objectIn),
  );
  const changes = updates.filter(({ contract }) => contract === wallet).map(({ change }) => mutezIn(change));
  return changes.filter((change) => change < 0n).reduce((sum, change) => sum - change, 0n);
}

/** An amount or a counter as RPCs write it: decimal digits in a text. Throws for anything else. */
export function mutezIn(value: unknown): bigint {
  if (typeof value !== 'string' || !/^-?\d{1,30}$/.test(value)) throw new Error('an amount was expected');
  return BigInt(value);
}
