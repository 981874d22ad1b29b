import {
  type Document,
  type ErrorCode,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import type { SettingPath } from '../messages/problems';
import { pathOfNodes } from './offsets';

/** What a bakery file must not hold, whatever its settings are. */
export interface Objection {
  readonly offset: number;
  readonly message: string;
  /** The one setting that cannot be read because of it; without one, nothing in the file can. */
  readonly spoils?: SettingPath;
}

/** No bakery has settings in settings in settings so many times. */
const DEEPEST = 60;
const LONGEST_LIST = 1000;
const MOST_PATHS = 200; // to find one in a long list takes its time
const MOST_DIGITS = 15; // of a number, that are sure to be kept

export function notYaml({ errors, warnings }: Document, text: string): Objection[] {
  const directive = /^\ufeff?(\s*(#.*)?\n)*%/.exec(text);
  const message = 'a line that starts with % would change how the file is read (yes and no, 010); take it out';
  return [
    ...(directive ? [{ offset: directive[0].length - 1, message }] : []),
    ...[...errors, ...warnings].map(({ code, pos }) => ({ offset: pos[0], message: notYamlWords[code] })),
  ];
}

/** What the parser objects to. Its own words repeat the file, and are for those who program with it. */
const notYamlWords: Readonly<Record<ErrorCode, string>> = Object.fromEntries(
  Object.entries({
    ALIAS_PROPS: 'aliases (*) are not read; write the value itself',
    BAD_ALIAS: 'a name behind * or & is missing; put a text that begins with one of them in quotes',
    BAD_COLLECTION_TYPE: 'tags (!) are not read; write the value without one',
    BAD_DIRECTIVE: 'a line begins with %; take it out',
    BAD_DQ_ESCAPE: 'behind a backslash in double quotes stands what is no escape; write \\\\ for a backslash',
    BAD_INDENT: 'a line is indented unlike the others of its section or list; put it below them',
    BAD_PROP_ORDER: 'tags (!) and anchors (&) are not read; take them out',
    BAD_SCALAR_START:
      'a text begins with a letter that means something in YAML (@, `, %, |, >); put the text in quotes',
    BLOCK_AS_IMPLICIT_KEY: 'a section or list begins behind a colon on the same line; put it on the lines below',
    BLOCK_IN_FLOW: 'between brackets stands what needs lines of its own; write it with brackets, or without any',
    DUPLICATE_KEY: 'a setting stands twice in its section; keep one of them',
    IMPOSSIBLE: 'a text of several lines (| or >) or a comment is not where one can be; write it on one line',
    KEY_OVER_1024_CHARS: 'the name of a setting is too long; write a shorter one',
    MISSING_CHAR: 'a colon, comma, dash, quote, bracket or space is missing here or before; compare with an example',
    MULTILINE_IMPLICIT_KEY: 'the name of a setting goes over several lines; is a colon or a quote missing before?',
    MULTIPLE_ANCHORS: 'anchors (&) are not read; take them out',
    MULTIPLE_DOCS: 'a line --- begins a second document; a file holds one bakery: take the line out, or make two files',
    MULTIPLE_TAGS: 'tags (!) are not read; write the value without one',
    NON_STRING_KEY: 'a list or a section cannot be the name of a setting',
    RESOURCE_EXHAUSTION: 'is nested too deeply',
    TAB_AS_INDENT: 'a line is indented with a tab; use spaces',
    TAG_RESOLVE_FAILED: 'tags (!) are not read; write the value without one',
    UNEXPECTED_TOKEN: 'something stands where it cannot; look for a bracket, quote or comma too much or too few before',
  } satisfies Record<ErrorCode, string>).map(([code, words]) => [code, `the file is not YAML: ${words}`]),
) as Record<ErrorCode, string>;

/** Aliases, tags and the like: a bakery file says each thing where it counts, in plain text and numbers. */
export function notPlain(root: Node | null): Objection[] {
  const found: Objection[] = [];
  if (!root) return found;
  visit(root, (_, node, ancestors) => {
    if (isPair(node)) found.push(...badName(node));
    if (!isNode(node)) return;
    const offset = node.range?.[0] ?? 0;
    if (ancestors.length > DEEPEST) {
      found.push({ offset, message: 'is nested too deeply' });
      return visit.BREAK;
    }
    const spoils = (...more: string[]) =>
      found.length < MOST_PATHS ? [...pathOfNodes([...ancestors, node]), ...more] : undefined;
    if (isAlias(node))
      found.push({ offset, message: 'YAML aliases are not read; write the value itself', spoils: spoils() });
    else if (node.tag)
      found.push({ offset, message: 'YAML tags are not read; write the value without one', spoils: spoils() });
    if (isMap(node)) for (const { name, ...each } of namedTwice(node)) found.push({ ...each, spoils: spoils(name) });
    if (isSeq(node) && node.items.length > LONGEST_LIST) {
      found.push({ offset, message: `lists ${node.items.length} items; no list has more than ${LONGEST_LIST}` });
    }
    const message = isScalar(node) ? inexact(node) : undefined;
    if (message) found.push({ offset, message, spoils: spoils() });
  });
  return found;
}

function badName({ key }: Pair): Objection[] {
  const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
  if (isCollection(key)) return [{ offset, message: 'a list or a section cannot be the name of a setting' }];
  // A word of the language that this is written in: some of its functions pass over it in silence.
  return isScalar(key) && key.value === '__proto__' ? [{ offset, message: '"__proto__" is no setting' }] : [];
}

function namedTwice(map: YAMLMap): (Objection & { readonly name: string })[] {
  const names = new Set<string>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const name = String(key.value);
    const message = 'the name of this setting stands twice in its section; keep one of them';
    if (names.has(name)) return [{ offset: key.range?.[0] ?? 0, message, name }];
    names.add(name);
    return [];
  });
}

/** A number that would be another one, or that not everybody reads alike. */
function inexact({ value, source, type }: Scalar): string | undefined {
  if (typeof value !== 'number' || type !== 'PLAIN' || source === undefined) return undefined;
  if (!Number.isFinite(value)) return 'is no number that can be written down; write digits';
  if (/^[-+]?0\d/.test(source)) return 'has a zero before its digits, which some read as octal; write it without';
  const digits = source.replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '');
  const isExact = /^0[xo]/.test(source) || digits.length <= MOST_DIGITS;
  if (isExact && (!Number.isInteger(value) || Number.isSafeInteger(value))) return undefined;
  return `has more than ${MOST_DIGITS} digits, which no number keeps; write less of them, or put it in quotes`;
}
