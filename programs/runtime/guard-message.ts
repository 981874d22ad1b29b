import type { Epoch } from './epoch';

/** What a guard says to one agent. Every part of it is signed, so that none can be changed or used again elsewhere. */
export interface GuardMessage {
  readonly epoch: Epoch;
  /** The session that the agent named in its last answer; '' in an announcement. */
  readonly session: string;
  /** Counts the messages of a session, from 1; an announcement's number among all of its guard. */
  readonly counter: number;
  /** Name of the signer that it is for. */
  readonly signer: string;
  readonly method: 'POST';
  /** With the query. */
  readonly path: string;
  readonly body: string;
}

/** The text that is signed: two messages that differ anywhere have two texts. */
export function signedText({ epoch, session, counter, signer, method, path, body }: GuardMessage): string {
  return JSON.stringify([epoch.number, epoch.bits, session, counter, signer, method, path, body]);
}
