import type * as z from 'zod';
import type { Problem, SettingPath } from '../messages/problems';
import { type BakerySettings, bakerySettings } from '../settings/bakery.settings';
import { unknownName } from '../settings/kinds';
import { smallestBakery } from '../settings/smallest';
import type { ParsedFile } from './bakery-file';

/** Settings as far as they could be read; rules that read one of `unread` have nothing to say. */
export interface ReadSettings {
  readonly settings: BakerySettings;
  readonly problems: readonly Problem[];
  /** Settings that were wrong or missing: a stand-in takes their place so that the other rules still run. */
  readonly unread: readonly SettingPath[];
  /** Sections with a name that is no setting and like none: it may stand for any setting of the section. */
  readonly unclear: readonly SettingPath[];
}

/** More rounds than a file has settings would mean that a repair does not repair. */
const MOST_ROUNDS = 100;
/** More of them at once are another kind of file. */
const MOST_PROBLEMS = 200;

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
    return { settings: bakerySettings.parse(smallestBakery), problems, unread: [[]], unclear: [] };
  }
  const problems: Problem[] = [];
  const unread: SettingPath[] = [...parsed.spoilt];
  const unclear: SettingPath[] = [];
  const takenOut: SettingPath[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const result = bakerySettings.safeParse(data);
    if (result.success) return { settings: result.data, problems, unread, unclear };
    const issues = onceEach(result.error.issues);
    const repairs: Repair[] = [];
    for (const issue of issues.slice(0, MOST_PROBLEMS)) {
      const path = issue.path as SettingPath;
      if (issue.code === 'unrecognized_keys') {
        const unknown = unknownKeys(file, parsed, issue);
        problems.push(...unknown.problems);
        unread.push(...unknown.meant);
        if (unknown.meant.length < issue.keys.length) unclear.push(path);
        repairs.push({ path, keys: new Set(issue.keys) });
        continue;
      }
      const repair = repairOf(data, path);
      repairs.push(repair);
      unread.push(path, ...goneWith(repair));
      // Missing or empty because of what an earlier repair took out: no mistake of the file.
      if (takenOut.some((gone) => startsWith(gone, path) || startsWith(path, gone))) continue;
      if (parsed.spoilt.some((spoilt) => startsWith(path, spoilt))) continue; // said already
      problems.push(problem(file, parsed.lineOf(path), path, messageOf(issue), at(parsed.data, path)));
    }
    if (issues.length > MOST_PROBLEMS) break;
    takenOut.push(...repairs.flatMap(goneWith));
    for (const repair of inOrder(repairs)) data = applied(data, repair);
  }
  if (problems.length + parsed.spoilt.length === 0)
    throw new Error(`${file}: the settings could not be read in ${MOST_ROUNDS} rounds`);
  // Too much is wrong to guess what else the file means.
  return { settings: bakerySettings.parse(smallestBakery), problems, unread: [[]], unclear: [] };
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
  const seen = new Set<string>();
  return issues.filter((issue) => {
    const setting = JSON.stringify(issue.path);
    if (issue.code === 'unrecognized_keys') return true;
    return !seen.has(setting) && seen.add(setting);
  });
}

/** A problem for each name that a section does not know, and the settings that they may stand for: their defaults are not what the file wants. */
function unknownKeys(file: string, parsed: ParsedFile, { path, keys, message }: z.core.$ZodIssueUnrecognizedKeys) {
  const section = path as SettingPath;
  const problems: Problem[] = [];
  const meant: SettingPath[] = keys.length > MOST_PROBLEMS ? [section] : [];
  for (const key of keys.slice(0, MOST_PROBLEMS)) {
    const answer = unknownName(key, message);
    problems.push(problem(file, parsed.lineOf([...section, key]), section, answer.message));
    if (answer.meant) meant.push([...section, answer.meant]);
  }
  const more = keys.length - MOST_PROBLEMS;
  if (more > 0) {
    const line = parsed.lineOf([...section, keys[MOST_PROBLEMS]]);
    problems.push(problem(file, line, section, `${more} more names are no settings here`));
  }
  return { problems, meant };
}

/** What makes a wrong setting readable: a stand-in in its place, or else it is taken out; `keys` are taken out of a section. */
interface Repair {
  readonly path: SettingPath;
  readonly standIn?: unknown;
  readonly keys?: ReadonlySet<string>;
}

/** The smallest bakery, and an item for a list that it does without: there the items after a wrong one keep their places. */
const standIns = { ...smallestBakery, sentries: [{ name: 'stand-in' }] };

/** A wrong value becomes the smallest bakery's, or is taken out so that its default applies; what is missing goes with its section. */
function repairOf(data: unknown, path: SettingPath): Repair {
  const standIn = at(
    standIns,
    path.map((part) => (typeof part === 'number' ? 0 : part)),
  );
  if (standIn !== undefined) return { path, standIn };
  return at(data, path) === undefined ? repairOf(data, path.slice(0, -1)) : { path };
}

/** What is not there any more, if no stand-in takes its place. */
function goneWith({ path, standIn, keys }: Repair): SettingPath[] {
  if (standIn !== undefined || keys) return [];
  // A list closes the gap: its other items stand elsewhere now, and no problem can name them.
  return [typeof path.at(-1) === 'number' ? path.slice(0, -1) : path];
}

/** All of a round are told of the same data: one of them must not move what another one means. So what stands last in a list goes first, and each thing once. */
function inOrder(repairs: readonly Repair[]): Repair[] {
  const removed = new Set(repairs.filter(({ keys }) => !keys).map(({ path }) => JSON.stringify(path)));
  const once = repairs.filter(({ path, keys }, i) => {
    const within = path.some((_, length) => removed.has(JSON.stringify(path.slice(0, length))));
    const same = (other: Repair) => !other.keys && JSON.stringify(other.path) === JSON.stringify(path);
    if (keys) return !within && !removed.has(JSON.stringify(path));
    return !within && repairs.findIndex(same) === i;
  });
  return once.sort((a, b) => compare(b.path, a.path));
}

/** By the first part that differs; of two lists' items by their place. */
function compare(a: SettingPath, b: SettingPath): number {
  const i = a.findIndex((part, at) => part !== b[at]);
  if (i < 0) return a.length - b.length;
  return typeof a[i] === 'number' && typeof b[i] === 'number' ? a[i] - b[i] : String(a[i]) < String(b[i]) ? -1 : 1;
}

function applied(data: unknown, { path, standIn, keys }: Repair): unknown {
  if (standIn !== undefined) return withValue(data, path, standIn);
  if (!keys) return without(data, path);
  const section = at(data, path) as Record<string, unknown>;
  return withValue(data, path, Object.fromEntries(Object.entries(section).filter(([key]) => !keys.has(key))));
}

function startsWith(path: SettingPath, start: SettingPath): boolean {
  return start.every((part, i) => path[i] === part);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at `path`, or undefined; what every object has by itself is none. */
export function at(data: unknown, path: SettingPath): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
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
  if (!isRecord(data) || !Object.hasOwn(data, part)) return data;
  if (rest.length > 0) return { ...data, [part]: without(data[part], rest) };
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== part));
}
