import type { Options } from '../kit/command-line';
import { Exit } from '../kit/program';

/** cmd/a_exits.go. */
export const CODES = {
  failed: 1,
  notConfirmed: 2,
  badArguments: 3,
  logLevel: 4,
  planWrite: 10,
  planRead: 11,
  config: 20,
  state: 30,
} as const;

/** pflag refuses the word and cobra explains itself; `Execute`'s error is not looked at: the code is 0. */
export function inputOf(options: Options, name: string): number {
  const number = Number(options.value(name));
  if (!Number.isInteger(number))
    throw new Exit(0, `Error: invalid argument "${options.value(name)}" for "${name}" flag`);
  return number;
}
