import type { RefusalReason, WalletConfig } from './payout-guard.contract';
import type { AskedContent } from './wallet-entries';
import { costOf } from './wallet-operations';
import type { WalletState } from './wallet-state';

const DAY_MS = 86_400_000;

/**
 * Which cap an operation would break, and how, if it may cost what it can: amounts, fees and what may be burnt. What can
 * still be included counts as if it was.
 */
export function overspending(
  contents: readonly AskedContent[],
  { state, caps, nowMs }: { readonly state: WalletState; readonly caps: WalletConfig['caps']; readonly nowMs: number },
): { readonly reason: RefusalReason; readonly detail: string } | undefined {
  const costs = contents.map(costOf);
  const most = BigInt(caps.content);
  const at = costs.findIndex((cost) => cost > most);
  if (at >= 0)
    return { reason: 'cap-content', detail: `content ${at + 1} may cost ${costs[at]}, and ${most} is the most` };
  const cost = costs.reduce((sum, each) => sum + each, 0n);
  const planCost = state.operations.costOfPlan(state.plan) + cost;
  if (planCost > BigInt(caps.plan)) {
    return { reason: 'cap-plan', detail: `the plan would cost ${planCost}, and ${caps.plan} is the most` };
  }
  // A clock that is set back does not make a day longer.
  const dayCost = state.operations.costSince(Math.max(nowMs, state.latestMs) - DAY_MS) + cost;
  if (dayCost > BigInt(caps.day)) {
    return { reason: 'cap-day', detail: `24 hours would cost ${dayCost}, and ${caps.day} is the most` };
  }
  return undefined;
}
