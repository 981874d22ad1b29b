import * as z from 'zod';
import { nearest, ownWords } from '../messages/did-you-mean';
import { displayName, printable } from '../messages/shown';

/**
 * The few kinds of settings that a bakery file is made of.
 *
 * A section refuses keys it does not know and names the nearest one it does. A choice is one word,
 * or an object with exactly one key; in the parsed settings it always is the object, so that code
 * tests for presence (`settings.custody.hot`).
 */

// A run reads a few files: to compile a parser for each section takes longer than they need without.
z.config({ jitless: true });

type Shape = Record<string, z.ZodType>;

const SEPARATOR = ', ';

/** Names of all settings, wherever they stand. */
export const settingNames = new Set<string>();

/** An object with exactly these keys; an unknown key is answered with the nearest known one. */
export function section<S extends Shape>(shape: S) {
  for (const name of Object.keys(shape)) settingNames.add(name);
  return z.strictObject(shape, {
    error: (issue) => {
      // Whoever reads the file says more of each of them, on its line: see `unknownName`.
      if (issue.code === 'unrecognized_keys') return Object.keys(shape).join(SEPARATOR);
      if (issue.code === 'invalid_type') {
        return issue.input === undefined
          ? `is missing; write a section with: ${requiredKeys(shape).join(', ') || Object.keys(shape).join(', ')}`
          : `must be a section with the keys: ${Object.keys(shape).join(', ')}`;
      }
      return undefined;
    },
  });
}

/**
 * Exactly one of the options: `{ option: ... }`, or the bare word where the option needs nothing more.
 * `retired` answers a word that once was an option.
 */
