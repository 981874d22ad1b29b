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
}

/** `GET /status`. */
export interface AgentStatus {
  readonly signer: string;
  /** The one that it has taken last. */
  readonly epoch?: Epoch;
  readonly session?: string;
  readonly clockMs: number;
  /** By address: why the device could not sign with the key now; '' if it could. */
  readonly keys: Readonly<Record<string, string>>;
  readonly marks: readonly ReportedMark[];
  /** What keeps it from working at all. */
  readonly problem?: string;
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
  /** The device has not been asked, and will not be. */
  | { readonly ending: 'not asked'; readonly why: string }
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
  epoch: 'signer_agent_epoch',
  markLevel: 'signer_agent_mark_level',
} as const;
