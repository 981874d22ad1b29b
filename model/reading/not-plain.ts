import {
  type Document,
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

/** What a bakery file must not hold, whatever its settings are. */
export interface Objection {
  readonly offset: number;
  readonly message: string;
}

/** No bakery has settings in settings in settings so many times. */
const DEEPEST = 60;
const LONGEST_LIST = 1000;
const MOST_DIGITS = 15; // of a number, that are sure to be kept

export function notYaml({ errors, warnings }: Document, text: string): Objection[] {
  const directive = /^\ufeff?(\s*(#.*)?\n)*%/.exec(text);
  const message = 'a line that starts with % would change how the file is read (yes and no, 010); take it out';
  return [
    ...(directive ? [{ offset: directive[0].length - 1, message }] : []),
    ...[...errors, ...warnings].map((problem) => {
      // Behind colons and quotes the parser repeats the file.
      const cut = problem.message.split(/:|["`'{]|\n/)[0].trim();
      const said = cut.includes(' ') ? cut : problem.code.toLowerCase().replaceAll('_', ' ');
      return { offset: problem.pos[0], message: `the file is not YAML: ${said}` };
    }),
  ];
}

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
    if (isAlias(node)) found.push({ offset, message: 'YAML aliases are not read; write the value itself' });
    else if (node.tag) found.push({ offset, message: 'YAML tags are not read; write the value without one' });
    if (isMap(node)) for (const each of namedTwice(node)) found.push(each);
    if (isSeq(node) && node.items.length > LONGEST_LIST) {
      found.push({ offset, message: `lists ${node.items.length} items; no list has more than ${LONGEST_LIST}` });
    }
    const message = isScalar(node) ? inexact(node) : undefined;
    if (message) found.push({ offset, message });
  });
  return found;
}

function badName({ key }: Pair): Objection[] {
  const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
  if (isCollection(key)) return [{ offset, message: 'a list or a section cannot be the name of a setting' }];
  // A word of the language that this is written in: some of its functions pass over it in silence.
  return isScalar(key) && key.value === '__proto__' ? [{ offset, message: '"__proto__" is no setting' }] : [];
}

function namedTwice(map: YAMLMap): Objection[] {
  const names = new Set<string>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const name = String(key.value);
    const message = 'the name of this setting stands twice in its section; keep one of them';
    if (names.has(name)) return [{ offset: key.range?.[0] ?? 0, message }];
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
