import type { Mutez, NamedRecipient, RowKey, WalletStatus } from './payout-guard.contract';

/** What is said between the payout-guard and the person who reconciles in its pod, over the Unix socket. */
export interface Proposal {
  /** Names it: the word is about what was shown, and nothing else. */
  readonly id: string;
  readonly status: WalletStatus;
  /** Where the journal will stand. */
  readonly block: { readonly level: number; readonly hash: string; readonly timeMs: number };
  readonly counter: string;
  readonly balance: Mutez;
  /** The newest reconciliation of any guard of this wallet. */
  readonly last?: { readonly generation: number; readonly level: number; readonly timeMs: number };
  /** Levels from which on transfers are shown, and from which on they should be. */
  readonly shownFrom: number;
  readonly wantedFrom: number;
  /** Final operations of the wallet that the journal does not know. */
  readonly foreign: readonly ShownOperation[];
  /** What wallet and baker have sent since then, but for what is known to have paid rows. */
  readonly transfers: readonly ShownTransfer[];
  /** Who is paid instead of a delegator, by the bakery file. */
  readonly recipients: readonly NamedRecipient[];
  /** Rows that the bucket has as paid and the journal has not. */
  readonly restored: number;
  /** Operations of ours of which nobody here can see whether they were included. */
  readonly unseen: readonly ShownLive[];
  readonly held: readonly ShownRow[];
  /** Rows that have been open for hours, and that nothing pays. */
  readonly waiting: readonly ShownRow[];
}

export interface ShownRow extends RowKey {
  readonly amount: Mutez;
  /** Unix milliseconds: first posted. */
  readonly postedMs: number;
}

export interface ShownOperation {
  readonly hash: string;
  readonly level: number;
  readonly transfers: readonly { readonly destination: string; readonly amount: Mutez }[];
}

export interface ShownTransfer {
  readonly level: number;
  readonly hash: string;
  readonly from: 'wallet' | 'baker';
  readonly to: string;
  readonly amount: Mutez;
  /** Rows of this recipient that are not paid. */
  readonly rows: readonly (RowKey & { readonly amount: Mutez })[];
}

export interface ShownLive {
  readonly id: string;
  readonly firstCounter: string;
  readonly askedMs: number;
  /** As cycle/kind/delegator/recipient. */
  readonly rows: readonly string[];
}

/** What the person has said. */
export interface Word {
  /** Of the proposal. */
  readonly id: string;
  /** Rows that are paid, and by which of the proposal's transfers. */
  readonly paid: readonly (RowKey & { readonly transfer: number })[];
  /** Of `unseen`: these are in no block. */
  readonly notIncluded: readonly string[];
  /** Of `held`: these may be tried again. */
  readonly release: readonly RowKey[];
  /** Of `held` and `waiting`: somebody has paid these by no transfer of the proposal. */
  readonly paidElsewhere: readonly RowKey[];
  /** Of `held` and `waiting`: nobody pays these, unless a later plan has them. */
  readonly close: readonly RowKey[];
}

/** Over the Unix socket; `:wallet` is an address. */
export const controlPaths = {
  /** GET WalletStatus[]. */
  status: '/status',
  /** GET Proposal, POST Word; the answer is a sentence. */
  reconcile: '/reconcile/:wallet',
} as const;
