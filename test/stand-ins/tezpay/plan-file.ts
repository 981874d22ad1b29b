/** What `generate-payouts --to-file` writes and `pay --from-file` reads: a list of these, one for each cycle (common/payouts.go). */
export interface Blueprint {
  readonly cycle?: number;
  readonly payouts?: readonly Recipe[];
  readonly [total: string]: unknown;
}

/** Amounts are mutez as text. What is zero, false or empty and a number, a flag or plain text is left out. */
export interface Recipe {
  readonly baker: string;
  readonly delegator: string;
  readonly cycle?: number;
  readonly recipient: string;
  readonly kind?: string;
  readonly tx_kind?: string;
  readonly fa_token_id: string;
  readonly fa_contract: string;
  readonly delegator_balance: string;
  readonly staked_balance: string;
  readonly amount: string;
  readonly fee_rate?: number;
  readonly fee: string;
  readonly tx_fee?: number;
  readonly note?: string;
  readonly valid?: boolean;
}

/** Those of the rows, not those that a blueprint says it is of. */
export const cyclesOf = (plans: readonly Blueprint[]) => [
  ...new Set(plans.flatMap(({ payouts = [] }) => payouts.map(({ cycle = 0 }) => cycle))),
];
