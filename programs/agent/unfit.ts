import { type Reason, reasons } from './agent.contract';

/** Why the device could not sign with a key. */
export interface Problem {
  readonly reason: Reason;
  /** For people. */
  readonly text: string;
}

export function problemOf(reason: Reason, more = ''): Problem {
  return { reason, text: more ? `${reasons[reason]}: ${more}` : reasons[reason] };
}

/** Thrown where the device is looked at. */
export class Unfit extends Error {
  readonly problem: Problem;

  constructor(reason: Reason, more = '') {
    const problem = problemOf(reason, more);
    super(problem.text);
    this.problem = problem;
  }
}
