import type { Place } from '../runtime/place';

/** An amount of mutez in JSON: decimal digits, since a JSON number is a floating point number to many who read it. */
export type Mutez = string;

/** payout-guard's configuration: one JSON file. */
export interface PayoutGuardConfig {
  readonly chain: {
    readonly id: string;
    /** A block is final when this many are above it. */
    readonly finalityBlocks: number;
    /** Burnt for each byte of storage that an operation may allocate (`cost_per_byte`). */
    readonly costPerByte: Mutez;
  };
  /** Which RPCs it asks. */
  readonly engine: 'tezpay' | 'backerei';
  readonly wallets: readonly WalletConfig[];
  /** RPC of the bakery's own nodes, the preferred one first: `http://node:8732`. */
  readonly nodes: readonly string[];
  /** Where the journals are: one file for each wallet. */
  readonly folder: string;
  /** Cloud Storage: the copy of the journals' records, and the number of the newest reconciliation. */
  readonly bucket: { readonly name: string; readonly prefix: string };
  readonly listen: {
    /** Remote signer protocol, for the engine. */
    readonly signer: Place;
    /** The RPCs that the engine may ask. */
    readonly rpc: Place;
    readonly plan: Place;
    readonly records: Place;
    readonly metrics: Place;
  };
  /** Unix socket for a person in the pod. */
  readonly control: string;
}

/** An account that pays for one baker, and is nothing else. */
export interface WalletConfig {
  readonly address: string;
  readonly publicKey: string;
  /** Name of the baker in the bakery file. */
  readonly bakerName: string;
  /** Address of the baker. */
  readonly baker: string;
  /** The wallet's signer on the loopback: `http://127.0.0.1:6731`. */
  readonly signer: string;
  /** Rows of earlier cycles are never taken. */
  readonly firstCycle: number;
  /** By how much a transfer to a delegator may be below its rows' sum. 0: amounts are exact. */
  readonly feeWindow: Mutez;
  /** Each counts amounts, fees and what may be burnt. */
  readonly caps: {
    readonly content: Mutez;
    /** All that a cycle may ever cost, however many plans have rows of it. */
    readonly cycle: Mutez;
    /** In any 24 hours, by the time of final blocks. */
    readonly day: Mutez;
  };
  /** A person who says what a transfer to one of them has paid is asked for whom. */
  readonly recipients: readonly NamedRecipient[];
}

/** Who is paid instead of a delegator, as the bakery file says. */
export interface NamedRecipient {
  readonly delegator: string;
  readonly recipient: string;
}

/** Where the file is in the pod. */
export const PAYOUT_GUARD_CONFIG = '/etc/payout-guard/payout-guard.json';

/** A request whose counter follows an operation of ours that is not final waits so long for it. Milliseconds. */
export const HOLD_MS = 60_000;

/**
 * Of all journals of a guard: read at a start, the longest takes two thirds of its memory (measured; a year of 500
 * delegators is half of it).
 */
const MOST_JOURNAL_BYTES = 128 * 1024 * 1024;

/** A journal that is longer takes no plan; what was signed before it still takes. Bytes. */
export function journalShare(wallets: number): number {
  return Math.floor(MOST_JOURNAL_BYTES / wallets);
}

/** A row is signed within the hour after it was posted, and final minutes later: what is open so long is not on its way. */
export const LATE_HOURS = 4;

/** What rows pay for; the words are tezpay's. */
export const rowKinds = ['delegator reward', 'baker reward', 'fee income', 'donation'] as const;
export type RowKind = (typeof rowKinds)[number];

/** What a row is, for ever; the chain is the guard's. */
export interface RowKey {
  readonly cycle: number;
  readonly kind: RowKind;
  /** Empty where the engine names none: in rows of all kinds but delegator rewards. */
  readonly delegator: string;
  readonly recipient: string;
}

/** A row's key as one text: what it is, for ever. */
export function rowName({ cycle, kind, delegator, recipient }: RowKey): string {
  return [cycle, kind, delegator, recipient].join('/');
}

/**
 * Of the rows with one claim a single one is paid, whoever is named as its recipient: a delegator has a cycle's reward once.
 * Undefined where no delegator is named: there a cycle may have a row for each of several recipients.
 */
export function claimOf({ cycle, kind, delegator }: RowKey): string | undefined {
  return delegator === '' ? undefined : [cycle, kind, delegator].join('/');
}

/** What is paid once: the claim; where there is none, the row. */
export function owedBy(row: RowKey): string {
  return claimOf(row) ?? rowName(row);
}

