import { isPair, isScalar, type Node, visit } from 'yaml';
import { type FoundMnemonic, mnemonicsIn } from '../messages/mnemonics';
import type { SettingPath } from '../messages/problems';
import {
  brokenKeysIn,
  type FoundSecret,
  hideSecrets,
  keysIn,
  keysInValue,
  looksSecret,
  mnemonicSecretsIn,
  NAMED_SECRET,
  namesSecret,
} from '../messages/secrets';
import { bakerySettingNames } from '../settings/bakery.settings';
import { pathOfNodes } from './offsets';

/** A secret in a bakery file: where, and what it seems to be. */
interface Found {
  readonly line: number;
  readonly lastLine: number;
  readonly setting: SettingPath;
  readonly what: string;
  /** The secrets themselves, so that no other message repeats them. */
  readonly texts: readonly string[];
}

/** What was found in a file. */
export interface FoundSecrets {
  readonly secrets: readonly Pick<Found, 'line' | 'setting' | 'what'>[];
  /** A text with these secrets, and all that looks like one, taken out. */
  hide(text: string): string;
}

type LineAt = (offset: number) => number;

/** Looks into values, names, comments, and what spreads over several of them. */
export function findSecrets(text: string, root: Node | null, lineAt: LineAt): FoundSecrets {
  const mnemonics = mnemonicsIn(withoutSettingNames(text, root));
  const touched = new Set(linesOf(mnemonics, lineAt));
  const secrets = inValues(root, lineAt, (value, [start, end]) => {
    if (linesOf([{ start, end }], lineAt).some((line) => touched.has(line))) {
      return [...mnemonicSecretsIn(value, 0), ...keysInValue(value)];
    }
    // What stands in the text as it is has been read with it.
    const isRead = text.slice(start, end).includes(value);
    return isRead ? keysInValue(value) : [...mnemonicSecretsIn(value), ...keysInValue(value)];
  });
  const covered = new Set(secrets.flatMap(({ line, lastLine }) => numbers(line, lastLine)));
  // Comments are committed too, and in a file that is not YAML everything is just lines.
  for (const [i, whole] of text.split('\n').entries()) {
    const line = i + 1;
    const found = covered.has(line) ? [] : keysIn(whole);
    if (found.length === 0) continue;
    secrets.push({ what: found[0].what, texts: found.map((secret) => secret.text), setting: [], line, lastLine: line });
    covered.add(line);
  }
  const words = new Set<string>();
  for (const { start, end } of mnemonics) {
    const [line, lastLine] = [lineAt(start), lineAt(end)];
    for (const [word] of text.slice(start, end).matchAll(/[A-Za-z]+/g)) words.add(word.toLowerCase());
    if (!covered.has(line) && !covered.has(lastLine)) {
      secrets.push({ what: 'a mnemonic', texts: [], setting: [], line, lastLine });
    }
  }
  for (const { what, first, last } of brokenKeysIn(text)) {
    if (!covered.has(first + 1)) secrets.push({ what, texts: [], setting: [], line: first + 1, lastLine: last + 1 });
  }
  return { secrets: secrets.sort((a, b) => a.line - b.line), hide: hiding(secrets, words) };
}

/**
 * The text with letters that are no word in place of the settings' names, many of which are a mnemonic's words: on one
 * line, as JSON, or in a list of short sections, names and values alternate.
 */
function withoutSettingNames(text: string, root: Node | null): string {
  if (!root) return text;
  let rest = 0;
  let masked = '';
  visit(root, {
    Pair(_, { key }) {
      if (!isScalar(key) || !key.range || !bakerySettingNames.has(String(key.value))) return;
      const [start, end] = key.range;
      masked += text.slice(rest, start) + 'q'.repeat(end - start);
      rest = end;
    },
  });
  return masked + text.slice(rest);
}

const HIDDEN = '(hidden)';
/** A text that may hold more secrets than these is hidden whole. */
const MOST_HIDDEN_APART = 20;

function hiding(secrets: readonly Found[], mnemonicWords: ReadonlySet<string>): FoundSecrets['hide'] {
  const hidden = new Set(secrets.flatMap(({ texts }) => texts));
  // Quoting in a message may escape what it repeats: the escaped form is hidden too.
  const forms = [...new Set([...hidden, ...[...hidden].map((each) => JSON.stringify(each).slice(1, -1))])];
  const formsIn = beginningIn(forms);
  return (shown) => {
    if (mnemonicWords.has(shown.toLowerCase())) return HIDDEN;
    const there = formsIn(shown);
    if (there.length > MOST_HIDDEN_APART) return HIDDEN;
    const rest = there.reduce((left, each) => left.replaceAll(each, HIDDEN), shown);
    const quoted = mnemonicWords.size === 0 ? rest : rest.replace(/"([A-Za-z]+)"/g, hideWord);
    return hideSecrets(quoted);
  };
  function hideWord(all: string, word: string): string {
    return mnemonicWords.has(word.toLowerCase()) ? HIDDEN : all;
  }
}

/** Which of these a text may hold, by their beginnings: a file may have thousands, and most messages hold none. */
function beginningIn(forms: readonly string[]): (shown: string) => string[] {
  const length = Math.min(8, ...forms.map((each) => each.length));
  const byBeginning = new Map<string, string[]>();
  for (const each of forms) {
    const alike = byBeginning.get(each.slice(0, length));
    if (alike) alike.push(each);
    else byBeginning.set(each.slice(0, length), [each]);
  }
  return (shown) => {
    const found = new Set<string>();
    for (let i = 0; i + length <= shown.length; i++) {
      for (const each of byBeginning.get(shown.slice(i, i + length)) ?? []) found.add(each);
    }
    // The longest first: one may hold another.
    return [...found].sort((one, other) => other.length - one.length);
  };
}

function linesOf(places: readonly FoundMnemonic[], lineAt: LineAt): number[] {
  return places.flatMap(({ start, end }) => numbers(lineAt(start), lineAt(end)));
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

type Inside = (value: string, range: readonly [start: number, end: number]) => FoundSecret[];

function inValues(root: Node | null, lineAt: LineAt, insideOf: Inside): Found[] {
  const found: Found[] = [];
  if (!root) return found;
  visit(root, {
    Scalar(_, node, ancestors) {
      const value = String(node.value);
      const [start, end] = node.range ?? [0, 0];
      const inside = insideOf(value, [start, end]);
      const what = inside[0]?.what ?? (isSecretByName(node, ancestors) ? NAMED_SECRET : undefined);
      if (!what) return;
      const texts = inside.length > 0 ? inside.map((secret) => secret.text) : [value];
      // The name of a setting that is a secret itself is no way to it.
      const setting = isNameOf(node, ancestors) ? [] : pathOf([...ancestors, node]);
      found.push({ what, texts, setting, line: lineAt(start), lastLine: lineAt(end) });
    },
  });
  return found;
}

function isNameOf(node: unknown, ancestors: readonly unknown[]): boolean {
  const pair = ancestors.at(-1);
  return isPair(pair) && pair.key === node;
}

/** `password: ...` and the like; the setting that names a Kubernetes Secret is called `secret`, which is none. */
function isSecretByName(node: unknown, ancestors: readonly unknown[]): boolean {
  const pair = ancestors.at(-1);
  return isPair(pair) && pair.value === node && isScalar(pair.key) && namesSecret(String(pair.key.value));
}

function pathOf(nodes: readonly unknown[]): SettingPath {
  const path = pathOfNodes(nodes);
  return path.some((part) => typeof part === 'string' && looksSecret(part)) ? [] : path;
}
