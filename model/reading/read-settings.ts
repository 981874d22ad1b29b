import type * as z from 'zod';
import { nearest } from '../messages/did-you-mean';
import type { Problem, SettingPath } from '../messages/problems';
import { type BakerySettings, bakerySettings } from '../settings/bakery.settings';
import { smallestBakery } from '../settings/smallest';
import type { ParsedFile } from './bakery-file';

/** Settings as far as they could be read; rules that read one of `unread` have nothing to say. */
export interface ReadSettings {
  readonly settings: BakerySettings;
  readonly problems: readonly Problem[];
  /** Settings that were wrong or missing: a stand-in takes their place so that the other rules still run. */
  readonly unread: readonly SettingPath[];
}

/** More rounds than a file has settings would mean that a repair does not repair. */
const MOST_ROUNDS = 100;

/**
 * Reads plain data into settings. One wrong setting does not hide the next: what is wrong is reported,
 * replaced by a stand-in, and the rest is read again.
 */
export function readSettings(file: string, parsed: ParsedFile): ReadSettings {
  let data: unknown = parsed.data ?? null;
  if (!isRecord(data)) {
    const message =
      data === null ? 'the file is empty; start from a copy of an example' : 'the file must be a section of settings';
    const problems = parsed.problems.length > 0 ? [] : [problem(file, 1, [], message)];
    return { settings: bakerySettings.parse(smallestBakery), problems, unread: [[]] };
  }
  const problems: Problem[] = [];
  const unread: SettingPath[] = [];
  const takenOut: SettingPath[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const result = bakerySettings.safeParse(data);
    if (result.success) return { settings: result.data, problems, unread };
    const earlier = [...takenOut];
    for (const issue of onceEach(result.error.issues)) {
      const path = issue.path as SettingPath;
      const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
      for (const key of keys) data = without(data, [...path, key]);
      unread.push(...keys.flatMap((key) => meantBy(key, path)));
      if (keys.length === 0) {
        const repair = repaired(data, path);
        data = repair.data;
        unread.push(path, ...repair.takenOut);
        takenOut.push(...repair.takenOut);
        // Missing or empty because of what a repair took out: no mistake of the file.
        if (earlier.some((gone) => startsWith(gone, path) || startsWith(path, gone))) continue;
      }
      const line = parsed.lineOf(keys.length > 0 ? [...path, keys[0]] : path);
      problems.push(problem(file, line, path, messageOf(issue), keys.length > 0 ? undefined : at(parsed.data, path)));
    }
  }
  throw new Error(`${file}: the settings could not be read in ${MOST_ROUNDS} rounds: ${problems[0]?.message}`);
}

function problem(file: string, line: number, setting: SettingPath, message: string, value?: unknown): Problem {
  return { severity: 'error', file, line, setting, message, value };
}

/** Words for the kinds of setting that `kinds.ts` leaves to zod. */
const expectedWords: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  record: 'a section',
  array: 'a list',
  string: 'text',
};

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
    return `must be ${expectedWords[issue.expected] ?? `a ${issue.expected}`}`;
  }
  return issue.message;
}

/** The first issue of each setting: one value beyond two limits is one mistake. */
function onceEach(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const isSame = (a: z.core.$ZodIssue, b: z.core.$ZodIssue) => a.path.join('\0') === b.path.join('\0');
  return issues.filter(
    (issue, i) => issue.code === 'unrecognized_keys' || issues.findIndex((other) => isSame(other, issue)) === i,
  );
}

/** The setting that an unknown key may stand for: its default is not what the file wants. */
function meantBy(key: string, section: SettingPath): SettingPath[] {
  const known = at(bakerySettings.parse(smallestBakery), section);
  const near = nearest(key, Object.keys(isRecord(known) ? known : {}));
  return near ? [[...section, near]] : [];
}

interface Repair {
  readonly data: unknown;
  /** What is not there any more, if no stand-in took its place. */
  readonly takenOut: readonly SettingPath[];
}

/** The smallest bakery, and an item for a list that it does without: there the items after a wrong one keep their places. */
const standIns = { ...smallestBakery, sentries: [{ name: 'stand-in' }] };

/** A wrong value becomes the smallest bakery's, or is taken out so that its default applies; what is missing goes with its section. */
function repaired(data: unknown, path: SettingPath): Repair {
  const standIn = at(
    standIns,
    path.map((part) => (typeof part === 'number' ? 0 : part)),
  );
  if (standIn !== undefined) return { data: withValue(data, path, standIn), takenOut: [] };
  if (at(data, path) === undefined) return repaired(data, path.slice(0, -1));
  // A list closes the gap: its other items stand elsewhere now, and no problem can name them.
  const gone = typeof path.at(-1) === 'number' ? path.slice(0, -1) : path;
  return { data: without(data, path), takenOut: [gone] };
}

function startsWith(path: SettingPath, start: SettingPath): boolean {
  return start.every((part, i) => path[i] === part);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at `path`, or undefined. */
export function at(data: unknown, path: SettingPath): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<string | number, unknown> | undefined)?.[part], data);
}

/** A copy of `data` with `value` at `path`. */
export function withValue(data: unknown, path: SettingPath, value: unknown): unknown {
  if (path.length === 0) return value;
  const [part, ...rest] = path;
  if (typeof part === 'number') {
    const copy = Array.isArray(data) ? [...data] : [];
    copy[part] = withValue(copy[part], rest, value);
    return copy;
  }
  const copy = isRecord(data) ? data : {};
  return { ...copy, [part]: withValue(copy[part], rest, value) };
}

/** A copy of `data` with nothing at `path`. */
export function without(data: unknown, path: SettingPath): unknown {
  const [part, ...rest] = path;
  if (Array.isArray(data)) {
    if (rest.length === 0) return data.filter((_, i) => i !== part);
    return data.map((item, i) => (i === part ? without(item, rest) : item));
  }
  if (!isRecord(data) || !(part in data)) return data;
  if (rest.length > 0) return { ...data, [part]: without(data[part], rest) };
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== part));
}
