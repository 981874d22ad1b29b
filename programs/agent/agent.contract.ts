import type { Epoch } from '../runtime/epoch';
import type { Answer, Handover, Refusal, ReportedMark } from './agent-core';

/** The agent's configuration: one JSON file. */
export interface AgentConfig {
  /** Name of the signer in the bakery file. */
  readonly signer: string;
  /** Public half of the guard's key: 32 bytes in base64. */
  readonly guardKey: string;
  /** What the tunnel leads to: a Unix socket, or a port that this machine alone reaches. */
  readonly listen: { readonly socket: string } | { readonly port: number };
  /** Where octez-signer, or a program that speaks as it does, answers: `http://127.0.0.1:6732`. */
  readonly octezSigner: string;
  /** Its base directory, if its marks may be read there. */
  readonly octezSignerFolder?: string;
  readonly chainId: string;
  /** Addresses of the keys that the device holds. */
  readonly keys: readonly string[];
  /** For the epoch: outlives everything but the card. */
  readonly stateFolder: string;
  /** For the session: lost with the machine's uptime, and with nothing else. */
  readonly runFolder: string;
  /** For a request, waiting included: less than the guard's, so that it hears why. Milliseconds. */
  readonly budgetMs: number;
  /** After this long at the device a request is given up, and the device is free for others. Milliseconds. */
  readonly deviceLimitMs: number;
  /** What holds the keys, so that it can be looked at without signing. Without it octez-signer alone is asked. */
  readonly device?: DeviceConfig;
  /** The machine that this runs on. Without it nothing is told of it. */
  readonly hardware?: HardwareConfig;
}

export interface DeviceConfig {
  /**
   * By address: where octez-signer finds the key, as its wallet says it: `ledger://four-words/secp256k1/0h/0h`,
   * `tcp://host:port/tz4…`, `http://host:port/tz4…`. Of a key without one octez-signer alone is asked.
   */
  readonly urls: Readonly<Record<string, string>>;
  /** The Ledger as udev names it, LEDGER_FILE if nothing is said: the hidraw device of its first interface. */
  readonly ledgerFile?: string;
}

export const LEDGER_FILE = '/dev/ledger0';

export interface HardwareConfig {
  /** The preferred one first. */
  readonly uplinks: readonly AgentUplink[];
  /** If the machine has a battery: the JSON file (PowerReading) that its own program writes each few seconds. */
  readonly ups?: { readonly file: string };
  /** Where the kernel tells of temperature and network interfaces: `/sys` if nothing is said. */
  readonly sys?: string;
}

/** What signer-power reads of the battery; null is what it does not find. */
export interface PowerReading {
  /** 1 while the mains feed the machine. */
  readonly mains: 0 | 1 | null;
  readonly percent: number | null;
  readonly volts: number | null;
  /** Unix milliseconds: one of long ago tells nothing. */
  readonly atMs: number;
}

/** One way to the guard. */
export interface AgentUplink {
  readonly name: string;
  /** Network interface. */
  readonly interface: string;
  /** Unix socket that its tunnel leads to, beside `listen`: so it is seen which way a request has come. */
  readonly socket: string;
}

/** Why the device could not sign with a key, and what that means for people. */
export const reasons = {
  starting: 'the agent has not looked yet',
  'octez-signer absent': 'octez-signer is not there',
  'unknown key': 'octez-signer does not know the key',
  absent: 'the device is not there',
  locked: 'the device is locked',
  'wrong app': 'another app is open on the device',
  'not authorised': 'the device may not bake with this key',
  hangs: 'the device does not answer',
  trouble: 'the device answers what is not understood',
} as const;
export type Reason = keyof typeof reasons;

