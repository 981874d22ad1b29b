import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../kit/root';

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** A line that a reader types. */
export interface Command {
  readonly text: string;
  /** Whether its block says that it needs a machine, a device or the chain. */
  readonly needsHardware: boolean;
}

/** Text of a page, by its path in this repository. */
export const page = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export function blocksOf(path: string): Block[] {
  const fences = [...page(path).matchAll(/^( *)```(\w*)\n([\s\S]*?)\n\1```$/gm)];
  return fences.map(([, indent, language, text]) => ({
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** Every command of the page's blocks, in order. */
export function commandsOf(path: string): Command[] {
  return blocksOf(path)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => {
      const needsHardware = /^# hardware: \S/.test(text);
      const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return lines.map((line) => ({ text: line, needsHardware }));
    });
}

/** What stands between backticks in the running text. */
export function inlineCode(path: string): string[] {
  const prose = page(path).replaceAll(/^( *)```\w*\n[\s\S]*?\n\1```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code.replaceAll('\\|', '|'));
}
