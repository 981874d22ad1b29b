/**
 * Plain objects as YAML. Our own because it is on the path of every synth: the `yaml` package needs 80 ms
 * for the first seventy objects, this one needs four. What it writes is what that package reads back
 * (test/charts/objects/yaml.test.ts), and scalars that any YAML, 1.1 or 1.2, could read as something else are quoted.
 */

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain | undefined };
type PlainMap = { readonly [key: string]: Plain | undefined };

/** One document per object: the file that kubectl applies. */
export function yamlDocuments(objects: readonly PlainMap[]): string {
  return objects.map(yamlText).join('---\n');
}

/** One object, the keys every Kubernetes object has first, then its own order. */
export function yamlText(object: PlainMap): string {
  const { apiVersion, kind, metadata, ...rest } = object;
  return `${node({ apiVersion, kind, metadata, ...rest }, '')}\n`;
}

/** A value whose first line is placed by the caller; the others start with `pad`. */
function node(value: Plain, pad: string): string {
  if (typeof value === 'string') return isBlock(value) ? blockLiteral(value, pad) : scalar(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`YAML for a manifest has no ${value}`);
  if (typeof value !== 'object' || value === null) return String(value);
  return isList(value) ? listText(value, pad) || '[]' : mapText(value, pad) || '{}';
}

function listText(list: readonly Plain[], pad: string): string {
  const deeper = `${pad}  `;
  let text = '';
  for (const item of list) text += `${text && `\n${pad}`}- ${node(item ?? null, deeper)}`;
  return text;
}

function mapText(map: PlainMap, pad: string): string {
  const deeper = `${pad}  `;
  let text = '';
  for (const key of readingOrder(map)) {
    const value = map[key];
    if (value === undefined) continue;
    text += `${text && `\n${pad}`}${scalar(key)}:${isNested(value) ? `\n${deeper}` : ' '}${node(value, deeper)}${modeComment(key, value)}`;
  }
  return text;
}

/** What a reader wants to know first: what it is, whom it is for. cdk8s sorts keys by the alphabet. */
const firstKeys = [
  ...['name', 'key', 'namespace', 'image', 'command', 'env'],
  ...['type', 'replicas', 'selector', 'namespaceSelector', 'podSelector', 'policyTypes', 'resourceSelection'],
  ...['from', 'to', 'requests'],
];
/** What is long, or comes later in time: nothing short is lost behind it. */
const lastKeys = [
  ...['startupProbe', 'readinessProbe', 'livenessProbe', 'resources', 'securityContext', 'volumeMounts'],
  ...['initContainers', 'containers', 'volumes', 'template'],
];
const ranks = new Map([
  ...firstKeys.map((key, i) => [key, i - firstKeys.length] as const),
  ...lastKeys.map((key, i) => [key, i + 1] as const),
]);

function readingOrder(map: PlainMap): string[] {
  const keys = Object.keys(map);
  if (!keys.some((key) => ranks.has(key))) return keys;
  return keys.sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0)); // the others stay as they are
}

/**
 * File modes are octal to whoever reads them, but no spelling of that is safe: YAML 1.1 takes `0440` for octal and 1.2
 * for 440, and `0o440` is text to 1.1. So the number stays decimal, and a comment says what it means.
 */
const modeKeys = ['defaultMode', 'mode'];

function modeComment(key: string, value: Plain): string {
  return modeKeys.includes(key) && typeof value === 'number' ? ` # 0${value.toString(8)}` : '';
}

function isList(value: object): value is readonly Plain[] {
  return Array.isArray(value);
}

/** Lists and maps that take lines of their own; empty ones are `[]` and `{}`. */
function isNested(value: Plain): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isList(value) ? value.length > 0 : Object.values(value).some((each) => each !== undefined);
}

/** Characters that a reader or a diff would not show as they are; also everything outside the basic plane. */
const UNPRINTABLE = /[^\t\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
/** A literal's indentation is guessed from its first line, and readers differ on spaces at its end. */
const AWKWARD_EDGES = /^\s|[ \t]\n*$/;

/** Whether the text is written as lines below a `|`: a script in a ConfigMap stays readable. */
function isBlock(text: string): boolean {
  return text.includes('\n') && !UNPRINTABLE.test(text) && !AWKWARD_EDGES.test(text);
}

function blockLiteral(text: string, pad: string): string {
  const ending = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  // At the top of a document a literal would need no indentation; manifests never start with one.
  return `|${ending}\n${lines.map((line) => (line === '' ? '' : pad + line)).join('\n')}`;
}

/** Starts with a letter, a slash, a dollar, an underscore, or dashes before a letter: no number, date or indicator does. */
const PLAIN_SHAPE = /^(?:[A-Za-z/$_]|--?[A-Za-z])[\x20-\x7e]*$/;
/** `key: value`, a comment, or spaces that a reader would drop. */
const NOT_PLAIN = /:(?: |$)| #| $/;
/** Words that are booleans, null or (an exponent alone) a number somewhere. */
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null|-?e[-+]?\d+)$/i;
/** Quantities (`100m`, `10Gi`) and addresses with dots (`10.0.0.0/8`): digits that no YAML takes for a number. */
const PLAIN_DIGITS = /^\d+(?:m|Ki|Mi|Gi|Ti)$|^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/;

function scalar(text: string): string {
  const plain = PLAIN_SHAPE.test(text) ? !NOT_PLAIN.test(text) && !RESERVED.test(text) : PLAIN_DIGITS.test(text);
  return plain ? text : quoted(text);
}

/** JSON's escapes are YAML's too; what JSON leaves as it is but a terminal would not show is escaped as well. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