export function choice<S extends Shape>(options: S, retired: ReadonlyMap<string, string> = new Map()) {
  const words = Object.keys(options);
  for (const word of [...words, ...retired.keys()]) ownWords.add(word);
  const inner = section(
    Object.fromEntries(words.map((word) => [word, options[word].optional()])) as {
      [K in keyof S]: z.ZodOptional<S[K]>;
    },
  );
  const exactlyOne = inner.superRefine((value, context) => {
    const chosen = Object.keys(value);
    if (chosen.length === 1) return;
    const message =
      chosen.length === 0
        ? `is empty; write exactly one of: ${words.join(', ')}`
        : `holds ${chosen.join(' and ')}; keep exactly one of them`;
    context.addIssue({ code: 'custom', message });
  });
  const schema = z.preprocess((value, context) => {
    if (value === undefined) {
      context.addIssue({ code: 'custom', message: `is missing; write one of: ${words.join(', ')}` });
      return z.NEVER;
    }
    const bare = words.find((word) => isEmptied(value, word) && needsNothing(options[word]));
    if (bare !== undefined) {
      context.addIssue({ code: 'custom', message: `has nothing behind ${bare}: ; write the word alone: ${bare}` });
      return z.NEVER;
    }
    if (typeof value !== 'string') return value;
    if (words.includes(value)) return { [value]: {} };
    const message = retired.get(value) ?? `must be one of: ${words.join(', ')}${didYouMean(value, words)}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }, exactlyOne);
  choices.set(schema, { words: words.filter((word) => needsNothing(options[word])), inner });
  return schema;
}

/** Whether somebody wrote `word:` and nothing behind it. */
function isEmptied(value: unknown, word: string): boolean {
  return typeof value === 'object' && value !== null && (value as Record<string, unknown>)[word] === null;
}

/** Choices by their schema: which bare words they take, and the object behind them (for the JSON Schema). */
export const choices = new WeakMap<z.ZodType, { words: string[]; inner: z.ZodType }>();

/** Terraform reads `${` and `%{` in its JSON as expressions, the kubelet `$(` and `$$` in commands and variables. */
const EXPRESSION = /\$[$({]|%\{/;

/** What no text of a bakery file may hold, whatever its pattern is; completes a sentence about it. */
const forbidden: readonly { readonly holds: (text: string) => boolean; readonly message: string }[] = [
  {
    holds: (text) => EXPRESSION.test(text),
    message: 'holds the beginning of an expression ("${", "%{", "$(" or "$$"); write it without',
  },
  {
    holds: (text) => printable(text) !== text,
    message: 'holds a line break or a letter that nobody sees; write it without',
  },
];

function plain(schema: z.ZodString) {
  return forbidden.reduce(
    (all, { holds, message }) => all.refine((value) => !holds(value), { error: () => message }),
    schema,
  );
}

/** A section of which we know nothing: names and values as somebody else reads them. */
export function foreignSection() {
  return z.record(z.string(), z.json()).superRefine((value, context) => {
    for (const { path, isName, message } of faultsIn(value)) {
      context.addIssue({ code: 'custom', path: [...path], message: isName ? `one of its names ${message}` : message });
    }
  });
}

interface Fault {
  readonly path: readonly (string | number)[];
  readonly isName: boolean;
  readonly message: string;
}

function* faultsIn(value: unknown, path: Fault['path'] = []): Generator<Fault> {
  if (typeof value === 'string') yield* faultsOf(value, { path, isName: false });
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* faultsIn(item, [...path, i]);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      yield* faultsOf(name, { path, isName: true });
      yield* faultsIn(inner, [...path, name]);
    }
  }
}

function faultsOf(text: string, where: Omit<Fault, 'message'>): Fault[] {
  return forbidden.filter(({ holds }) => holds(text)).map(({ message }) => ({ ...where, message }));
}

/** Text matching `pattern`; `what` completes the sentence "write ...". */
export function text(pattern: RegExp, what: string) {
  const any = z.string({ error: (issue) => wanted(issue.input, what) });
  return plain(any.regex(pattern, { error: () => `is not valid; write ${what}` }));
}

/** Text whose validity is a rule's business (checksums, names known elsewhere). */
export function anyText(what: string) {
  const any = z.string({ error: (issue) => wanted(issue.input, what) });
  return plain(any.min(1, { error: () => `is empty; write ${what}` }));
}

/** One of a few words. */
export function word<const W extends readonly [string, ...string[]]>(words: W, why: string) {
  for (const each of words) ownWords.add(each);
  return z.enum(words, {
    error: (issue) =>
      issue.input === undefined
        ? `is missing; write one of: ${words.join(', ')} (${why})`
        : `must be one of: ${words.join(', ')}${didYouMean(String(issue.input), words)}`,
  });
}

/** A number within limits (both included). */
export function amount(min: number, max: number, unit: string) {
  const range = `a number of ${unit} from ${min} to ${max}`;
  return z
    .number({ error: (issue) => wanted(issue.input, range) })
    .min(min, { error: () => `is too small; write ${range}` })
    .max(max, { error: () => `is too large; write ${range}` });
}

/** A share of something, as engines take it: hundredths of a percent are the least. */
export function percent() {
  const range = amount(0, 100, 'percent');
  return range.refine((value) => Math.round(value * 100) / 100 === value, {
    error: () => 'has more than two decimals; write a number of percent from 0 to 100, as 4.25',
  });
}

/** A whole number within limits (both included). */
export function count(min: number, max: number, unit: string) {
  return amount(min, max, unit).int({ error: () => `must be a whole number of ${unit}` });
}

/** A list with at least `min` items. */
export function list<T extends z.ZodType>(item: T, min: number, what: string) {
  return z
    .array(item, { error: (issue) => wanted(issue.input, `a list of ${what}`) })
    .min(min, { error: () => `must list at least ${min} of ${what}` });
}

function wanted(input: unknown, what: string): string {
  return input === undefined ? `is missing; write ${what}` : `must be ${what}`;
}

/** What a section answers to a name that it does not know; `known` is the message of zod's issue. */
export function unknownName(key: string, known: string): { readonly message: string; readonly meant?: string } {
  if (known === '') return { message: `${displayName(key, [])} is not a setting here; there is none: take it out` };
  const names = known.split(SEPARATOR);
  const meant = nearest(key, names);
  const hint = meant ? `; did you mean ${meant}?` : '';
  return { message: `${displayName(key, names)} is not a setting here${hint} (known: ${known})`, meant };
}

function didYouMean(value: string, words: readonly string[]): string {
  const close = nearest(value, words);
  return close ? `; did you mean ${close}?` : '';
}

function requiredKeys(shape: Shape): string[] {
  return Object.keys(shape).filter((key) => !shape[key].safeParse(undefined).success);
}

function needsNothing(schema: z.ZodType): boolean {
  return schema.safeParse({}).success;
}
