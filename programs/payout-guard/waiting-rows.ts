import { LATE_HOURS, type RowStatus } from './payout-guard.contract';
import type { ShownRow } from './reconciliation.contract';
import type { Row } from './wallet-rows';
import type { WalletState } from './wallet-state';

const LATE_MS = LATE_HOURS * 3_600_000;

/** Rows whose transfers have failed: a person says whether they may be tried again. */
export function heldRows(state: WalletState): ShownRow[] {
  return shown(state, 'held');
}

/** Rows that are open for so long that they page: a person may say that nobody pays them any more, or somebody has. */
export function waitingRows(state: WalletState, nowMs: number): ShownRow[] {
  return shown(state, 'open').filter(({ postedMs }) => postedMs < nowMs - LATE_MS);
}

/** As it is once the wallet is no longer stopped. */
function shown(state: WalletState, status: RowStatus): ShownRow[] {
  const rows = state.rows.all.filter((row) => state.rows.status(row) === status);
  return rows.map(({ cycle, kind, delegator, recipient, amount, postedMs }: Row) => {
    return { cycle, kind, delegator, recipient, amount: `${amount}`, postedMs };
  });
}
