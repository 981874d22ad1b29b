import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { Problem, SettingPath } from '../messages/problems';
import { hideSecrets, looksSecret, namesSecret, secretKind, secretsIn } from '../messages/secrets';

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
  /** Line (from 1) of the setting, or of its nearest ancestor that exists. */
  lineOf(path: SettingPath): number;
  /** The text with everything taken out of it that looks like a secret in this file. */
  hide(text: string): string;
}

/** Reads YAML 1.2 and looks for secrets in all of the text, comments included. */
export function parseBakeryFile({ path: file, text }: BakeryFile): ParsedFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const lineOf = (path: SettingPath) => lineAt(offsetOf(document.contents, path));
  const problems = [...notYaml(document), ...notPlain(document.contents)].map(({ offset, message }): Problem => {
    return { severity: 'error', file, line: lineAt(offset), setting: [], message };
  });
  const readable = problems.length === 0;
  const secrets = findSecrets(text, document.contents, lineAt);
  for (const { line, setting, what } of secrets) {
    const message = `looks like ${what}. Take it out, and treat it as known to others if it was ever committed: the file and dist/ are public to all who read the repository`;
    problems.push({ severity: 'error', file, line, setting, message });
  }
  const hidden = secrets.flatMap(({ texts }) => texts);
  // Quoting in a message may escape what it repeats: the escaped form is hidden too. The longest first: one may hold another.
  const forms = [...hidden, ...hidden.map((each) => JSON.stringify(each).slice(1, -1))];
  forms.sort((a, b) => b.length - a.length);
  const hide = (shown: string) => hideSecrets(forms.reduce((rest, each) => rest.replaceAll(each, '(hidden)'), shown));
  return { data: readable ? document.toJS() : undefined, problems, lineOf, hide };
}

interface Objection {
  readonly offset: number;
  readonly message: string;
}

function notYaml({ errors, warnings }: Document): Objection[] {
  return [...errors, ...warnings].map(({ message, pos }) => {
    return { offset: pos[0], message: `the file is not YAML: ${hideSecrets(message.split('\n')[0])}` };
  });
}

/** Aliases, tags and the like: a bakery file says each thing where it counts, in plain text and numbers. */
function notPlain(root: Node | null): Objection[] {
  const found: Objection[] = [];
  if (!root) return found;
  visit(root, {
    Pair(_, { key }) {
      if (!isCollection(key)) return;
      found.push({ offset: key.range?.[0] ?? 0, message: 'a list or a section cannot be the name of a setting' });
    },
    Node(_, node) {
      const offset = node.range?.[0] ?? 0;
      if (isAlias(node)) found.push({ offset, message: 'YAML aliases are not read; write the value itself' });
      else if (node.tag) found.push({ offset, message: 'YAML tags are not read; write the value without one' });
    },
  });
  return found;
}

function offsetOf(root: Node | null, path: SettingPath): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === part);
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[part as number] as Node | undefined;
      if (!item) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}

interface Found {
  readonly line: number;
  readonly setting: SettingPath;
  readonly what: string;
  /** The secrets themselves, so that no other message repeats them. */
  readonly texts: readonly string[];
}

function findSecrets(text: string, root: Node | null, lineAt: (offset: number) => number): Found[] {
  const found: (Found & { lastLine: number })[] = [];
  if (root) {
    visit(root, {
      Scalar(_, node, ancestors) {
        const value = String(node.value);
        const what = secretKind(value) ?? (isSecretByName(node, ancestors) ? 'a secret, by its name' : undefined);
        if (!what) return;
        const [start, end] = node.range ?? [0, 0];
        const texts = secretKind(value) ? secretsIn(value).map((secret) => secret.text) : [value];
        found.push({ what, texts, setting: pathOf([...ancestors, node]), line: lineAt(start), lastLine: lineAt(end) });
      },
    });
  }
  // Comments are committed too, and in a file that is not YAML everything is just lines.
  for (const [i, whole] of text.split('\n').entries()) {
    const line = i + 1;
    if (found.some((value) => value.line <= line && line <= value.lastLine)) continue;
    const secrets = secretsIn(whole);
    const what = secrets[0]?.what ?? secretKind(/(?:^|\s)#(.*)$/.exec(whole)?.[1] ?? '');
    const texts = secrets.map((secret) => secret.text);
    if (what) found.push({ what, texts, setting: [], line, lastLine: line });
  }
  return found.sort((a, b) => a.line - b.line);
}

/** `password: ...` and the like; the setting that names a Kubernetes Secret is called `secret`, which is none. */
function isSecretByName(node: unknown, ancestors: readonly unknown[]): boolean {
  const pair = ancestors.at(-1);
  return isPair(pair) && pair.value === node && isScalar(pair.key) && namesSecret(String(pair.key.value));
}

function pathOf(ancestors: readonly unknown[]): SettingPath {
  const path: (string | number)[] = [];
  ancestors.forEach((node, i) => {
    const next = ancestors[i + 1];
    if (isPair(node) && isScalar(node.key) && next !== undefined) path.push(String(node.key.value));
    if (isSeq(node) && next !== undefined) path.push(node.items.indexOf(next as Node));
  });
  return path.some((part) => typeof part === 'string' && looksSecret(part)) ? [] : path;
}
