import { type Document, LineCounter, parseDocument, Scalar, visit } from 'yaml';
import type { Problem, SettingPath } from '../messages/problems';
import { hideSecrets } from '../messages/secrets';
import { findSecrets } from './find-secrets';
import { notPlain, notYaml } from './not-plain';
import { Offsets } from './offsets';

/** A bakery file as it was read: its name, and its text. */
export interface BakeryFile {
  /** Name of the bakery: the file's name without `.yaml`. */
  readonly name: string;
  /** The path to show, e.g. `bakeries/mainnet.yaml`. */
  readonly path: string;
  readonly text: string;
}

/** A bakery file as YAML: plain data, where each setting stands, and what is wrong with the text itself. */
export interface ParsedFile {
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** Settings that one of these problems makes unreadable; the others can be read. */
  readonly spoilt: readonly SettingPath[];
  /** Line (from 1) of the setting, or of its nearest ancestor that exists. */
  lineOf(path: SettingPath): number;
  /** The text with everything taken out of it that looks like a secret in this file. */
  hide(text: string): string;
}

/** No bakery is larger; whatever has this size is read within two seconds. */
export const LARGEST_BYTES = 1_000_000;
export const tooLarge = (bytes: number) => `has ${bytes} bytes; a bakery file has at most ${LARGEST_BYTES}`;
const MOST_PARTS = 30_000;
/** A whole bakery on one line has some thousand; whoever looks for secrets reads a line in many ways. */
const LONGEST_LINE = 20_000;
/** The parser asks of each of them what it means. */
const MOST_SIGNS = 40_000;

/** Reads YAML 1.2 and looks for secrets in all of the text, comments included. */
export function parseBakeryFile({ path: file, text }: BakeryFile): ParsedFile {
  const refused = (message: string): ParsedFile => {
    const problems: Problem[] = [{ severity: 'error', file, line: 1, setting: [], message }];
    return { data: undefined, problems, spoilt: [], lineOf: () => 1, hide: hideSecrets };
  };
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_BYTES) return refused(tooLarge(bytes));
  // What reads a file puts this letter where the bytes are none of UTF-8.
  if (text.includes('\ufffd')) return refused('is not UTF-8; save it in that encoding');
  const lengths = text.split(/\r?\n|\r/).map((line) => line.length);
  const long = lengths.findIndex((length) => length > LONGEST_LINE);
  if (long >= 0) {
    return refused(
      `has ${lengths[long]} letters on line ${long + 1}; no line of a bakery file has over ${LONGEST_LINE}`,
    );
  }
  const parts = text.match(/[,\n]|\r(?!\n)/g)?.length ?? 0;
  if (parts > MOST_PARTS) return refused(`has ${parts} lines and commas; a bakery file has at most ${MOST_PARTS}`);
  const signs = text.match(/[[\]{}"'\\&*!|>%@`\t]|[:?]\s/g)?.length ?? 0;
  if (signs > MOST_SIGNS) {
    return refused(
      `has ${signs} quotes, brackets, colons and other signs of YAML; a bakery file has at most ${MOST_SIGNS}`,
    );
  }
  const lines = new LineCounter();
  const document = isDeep(text) ? undefined : parsed(text, lines);
  if (!document) return refused('is nested too deeply');
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const offsets = new Offsets(document.contents);
  const lineOf = (path: SettingPath) => lineAt(offsets.of(path));
  const objections = [...notYaml(document, text), ...notPlain(document.contents)];
  const problems = objections.map(({ offset, message }): Problem => {
    return { severity: 'error', file, line: lineAt(offset), setting: [], message };
  });
  const readable = objections.every(({ spoils }) => spoils !== undefined);
  const spoilt = objections.flatMap(({ spoils }) => (spoils ? [spoils] : []));
  const { secrets, hide } = findSecrets(text, document.contents, lineAt);
  for (const { line, setting, what } of secrets) {
    const message = `looks like ${what}. Take it out, and treat it as known to others if it was ever committed: the file and dist/ are public to all who read the repository`;
    problems.push({ severity: 'error', file, line, setting, message });
  }
  return { data: readable ? dataOf(document) : undefined, problems, spoilt, lineOf, hide };
}

/** Its plain data; no alias is followed. */
function dataOf(document: Document.Parsed): unknown {
  visit(document, { Alias: () => new Scalar(null) });
  return document.toJS();
}

/** Deeper than any bakery, by its brackets and by dashes in a row: the parser takes the square of the depth. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > 500) return true;
  }
  return /([-?:] {1,8}){100}/.test(text);
}

/** Undefined where the parser, which calls itself for each level, has no room left. */
function parsed(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    // What stands twice we find ourselves: to compare each name with all before it takes the square of their number.
    return parseDocument(text, { lineCounter, uniqueKeys: false, prettyErrors: false });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
