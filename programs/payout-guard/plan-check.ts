import { isDestination } from '../runtime/address-texts';
import { refusal } from './asked-operation';
import {
  type LeftOutRow,
  owedBy,
  type PostedPlan,
  type PostedRow,
  type Refusal,
  type RefusalReason,
  rowKinds,
  rowName,
  type WalletConfig,
} from './payout-guard.contract';
import { isDelegator } from './tezos-texts';
import type { Rows } from './wallet-rows';

/** Why a plan is not taken. */
class PlanRefused extends Error {
  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super(message);
  }
}

/** More rows are no plan: a baker has some tens of thousands of delegators at most. */
const MOST_ROWS = 200_000;
const MUTEZ = /^[1-9]\d{0,18}$/;
const MUTEZ_OR_NONE = /^(0|[1-9]\d{0,18})$/;
const REASON_LETTERS = 300;

/** A plan as it came from outside, or why it is not taken. What the contract does not name is dropped. */
export function takenPlan(
  posted: unknown,
  known: { readonly wallet: WalletConfig; readonly chainId: string; readonly rows: Rows },
): PostedPlan | Refusal {
  try {
    const plan = checkedPlan(posted, known.wallet, known.chainId);
    mustFit(plan, known);
    return plan;
  } catch (error) {
    if (error instanceof PlanRefused) return refusal(error.reason, error.message);
    throw error;
  }
}

/** With what a cycle has cost and may still cost, the rows that nothing pays yet are at most what a cycle may cost. */
function mustFit({ rows }: PostedPlan, known: { readonly wallet: WalletConfig; readonly rows: Rows }): void {
  const most = known.wallet.caps.cycle;
  const costs = new Map(known.rows.costs());
  for (const row of rows) {
    const { cycle, amount } = row;
    const isCounted = known.rows.ofClaim(row).some(({ paid, holder }) => paid || holder !== undefined);
    const cost = (costs.get(cycle) ?? 0n) + (isCounted ? 0n : BigInt(amount));
    costs.set(cycle, cost);
  }
  for (const cycle of new Set(rows.map((row) => row.cycle))) {
    const cost = costs.get(cycle) ?? 0n;
    if (cost <= BigInt(most)) continue;
    throw new PlanRefused('cap-cycle', `cycle ${cycle} would cost ${cost} mutez, and ${most} is the most`);
  }
}

function checkedPlan(posted: unknown, wallet: WalletConfig, chainId: string): PostedPlan {
  const plan = objectIn(posted, 'the plan');
  if (plan.chainId !== chainId) throw new PlanRefused('plan-other-chain', `the plan is not of ${chainId}`);
  if (plan.wallet !== wallet.address || plan.baker !== wallet.baker) {
    throw new PlanRefused('plan-other-baker', `${wallet.address} pays for ${wallet.baker}`);
  }
  const rows = listIn(plan.rows, 'rows').map((row, i) => rowOf(row, `rows[${i}]`));
  const leftOut = listIn(plan.leftOut, 'leftOut').map((row, i) => leftOutOf(row, `leftOut[${i}]`));
  const seen = new Set<string>();
  for (const row of [...rows, ...leftOut]) {
    const name = rowName(row);
    const claim = owedBy(row);
    if (seen.has(claim)) throw new PlanRefused('plan-row-twice', name);
    seen.add(claim);
    if (row.cycle < wallet.firstCycle) {
      throw new PlanRefused('plan-before-first-cycle', `${name} is of a cycle before ${wallet.firstCycle}`);
    }
  }
  return { chainId, wallet: wallet.address, baker: wallet.baker, rows, leftOut };
}

function rowOf(posted: unknown, at: string): PostedRow {
  const { amount, bakerFee, key } = partsOf(posted, at);
  if (typeof amount !== 'string' || !MUTEZ.test(amount)) throw malformed(`${at}.amount is no amount of mutez above 0`);
  return { ...key, amount, ...feeOf(bakerFee, at) };
}

function leftOutOf(posted: unknown, at: string): LeftOutRow {
  const { amount, reason, key } = partsOf(posted, at);
  if (typeof amount !== 'string' || !MUTEZ_OR_NONE.test(amount)) throw malformed(`${at}.amount is no amount of mutez`);
  if (typeof reason !== 'string' || reason === '') throw malformed(`${at} has no reason`);
  return { ...key, amount, reason: reason.slice(0, REASON_LETTERS) };
}

function partsOf(posted: unknown, at: string) {
  const { cycle, kind, delegator, recipient, ...rest } = objectIn(posted, at);
  if (!Number.isSafeInteger(cycle) || (cycle as number) < 0) throw malformed(`${at}.cycle is no cycle`);
  const known = rowKinds.find((each) => each === kind);
  if (!known) throw malformed(`${at}.kind is none of: ${rowKinds.join(', ')}`);
  if (typeof delegator !== 'string' || !isDelegator(delegator, known)) throw malformed(`${at}.delegator is no address`);
  if (typeof recipient !== 'string' || !isDestination(recipient)) throw malformed(`${at}.recipient is no address`);
  const key = { cycle: cycle as number, kind: known, delegator, recipient };
  return { key, amount: rest.amount, reason: rest.reason, bakerFee: rest.bakerFee };
}

function feeOf(bakerFee: unknown, at: string): { bakerFee?: string } {
  if (bakerFee === undefined) return {};
  if (typeof bakerFee !== 'string' || !MUTEZ_OR_NONE.test(bakerFee)) throw malformed(`${at}.bakerFee is no amount`);
  return { bakerFee };
}

function objectIn(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`${what} is no object`);
  return value as Readonly<Record<string, unknown>>;
}

function listIn(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(`${what} is no list`);
  if (value.length > MOST_ROWS) throw malformed(`${what} are more than ${MOST_ROWS}`);
  return value;
}

function malformed(message: string): PlanRefused {
  return new PlanRefused('plan-malformed', message);
}