export interface PostedRow extends RowKey {
  /** What it pays: more than 0. */
  readonly amount: Mutez;
  /** What the baker keeps of it, for the records. */
  readonly bakerFee?: Mutez;
}

/** A row that the engine does not pay, and the engine's or the preflight's word for why. */
export interface LeftOutRow extends RowKey {
  readonly amount: Mutez;
  readonly reason: string;
}

/** Body of `POST /plans`. It takes the place of the plan before. */
export interface PostedPlan {
  readonly chainId: string;
  readonly wallet: string;
  readonly baker: string;
  readonly rows: readonly PostedRow[];
  readonly leftOut: readonly LeftOutRow[];
}

/**
 * `open`: may be signed if the plan has it. `signed`: an operation that may still be included holds it. `held`: a person
 * must look at it; until then, or while the wallet is stopped, it is not signed.
 */
export type RowStatus = 'open' | 'signed' | 'paid' | 'left out' | 'held';

/** What the guard knows of a row: of `GET /rows`, of the answer to a plan, and of the payout records. */
export interface PayoutRecord extends RowKey {
  readonly chainId: string;
  readonly wallet: string;
  readonly status: RowStatus;
  /** Why it is left out or held. */
  readonly reason?: string;
  /** What it is to pay. */
  readonly amount: Mutez;
  readonly bakerFee?: Mutez;
  /** What has been sent, and its part of the operation's fee and of what was burnt. */
  readonly paid?: { readonly amount: Mutez; readonly fee: Mutez; readonly burnt: Mutez };
  /** Of the operation that paid it. Empty if a person has said that it is paid and named none. */
  readonly hash?: string;
  readonly level?: number;
  /** Unix milliseconds: first posted, signed last, and the time of the block that paid it. */
  readonly postedMs: number;
  readonly signedMs?: number;
  readonly paidMs?: number;
  /** How often its own transfer has failed on the chain. */
  readonly failures: number;
}

/** Answer to a plan: the rows of the plan in its order. The engine may be given those that are `open`. */
export interface PlanAnswer {
  /** Counts the wallet's plans. */
  readonly plan: number;
  readonly rows: readonly PayoutRecord[];
}

/** `GET /wallets/<address>`. */
export interface WalletStatus {
  readonly address: string;
  readonly baker: string;
  readonly bakerName: string;
  readonly chainId: string;
  /** Why nothing is signed; nothing if it may be. */
  readonly stopped?: { readonly reason: StopReason; readonly detail: string };
  /** The last final block that the journal has processed. */
  readonly final?: { readonly level: number; readonly hash: string; readonly timeMs: number };
  /** In the context of that block. */
  readonly counter?: string;
  readonly balance?: Mutez;
  readonly generation: number;
  readonly plan: number;
  readonly firstCycle: number;
  /** Numbers of rows. */
  readonly rows: Readonly<Record<RowStatus, number>>;
}

/** With what is in no journal. */
export interface ServedStatus extends WalletStatus {
  /** Since then no request to sign was refused; at the earliest since the guard runs. Unix milliseconds. */
  readonly refusedMs: number;
}

/** Every path; `:name` stands for one part. */
export const paths = {
  /** Remote signer protocol (signer). The keys answer while stopped too. */
  authorizedKeys: '/authorized_keys',
  key: '/keys/:address',
  /** POST PostedPlan, answers PlanAnswer (plan). */
  plans: '/plans',
  /** GET with `?wallet=<address>` and perhaps `&cycle=<number>`: PayoutRecord[] (plan). */
  rows: '/rows',
  /** GET ServedStatus (plan, records). */
  wallet: '/wallets/:address',
  /** GET RecordsIndex (records). */
  records: '/records',
  /** GET PayoutRecord[] of one cycle (records). */
  cycleRecords: '/records/:baker/:cycle',
} as const;

/** `GET /records`. */
export interface RecordsIndex {
  readonly chainId: string;
  readonly bakers: readonly {
    readonly baker: string;
    readonly name: string;
    readonly wallet: string;
    /** Cycles of which there are rows, rising. */
    readonly cycles: readonly number[];
  }[];
}

/** The body of each refusal, with status 403 (409 where waiting or a person can change it, 503 where something is down). */
export interface Refusal {
  readonly refused: RefusalReason;
  /** A sentence for a person. */
  readonly detail: string;
}

