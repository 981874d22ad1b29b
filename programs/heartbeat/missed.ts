import type { MissReason } from './heartbeat.contract';

/** No beat: the message is for people. */
export class Missed extends Error {
  constructor(
    readonly reason: MissReason,
    message: string,
  ) {
    super(message);
  }
}
