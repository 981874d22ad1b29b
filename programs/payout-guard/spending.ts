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
  { state, caps }: { readonly state: WalletState; readonly caps: WalletConfig['caps'] },
): { readonly reason: RefusalReason; readonly detail: string } | undefined {
  const costs = contents.map(costOf);
  const most = BigInt(caps.content);
  const at = costs.findIndex((cost) => cost > most);
  if (at >= 0)
    return { reason: 'cap-content', detail: `content ${at + 1} may cost ${costs[at]}, and ${most} is the most` };
  const cost = costs.reduce((sum, each) => sum + each, 0n);
  const cycles = [...costsWith(contents, state)];
  const over = cycles.find(([, total]) => total > BigInt(caps.cycle));
  if (over) {
    return { reason: 'cap-cycle', detail: `cycle ${over[0]} would cost ${over[1]}, and ${caps.cycle} is the most` };
  }
  // No clock of a machine makes a day shorter or longer: the chain's does not jump.
  const dayCost = state.operations.costSince(finalMs(state) - DAY_MS) + cost;
  if (dayCost > BigInt(caps.day)) {
    return { reason: 'cap-day', detail: `24 hours would cost ${dayCost}, and ${caps.day} is the most` };
  }
  return undefined;
}

/** What each cycle that is touched costs then. A transfer's fee and burn count whole for each of its cycles. */
function costsWith(contents: readonly AskedContent[], { rows }: WalletState): Map<number, bigint> {
  const before = rows.costs();
  const costs = new Map<number, bigint>();
  for (const { rows: names, fee, mayBurn } of contents) {
    const own = names.flatMap((name) => rows.get(name) ?? []);
    for (const cycle of new Set(own.map((row) => row.cycle))) {
      const amounts = own.filter((row) => row.cycle === cycle).reduce((sum, { amount }) => sum + amount, 0n);
      const sofar = costs.get(cycle) ?? before.get(cycle) ?? 0n;
      costs.set(cycle, sofar + amounts + BigInt(fee) + BigInt(mayBurn));
    }
  }
  return costs;
}

/** Time of the last final block that was read. Unix milliseconds. */
export function finalMs({ position }: WalletState): number {
  return position?.timeMs ?? 0;
}
