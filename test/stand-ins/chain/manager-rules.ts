import type { ManagerContent, ManagerOperation } from '../kit/manager-bytes';
import { addressOfPublicKey } from '../kit/secret-keys';
import type { Accounts } from './accounts';
import type { ProtocolFacts } from './protocol-facts';

/** An error of the protocol, as a node tells it. `branch` and `temporary` ones may pass. */
export interface ProtocolError {
  readonly kind: 'branch' | 'temporary' | 'permanent';
  readonly id: string;
  readonly [detail: string]: unknown;
}

export const protocolError = (
  facts: ProtocolFacts,
  kind: ProtocolError['kind'],
  id: string,
  details: object = {},
): ProtocolError => ({ kind, id: `proto.${facts.name}.${id}`, ...details });

/**
 * Whether an operation may be in the next block after these accounts (validate.ml, Manager): the form of the batch,
 * allocation, counter, key, limits, fees. Its effects are another matter: they may fail, and the fees are gone.
 */
export function managerError(
  { contents }: ManagerOperation,
  accounts: Accounts,
  facts: ProtocolFacts,
): ProtocolError | undefined {
  const error = (kind: ProtocolError['kind'], id: string, details?: object) => protocolError(facts, kind, id, details);
  const [first] = contents;
  const { source } = first;
  const misfit = formError(contents, error);
  if (misfit) return misfit;
  const account = accounts.get(source);
  if (!account) return error('branch', 'implicit.empty_implicit_contract', { implicit: source });
  const expected = account.counter + 1n;
  const counters = { contract: source, expected: String(expected), found: first.counter };
  if (BigInt(first.counter) < expected) return error('branch', 'contract.counter_in_the_past', counters);
  if (BigInt(first.counter) > expected) return error('temporary', 'contract.counter_in_the_future', counters);
  if (first.kind === 'reveal') {
    const hash = addressOfPublicKey(first.public_key ?? '');
    if (hash !== undefined && hash !== source) return error('permanent', 'contract.manager.inconsistent_hash');
  } else if (!account.key) return error('branch', 'contract.unrevealed_key', { contract: source });
  return limitError(contents, facts, error) ?? feeError(contents, account.balance, account.delegate, error);
}

type MakeError = (kind: ProtocolError['kind'], id: string, details?: object) => ProtocolError;

function formError(contents: readonly ManagerContent[], error: MakeError): ProtocolError | undefined {
  const [{ source }] = contents;
  for (const [i, content] of contents.entries()) {
    if (content.source !== source) return error('permanent', 'validate.operation.inconsistent_sources');
    if (i > 0 && BigInt(content.counter) !== BigInt(contents[i - 1].counter) + 1n) {
      const counters = { source, previous_counter: contents[i - 1].counter, wrong_counter: content.counter };
      return error('permanent', 'validate.operation.inconsistent_counters', counters);
    }
    if (i > 0 && content.kind === 'reveal') return error('permanent', 'validate.operation.incorrect_reveal_position');
  }
  return undefined;
}

function limitError(
  contents: readonly ManagerContent[],
  facts: ProtocolFacts,
  error: MakeError,
): ProtocolError | undefined {
  let total = 0n;
  for (const { gas_limit, storage_limit } of contents) {
    if (BigInt(gas_limit) > facts.gasLimit) return error('permanent', 'gas_limit_too_high');
    if (BigInt(storage_limit) > facts.storageLimit) return error('permanent', 'storage_limit_too_high');
    total += BigInt(gas_limit);
  }
  return total > facts.blockGasLimit ? error('temporary', 'gas_exhausted.block') : undefined;
}

/** All fees are taken before anything else happens. */
function feeError(
  contents: readonly ManagerContent[],
  balance: bigint,
  delegate: string | undefined,
  error: MakeError,
): ProtocolError | undefined {
  let left = balance;
  for (const [i, { source, fee }] of contents.entries()) {
    if (left === 0n && i > 0) return error('branch', 'implicit.empty_implicit_contract', { implicit: source });
    const amounts = { contract: source, balance: String(left), amount: fee };
    left -= BigInt(fee);
    if (left < 0n) return error('temporary', 'contract.balance_too_low', amounts);
    if (left === 0n && delegate && delegate !== source) {
      return error('branch', 'implicit.empty_implicit_delegated_contract', { implicit: source });
    }
  }
  return undefined;
}

/** What a node's mempool asks of an operation before it looks at it (mempool.ml): a fee for its size and its gas. */
export function hasMinimalFee({ contents }: ManagerOperation, size: number): boolean {
  const sum = (of: (content: ManagerContent) => string) => contents.reduce((all, each) => all + BigInt(of(each)), 0n);
  const fee = sum((each) => each.fee);
  const gas = sum((each) => each.gas_limit);
  return fee * 1000n >= 100_000n + gas * 100n + BigInt(size) * 1000n;
}

export const totalFee = ({ contents }: ManagerOperation) => contents.reduce((all, { fee }) => all + BigInt(fee), 0n);
export const totalGas = ({ contents }: ManagerOperation) =>
  contents.reduce((all, { gas_limit }) => all + BigInt(gas_limit), 0n);
