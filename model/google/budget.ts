import type { BakerySettings } from '../settings/bakery.settings';

/** What the project may cost before Google writes, and the account that pays. */
export interface Budget {
  /** In the currency of the billing account. */
  readonly perMonth: number;
  readonly billingAccount: string;
}

/** The budget of the bakery file, if it has one; a project that the stack creates is paid by the account it names. */
export function budgetOf({ google }: Pick<BakerySettings, 'google'>): Budget | undefined {
  const billingAccount = google.budget?.billingAccount ?? google.project.create?.billingAccount;
  return google.budget && billingAccount ? { perMonth: google.budget.perMonth, billingAccount } : undefined;
}
