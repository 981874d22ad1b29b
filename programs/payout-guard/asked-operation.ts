import { createHash } from 'node:crypto';
import { FormError } from '../runtime/binary-form';
import { assign, type Line } from './lines';
import { KindRefused, type Operation, readOperation, type Transaction, unsignedForm } from './operation-bytes';
import { type Refusal, type RefusalReason, refusals } from './payout-guard.contract';
import type { AskedContent } from './wallet-entries';

/** An operation that an engine asks to sign, understood. */
export interface Understood extends Operation {
  readonly id: string;
  readonly first: bigint;
}

export const refusal = (refused: RefusalReason, detail: string = refusals[refused]): Refusal => ({ refused, detail });

/** What an operation is called: a digest of its unsigned bytes, so that only the same bytes have the same name. */
export function idOf(unsigned: string): string {
  return createHash('sha256').update(unsigned).digest('hex');
}

/** `wallet`: whose key is asked for. */
export function understand(
  bytes: Uint8Array,
  wallet: { readonly address: string; readonly publicKey: string },
): Understood | Refusal {
  let operation: Operation;
  try {
    operation = readOperation(bytes);
  } catch (error) {
    if (error instanceof KindRefused) return refusal('kind-refused', error.message);
    if (error instanceof FormError) return refusal('not-an-operation', error.message);
    throw error;
  }
  const { contents } = operation;
  const first = contents[0].counter;
  const other = contents.find(({ source }) => source !== wallet.address);
  if (other) return refusal('other-source', `a content is of ${other.source}`);
  if (contents.some(({ counter }, at) => counter !== first + BigInt(at))) return refusal('counters-not-consecutive');
  const isOurs = contents.every(
    (each, at) => each.kind === 'transaction' || (at === 0 && each.publicKey === wallet.publicKey),
  );
  if (!isOurs) return refusal('reveal-refused');
  return { ...operation, id: idOf(unsignedForm(operation)), first };
}

/** What each content takes from the plan: exactly one whole line for each transfer. */
export function contentsOn(
  { contents }: Operation,
  lines: readonly Line[],
  costPerByte: bigint,
): readonly AskedContent[] | Refusal {
  const transfers = contents.filter((each): each is Transaction => each.kind === 'transaction');
  const found = assign(transfers, lines);
  if (typeof found === 'number') {
    const { amount, destination } = transfers[found];
    return refusal('no-line', `no open line of the plan is a transfer of ${amount} mutez to ${destination}`);
  }
  const lineOf = new Map(transfers.map((each, at) => [each, found[at]]));
  return contents.map((each) => ({
    rows: each.kind === 'transaction' ? (lineOf.get(each) as Line).rows : [],
    amount: each.kind === 'transaction' ? String(each.amount) : '0',
    fee: String(each.fee),
    mayBurn: String(each.storageLimit * costPerByte),
  }));
}
