import type { While } from './week-values';

export const HOUR = 60;
export const DAY = 24 * HOUR;

/** What becomes of a bakery in some days; minutes from their begin. */
export interface Happenings {
  readonly minutes: number;
  /** Nodes that are away and come back, by instance: an upgrade, one after the other. */
  readonly restarts: Readonly<Record<string, readonly While[]>>;
  /** For so long after its node is back, the baker still attests nothing. */
  readonly bakerLateMinutes: number;
  /** A sentry that imports a snapshot, into its old disk. */
  readonly imports: Readonly<Record<string, readonly While[]>>;
  /** All rights are missed: ten a minute. The guard is asked, and what it signs reaches no block. */
  readonly lost: readonly While[];
  /** They are missed because nobody asks the guard. */
  readonly unasked: readonly While[];
  /** One each. */
  readonly missedOnce: readonly number[];
  /** Nobody answers over it: `attic mobile`. */
  readonly uplinksDown: Readonly<Record<string, readonly While[]>>;
  /** Homes that are gone as a whole. */
  readonly homesGone: Readonly<Record<string, readonly While[]>>;
  /** A job that pays: it runs for some minutes; one of them fails, is left lying, and is tried again. */
  readonly payouts: readonly { readonly at: While; readonly fails?: boolean }[];
}

const none: Happenings = {
  minutes: DAY,
  restarts: {},
  bakerLateMinutes: 0,
  imports: {},
  lost: [],
  unasked: [],
  missedOnce: [],
  uplinksDown: {},
  homesGone: {},
  payouts: [],
};

const during = (day: number, hour: number, minute: number, minutes: number): While => {
  return { from: day * DAY + hour * HOUR + minute, minutes };
};

/**
 * Seven days in which all is well, of a baker so large that it has a right in each block: nobody loses more by an
 * upgrade. Seven cycles end.
 */
export const healthyWeek: Happenings = {
  minutes: 7 * DAY,
  missedOnce: [1 * DAY + 11 * HOUR],
  // A new Octez, node after node; the private node is away for two minutes, and the baker for one more.
  restarts: {
    'sentry-a': [during(2, 10, 0, 3)],
    'sentry-b': [during(2, 10, 8, 3)],
    'dal-node': [during(2, 10, 16, 3)],
    baker: [during(2, 10, 24, 2)],
  },
  bakerLateMinutes: 1,
  imports: { 'sentry-b': [during(3, 9, 0, 30)] },
  lost: [],
  unasked: [],
  uplinksDown: {
    'attic mobile': [during(4, 13, 0, 45)], // LTE, which is the backup
    'attic cable': [during(5, 6, 0, 40)],
  },
  homesGone: {},
  payouts: Array.from({ length: 7 }, (_, day) => ({ at: during(day, 5, 0, 4), fails: day === 6 })),
};

/** What must be heard of, one thing after the other. */
export const badDay: Happenings = {
  ...none,
  minutes: 10 * HOUR,
  lost: [{ from: HOUR, minutes: 12 }], // five in a row, and more
  unasked: [{ from: 2.5 * HOUR, minutes: 12 }],
  homesGone: {
    attic: [{ from: 4 * HOUR, minutes: 20 }],
    cellar: [{ from: 4 * HOUR, minutes: 20 }],
  },
  restarts: { baker: [{ from: 5.5 * HOUR, minutes: 30 }] },
  bakerLateMinutes: 1,
  // One now and then, but too many: thirteen of two hundred.
  missedOnce: Array.from({ length: 80 }, (_, i) => 8 * HOUR + Math.round(i * 1.5)),
};

/** Who must have been paged of that, once each; and nobody of what followed from it. */
export const pagesOfBadDay = [
  'MissingFiveInARow',
  'NothingAsked',
  'NoUsableSigner',
  'PrivateNodeDown',
  'MissingManyRights',
];
