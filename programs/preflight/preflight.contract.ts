import type { NamedRecipient } from '../payout-guard/payout-guard.contract';

/** An amount of mutez in JSON: decimal digits. */
export type Mutez = string;

/** Configuration of the preflight, which stands between what the engine computes and what it sends: one JSON file. */
export interface PreflightConfig {
  /** Whose files these are. */
  readonly engine: 'tezpay' | 'backerei';
  readonly chain: {
    readonly id: string;
    /** Hashes of the protocols that engine and guard know. On another one nothing is paid. */
    readonly protocols: readonly string[];
    /** The shortest time between two blocks. Milliseconds. */
    readonly blockMs: number;
  };
  /** Whose delegators are paid, and from where. */
  readonly baker: string;
  readonly wallet: string;
  /** Cycles before it are struck out. */
  readonly firstCycle: number;
  /** A cycle is due so many blocks after its end. */
  readonly delayBlocks: number;
  /** Posts nothing: tells what it would post, and ends. */
  readonly dryRun: boolean;
  /** All that a cycle may cost, fees and burns included, and all that may leave in 24 hours. */
  readonly mostPerCycle: Mutez;
  readonly mostPerDay: Mutez;
  /** Who is paid instead of a delegator, by the bakery file. */
  readonly recipients: readonly NamedRecipient[];
  /** The engine may find a row of at most so much too small when it sends it. 0: it finds that when it computes. */
  readonly mayLeaveOut: Mutez;
  /** Of payout-guard: where plans are posted, and the RPC of our own nodes behind it. `http://payout-guard:6734` */
  readonly guard: { readonly plan: string; readonly rpc: string };
  /** The indexer, without a slash behind it: `https://api.tzkt.io`; chains that Backerei reads have none. */
  readonly tzkt?: string;
  /** What the engine has computed, newest cycle first: a file each, as it writes them. Two may hold the same cycle. */
  readonly computed: readonly string[];
  /** Where the engine reads what it sends: the posted rows that are open, and no others. */
  readonly approved: string;
  /** Why cycles are not paid, a list of sentences: what the run ends with, once the others are. */
  readonly problems: string;
}

/** Where the file is in the pod. */
export const PREFLIGHT_CONFIG = '/etc/preflight/preflight.json';