/** `GET /status`. */
export interface AgentStatus {
  readonly signer: string;
  /** The one that it has taken last. */
  readonly epoch?: Epoch;
  readonly session?: string;
  readonly clockMs: number;
  /** By address: why the device could not sign with the key now, for people; '' if it could. */
  readonly keys: Readonly<Record<string, string>>;
  /** The same in one word. */
  readonly reasons?: Readonly<Record<string, Reason | ''>>;
  readonly marks: readonly ReportedMark[];
  /** What keeps it from working at all. */
  readonly problem?: string;
}

/** `GET /status/<address>`: 200 if the device could sign with the key now, 503 if not, 404 for any other key. */
export interface KeyStatus {
  readonly key: string;
  readonly reason: Reason | '';
  /** For people; '' if nothing is wrong. */
  readonly text: string;
}

/** What `POST /epoch` is answered; a refusal may also answer a request to sign. */
export type { Answer, Handover, Refusal, ReportedMark };

/** `POST` of a Handover: the guard of this session has stopped for good. */
export const HANDOVER_PATH = '/handover';
/** For how long it is told to the next guard. */
export const HANDOVER_MS = 10 * 60_000;

/** How a request to sign ended; anything that is not one of these counts as unknown. */
export type SignEnding =
  | { readonly ending: 'signed'; readonly signature: string }
  /** The device has not been asked, and will not be. `reason`: what that says of the device. */
  | { readonly ending: 'not asked'; readonly why: string; readonly reason?: Reason }
  | { readonly ending: 'refused for its mark'; readonly why: string }
  /** A signature may exist: the device has not answered in time. */
  | { readonly ending: 'timeout'; readonly why: string }
  /** A signature may exist. */
  | { readonly ending: 'unknown'; readonly why: string };

/** HTTP codes of these, for people; programs read the body. */
export const codes = {
  signed: 200,
  'not asked': 503,
  'refused for its mark': 409,
  timeout: 504,
  unknown: 500,
  /** Not taken as this guard's: the body says why. */
  refused: 403,
} as const;

/** Every metric of an agent starts with it; of others the guard passes none on. */
export const AGENT_METRIC_PREFIX = 'signer_agent_';

export const agentMetrics = {
  requests: 'signer_agent_requests_total',
  seconds: 'signer_agent_device_seconds',
  keyUsable: 'signer_agent_key_usable',
  /** `key`, `reason`: one series for each reason, 0 or 1. */
  keyProblem: 'signer_agent_key_problem',
  /** `key`: seconds since the device has signed with it; not there before. */
  signatureAge: 'signer_agent_last_signature_age_seconds',
  /** Seconds since device and octez-signer were looked at to the end. */
  lookAge: 'signer_agent_last_look_age_seconds',
  epoch: 'signer_agent_epoch',
  /** `key`, `kind`: octez-signer's by kind; `device` is the device's own, which is one over all kinds. */
  markLevel: 'signer_agent_mark_level',
  markRound: 'signer_agent_mark_round',
  /** `part` is mains and battery, ledger (if there should be one), temperature, clock: 1 if it is found. What is not found has no series of its own. */
  partPresent: 'signer_agent_part_present',
  /** 1 while the mains feed the machine, 0 while a battery does. */
  mains: 'signer_agent_mains_on',
  batteryPercent: 'signer_agent_battery_percent',
  batteryVolts: 'signer_agent_battery_volts',
  temperature: 'signer_agent_temperature_celsius',
  /** `uplink`, `primary`: whether a request has come over it in the last seconds. */
  uplinkUp: 'signer_agent_uplink_up',
  /** `uplink`, `primary`: whether its interface is connected and has an address. */
  uplinkConnected: 'signer_agent_uplink_connected',
  /** `folder` is state, run or octez-signer. */
  diskFree: 'signer_agent_disk_free_bytes',
  diskReadOnly: 'signer_agent_disk_read_only',
  /** `program` is agent, node, octez-signer, ledger-app or kernel; `version`. */
  version: 'signer_agent_version_info',
  /** The clock less what the time servers say. */
  clockOffset: 'signer_agent_clock_offset_seconds',
  clockSynchronised: 'signer_agent_clock_synchronised',
} as const;
