import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root';

/** What README.md prints as the content of a file of a user's own repository. */
export function fileInReadme(name: string): string {
  const lines = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');
  const named = lines.findIndex((line) => line.includes(`\`${name}\``) && line.endsWith(':'));
  const start = lines.findIndex((line, i) => i > named && line.startsWith('```'));
  if (named < 0 || start !== named + 2) throw new Error(`README.md prints no ${name}`);
  return `${lines.slice(start + 1, lines.indexOf('```', start + 1)).join('\n')}\n`;
}