/** Why something is not signed, or a plan not taken: names in metrics, logs and docs. */
export const refusals = {
  'no-such-wallet': 'the key is no wallet of this bakery',
  'not-an-operation': 'the bytes are not 0x03, a branch and contents as Octez writes them',
  'kind-refused': 'only reveals and plain transfers to accounts and contracts are signed',
  'other-source': 'a content is of another account',
  'counters-not-consecutive': 'the counters inside the operation do not follow each other',
  'reveal-refused': 'a reveal stands first and names the key of the wallet',
  stopped: 'a person must run reconcile',
  'generation-old': 'a newer reconciliation was made by another guard',
  'generation-unknown': 'the records bucket does not say which reconciliation is the newest',
  'counter-not-next': 'the counter is not the one after the last final block',
  'branch-unknown': 'our node does not know the branch',
  'branch-expired': 'an operation with this branch can be in no block any more',
  'no-line': 'a transfer is not exactly one open line of the plan',
  'cap-content': 'a content costs more than one may',
  'cap-cycle': 'a cycle would cost more than one may',
  'cap-day': 'the last 24 hours would cost more than they may',
  spent: 'these bytes were asked before, and can be signed no more',
  'journal-not-written': 'the journal could not be written',
  'journal-long': 'the journal is as long as one may be that a guard can still read: no new plan is taken',
  'signer-failed': 'the signer gave no signature',
  'node-failed': 'our node gave no answer',
  'rpc-not-passed': 'the engine does not need this RPC',
  'not-signed-here': 'an operation that the guard has not signed',
  'plan-malformed': 'the plan is not of the form of the contract',
  'plan-other-chain': 'the plan is of another chain',
  'plan-other-baker': 'the wallet pays for another baker',
  'plan-before-first-cycle': 'a row is of a cycle before the first',
  'plan-row-twice': 'a row stands in the plan twice, or for two recipients',
  'reconcile-refused': 'the reconciliation is not complete',
} as const;
export type RefusalReason = keyof typeof refusals;

/** Why a wallet signs nothing until a person runs `reconcile`. */
export const stopReasons = {
  'never-reconciled': 'the journal is new, or lost',
  'foreign-operation': 'a final operation of the wallet is not in the journal',
  'counter-jumped': "the wallet's counter is not what its final operations make it",
  'wallet-emptied': 'the wallet has no balance: its counter may start anew',
  'not-an-ancestor': "the journal's last final block is none of our node's",
  'final-block-gone': "our node does not have the block after the journal's last final one any more",
  'dead-operation-included': 'an operation was included after the journal had called it dead',
  'paid-twice': 'a row was paid that had been paid before',
  'journal-damaged': 'the journal is not as it was written',
} as const;
export type StopReason = keyof typeof stopReasons;

export const payoutGuardMetrics = {
  /** {wallet, answer}: `signed`, `stored` (given again), `refused`. */
  requests: 'payout_guard_requests_total',
  /** {wallet, reason}. */
  refusals: 'payout_guard_refusals_total',
  /** {wallet, reason}: 1 while stopped. */
  stopped: 'payout_guard_stopped',
  /** {wallet, status}. */
  rows: 'payout_guard_rows',
  /** {wallet}: seconds since the oldest row was posted that is open, signed or held. 0 if there is none. */
  oldestRow: 'payout_guard_oldest_unpaid_row_seconds',
  /** {wallet}: cycle up to which every row is paid or left out, and none was passed over. */
  lastPaidCycle: 'payout_guard_last_paid_cycle',
  /** {wallet}: transfers that failed on the chain. */
  failedTransfers: 'payout_guard_failed_transfers_total',
  /** {wallet}: final operations that are not in the journal. */
  foreignOperations: 'payout_guard_foreign_operations_total',
  /** {wallet}, in mutez; Prometheus has only floating point. */
  balance: 'payout_guard_wallet_balance_mutez',
  paid: 'payout_guard_paid_mutez_total',
  fees: 'payout_guard_fees_mutez_total',
  burnt: 'payout_guard_burnt_mutez_total',
  /** {wallet}: of the rows of the last cycle that has any. */
  cycleTotal: 'payout_guard_cycle_mutez',
  counter: 'payout_guard_wallet_counter',
  finalLevel: 'payout_guard_final_level',
  /** {wallet}: Unix seconds of the last final block that was processed. */
  finalTime: 'payout_guard_final_block_time_seconds',
  generation: 'payout_guard_generation',
  newestGeneration: 'payout_guard_newest_generation',
  journalBytes: 'payout_guard_journal_bytes',
  /** Of the journals' disk. */
  diskFree: 'payout_guard_disk_free_bytes',
  diskSize: 'payout_guard_disk_size_bytes',
  /** {node}. */
  nodeUp: 'payout_guard_node_up',
  /** {wallet}. */
  signerUp: 'payout_guard_signer_up',
  /** {wallet}: records that the bucket does not have yet. */
  recordsBehind: 'payout_guard_records_behind',
} as const;
