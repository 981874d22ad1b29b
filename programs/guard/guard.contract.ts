import type { Place } from '../runtime/place';

/** The guard's configuration: one JSON file. */
export interface GuardConfig {
  readonly chain: {
    readonly id: string;
    /** The shortest time between two blocks of any protocol that the chain can run. Milliseconds. */
    readonly blockMs: number;
    /** Unix milliseconds of its first block. */
    readonly startMs: number;
    /**
     * By how much a round lasts longer than the one before it (`delay_increment_per_round`): the least of any protocol
     * that the chain can run; 0 counts more rounds than there can have been. Milliseconds.
     */
    readonly roundGrowthMs: number;
    /** What every protocol signs that the chain can run. */
    readonly tags: SignedTags;
  };
  readonly keys: readonly KeyConfig[];
  /** In the order of preference. */
  readonly signers: readonly SignerConfig[];
  /** RPC of the bakery's own nodes: `http://node:8732`. */
  readonly nodes: readonly string[];
  /** PEM of an Ed25519 key. */
  readonly privateKeyFile: string;
  /** For the bakers. */
  readonly listen: Place;
  readonly metrics: Place;
  /** Unix socket for a person in the pod. */
  readonly control: string;
}

/** What votes of a protocol are signed as: the tags of their operations. */
export interface VoteTags {
  /** With a slot (keys of tz1 to tz3), with a word on DAL beside it, and without (tz4). */
  readonly preattestation: { readonly slot: readonly number[]; readonly slotless: readonly number[] };
  readonly attestation: {
    readonly slot: readonly number[];
    readonly slotWithDal: readonly number[];
    readonly slotless: readonly number[];
  };
  readonly endorsement: readonly number[];
}

/** What a chain's protocols sign, as numbers: a new protocol is other numbers, and no change in the guard. */
export interface SignedTags extends VoteTags {
  /** First bytes of what bakers of the chain sign. */
  readonly firstBytes: readonly number[];
}

/** The key that is asked for. */
export interface AskedKey {
  /** `tz4`: signs without the slot. */
  readonly curve: 'tz1' | 'tz2' | 'tz3' | 'tz4';
  /** A companion key signs attestations alone. */
  readonly role: 'delegate' | 'consensus' | 'companion';
}

export interface KeyConfig {
  readonly address: string;
  readonly publicKey: string;
  readonly role: AskedKey['role'];
}

export interface SignerConfig {
  readonly name: string;
  /** Addresses of the keys that its device holds. */
  readonly keys: readonly string[];
  /** Why the device is off for as long as this guard runs. */
  readonly away?: string;
  /** Unix sockets that lead to its agent, the preferred one first. */
  readonly uplinks: readonly UplinkConfig[];
}

export interface UplinkConfig {
  readonly name: string;
  readonly socket: string;
}

/** Where the file is in the pod. */
export const GUARD_CONFIG = '/etc/guard/guard.json';

export const guardMetrics = {
  requests: 'signer_guard_requests_total',
  refusals: 'signer_guard_refusals_total',
  seconds: 'signer_guard_request_seconds',
  level: 'signer_guard_highest_level',
  round: 'signer_guard_highest_round',
  active: 'signer_guard_active_signer',
  phase: 'signer_guard_phase',
  epoch: 'signer_guard_epoch',
  floor: 'signer_guard_floor_level',
  ceiling: 'signer_guard_ceiling_level',
  nodeUp: 'signer_guard_node_up',
  headsIgnored: 'signer_guard_heads_ignored_total',
  /** Nothing is signed until it answers. */
  signerAwaited: 'signer_guard_signer_awaited',
  signerAnswered: 'signer_guard_signer_answered',
  signerUsable: 'signer_guard_signer_usable',
  signerMarked: 'signer_guard_signer_marked_beyond_us',
  keyUsable: 'signer_guard_key_usable',
  clockApart: 'signer_guard_signer_clock_apart_seconds',
  uplinkUp: 'signer_guard_uplink_up',
  /** Beside an agent's own metrics: seconds since they were read. */
  agentAge: 'signer_guard_agent_metrics_age_seconds',
  /** Beside them too: lines that were not passed on. */
  agentDropped: 'signer_guard_agent_metrics_dropped_lines',
} as const;
