import type { LeftOutRow, Mutez, PostedRow, RowKey, StopReason } from './payout-guard.contract';

/** What a journal consists of. Numbers that have no limit are decimal digits: JSON has no others. */
export type Entry = OpenedEntry | PlanEntry | AskedEntry | SignedEntry | BlockEntry | StoppedEntry | ReconciledEntry;

/** The first one: whose journal it is. */
export interface OpenedEntry {
  readonly type: 'opened';
  readonly chainId: string;
  readonly wallet: string;
}

export interface PlanEntry {
  readonly type: 'plan';
  readonly ms: number;
  readonly rows: readonly PostedRow[];
  readonly leftOut: readonly LeftOutRow[];
}

/** Durable before the signer is asked. */
export interface AskedEntry {
  readonly type: 'asked';
  readonly ms: number;
  readonly id: string;
  /** What is signed, with 0x03 in front, as hexadecimal digits. */
  readonly bytes: string;
  readonly firstCounter: string;
  readonly branchLevel: number;
  /** Time of the last final block: what the caps of a day go by. Unix milliseconds. */
  readonly finalMs: number;
  readonly contents: readonly AskedContent[];
}

export interface AskedContent {
  /** Names of the rows of its line; none for a reveal. */
  readonly rows: readonly string[];
  readonly amount: Mutez;
  readonly fee: Mutez;
  /** The most that it may burn. */
  readonly mayBurn: Mutez;
}

/** Durable before it is answered. */
export interface SignedEntry {
  readonly type: 'signed';
  readonly ms: number;
  readonly id: string;
  readonly signature: string;
}

/** What became of a content in a block. */
export interface Receipt {
  readonly status: 'applied' | 'failed' | 'backtracked' | 'skipped';
  readonly fee: Mutez;
  readonly burnt: Mutez;
}

/** An operation of the journal that is final. */
export interface IncludedOperation {
  readonly id: string;
  readonly hash: string;
  readonly level: number;
  readonly timeMs: number;
  readonly receipts: readonly Receipt[];
}

/** A final operation of the wallet that is not in the journal, as a person is shown it. */
export interface ForeignOperation {
  readonly hash: string;
  readonly level: number;
  readonly contents: number;
  readonly transfers: readonly { readonly destination: string; readonly amount: Mutez; readonly isApplied: boolean }[];
}

/** Where the journal is on the chain: a final block, and the wallet in its context. */
export interface Position {
  readonly level: number;
  readonly hash: string;
  readonly timeMs: number;
  /** `max_operations_time_to_live`: in so many blocks after its branch an operation can be. */
  readonly operationsTtl: number;
  readonly counter: Mutez;
  readonly balance: Mutez;
}

export interface Stop {
  readonly reason: StopReason;
  readonly detail: string;
}

export interface BlockEntry {
  readonly type: 'block';
  readonly position: Position;
  readonly included: readonly IncludedOperation[];
  readonly foreign: readonly ForeignOperation[];
  /** Operations of ours that can be in no block any more. */
  readonly dead: readonly string[];
  readonly stops: readonly Stop[];
}

/** The follower cannot go on from the position. */
export interface StoppedEntry {
  readonly type: 'stopped';
  readonly stop: Stop;
}

/** A row that a person, or a copy of the records, says is paid. */
export interface PaidRow extends RowKey {
  readonly amount: Mutez;
  readonly hash?: string;
  readonly level?: number;
  readonly timeMs?: number;
}

export interface ReconciledEntry {
  readonly type: 'reconciled';
  readonly ms: number;
  readonly generation: number;
  readonly position: Position;
  readonly included: readonly IncludedOperation[];
  readonly dead: readonly string[];
  readonly paid: readonly PaidRow[];
  /** Names of rows that were held. */
  readonly released: readonly string[];
  /** Names of rows that nobody pays. */
  readonly closed: readonly string[];
}
