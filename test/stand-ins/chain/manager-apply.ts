import type { ManagerContent, ManagerOperation } from '../kit/manager-bytes';
import { Accounts, type AccountsDraft, isContract } from './accounts';
import { type ProtocolError, protocolError } from './manager-rules';
import { ORIGINATION_BYTES, type ProtocolFacts } from './protocol-facts';

/** The block that an operation is in, as far as its receipt names it. */
export interface Place {
  readonly facts: ProtocolFacts;
  readonly baker: string;
  readonly cycle: number;
}

export interface Receipt {
  readonly balance_updates: readonly object[];
  readonly operation_result: { readonly status: string; readonly [detail: string]: unknown };
}

interface Outcome {
  readonly result: Record<string, unknown>;
  readonly error?: ProtocolError;
  /** The effect itself worked; what it costs could not be paid. */
  readonly burnFailed?: boolean;
}

/**
 * An operation that may be there, applied (apply.ml): fees and counters first, then one content after the other. At the
 * first that fails all effects are undone: those before it are `backtracked`, those after it `skipped`; the fees stay taken.
 */
export function applyManager(
  { contents }: ManagerOperation,
  before: Accounts,
  place: Place,
): { accounts: Accounts; receipts: Receipt[] } {
  const paid = before.copy();
  for (const { source, fee } of contents) {
    paid.count(source);
    paid.debit(source, BigInt(fee));
  }
  const draft = paid.copy();
  const done: Outcome[] = [];
  for (const [i, content] of contents.entries()) {
    done.push(applyContent(content, draft, place, i === 0));
    if (done[i].error) break;
  }
  const failedAt = done.findIndex(({ error }) => error !== undefined);
  const receipts = contents.map((content, i) => ({
    balance_updates: feeUpdates(content, place),
    operation_result: resultOf(done, failedAt, i),
  }));
  return { accounts: Accounts.of(failedAt < 0 ? draft : paid), receipts };
}

function resultOf(done: readonly Outcome[], failedAt: number, i: number): Receipt['operation_result'] {
  if (failedAt < 0) return { status: 'applied', ...done[i].result };
  if (i > failedAt) return { status: 'skipped' };
  if (i < failedAt) return { status: 'backtracked', ...done[i].result };
  const { error, burnFailed, result } = done[i];
  return burnFailed ? { status: 'backtracked', errors: [error], ...result } : { status: 'failed', errors: [error] };
}

function feeUpdates({ source, fee }: ManagerContent, { facts, baker, cycle }: Place): object[] {
  if (fee === '0') return [];
  if (!facts.legacy) {
    const fees = { kind: 'accumulator', category: 'block fees', change: fee, origin: 'block' };
    return [contractUpdate(facts, source, -BigInt(fee)), fees];
  }
  const frozen = { kind: 'freezer', category: 'fees', delegate: baker, cycle, change: fee };
  return [contractUpdate(facts, source, -BigInt(fee)), frozen];
}

const contractUpdate = ({ legacy }: ProtocolFacts, contract: string, change: bigint) => ({
  ...{ kind: 'contract', contract, change: String(change) },
  ...(legacy ? {} : { origin: 'block' }),
});

function applyContent(content: ManagerContent, draft: AccountsDraft, { facts }: Place, isFirst: boolean): Outcome {
  const milligas = facts.gas[content.kind] + (isFirst ? facts.gas.signature : 0n);
  const error = (kind: ProtocolError['kind'], id: string, details?: object): Outcome => ({
    result: {},
    error: protocolError(facts, kind, id, details),
  });
  if (milligas > BigInt(content.gas_limit) * 1000n) return error('temporary', 'gas_exhausted.operation');
  const gas = facts.legacy ? { consumed_gas: String(milligas / 1000n) } : { consumed_milligas: String(milligas) };
  if (content.kind === 'transaction') return transfer(content, draft, facts, gas);
  const { source, public_key } = content;
  if (draft.get(source)?.key) return error('branch', 'contract.previously_revealed_key', { contract: source });
  draft.change(source, { key: public_key });
  return { result: gas };
}

function transfer(content: ManagerContent, draft: AccountsDraft, facts: ProtocolFacts, gas: object): Outcome {
  const { source, destination = '', amount = '0' } = content;
  const mutez = BigInt(amount);
  const error = transferError(source, destination, mutez, draft, facts);
  if (error) return { result: {}, error };
  draft.debit(source, mutez);
  const allocated = draft.credit(destination, mutez);
  const moved = [contractUpdate(facts, source, -mutez), contractUpdate(facts, destination, mutez)];
  if (!allocated) return { result: { balance_updates: mutez > 0n ? moved : [], ...gas } };
  const burn = ORIGINATION_BYTES * facts.costPerByte;
  const burned = facts.legacy
    ? []
    : [{ kind: 'burned', category: 'storage fees', change: String(burn), origin: 'block' }];
  const result = { ...gas, allocated_destination_contract: true };
  const failure = burnError(content, burn, draft, facts);
  if (failure) return { result: { balance_updates: moved, ...result }, error: failure, burnFailed: true };
  draft.debit(source, burn);
  return { result: { balance_updates: [...moved, contractUpdate(facts, source, -burn), ...burned], ...result } };
}

function transferError(
  source: string,
  destination: string,
  amount: bigint,
  draft: AccountsDraft,
  facts: ProtocolFacts,
): ProtocolError | undefined {
  const error = (kind: ProtocolError['kind'], id: string, details: object) => protocolError(facts, kind, id, details);
  const target = draft.get(destination);
  if (isContract(destination) && !target) {
    return error('temporary', 'contract.non_existing_contract', { contract: destination });
  }
  if (!isContract(destination) && amount === 0n) {
    return error('branch', 'contract.empty_transaction', { contract: destination });
  }
  const { balance = 0n, delegate } = draft.get(source) ?? {};
  if (balance < amount) {
    const details = { contract: source, balance: String(balance), amount: String(amount) };
    return error('temporary', 'contract.balance_too_low', details);
  }
  if (balance === amount && delegate && delegate !== source) {
    return error('branch', 'implicit.empty_implicit_delegated_contract', { implicit: source });
  }
  const rejected = { location: 0, with: { string: 'stand-in: this contract takes nothing' } };
  return target?.rejects ? error('temporary', 'michelson_v1.script_rejected', rejected) : undefined;
}

function burnError(
  { source, storage_limit }: ManagerContent,
  burn: bigint,
  draft: AccountsDraft,
  facts: ProtocolFacts,
): ProtocolError | undefined {
  if (BigInt(storage_limit) < ORIGINATION_BYTES)
    return protocolError(facts, 'temporary', 'storage_exhausted.operation');
  if ((draft.get(source)?.balance ?? 0n) < burn) {
    return protocolError(facts, 'temporary', 'contract.cannot_pay_storage_fee');
  }
  return undefined;
}
