import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary';

/** A program in Jekyll's place: `does` is JavaScript, which knows `source`, `destination` and `config`. */
export function inItsPlace(does: string): string {
  const path = join(temporaryFolder(), 'jekyll');
  const text = `#!/usr/bin/env node
const fs = require('node:fs');
const { join } = require('node:path');
const words = process.argv.slice(2);
const [source, destination, config] = ['--source', '--destination', '--config'].map((flag) => words[words.indexOf(flag) + 1]);
${does}
`;
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** Puts our page into the theme's layout, as Jekyll does; what else is Liquid there is left out. */
export const layoutOnly = `
const layout = fs.readFileSync(join(source, '_layouts/default.html'), 'utf8');
const [, , text] = fs.readFileSync(join(source, 'payouts-template.html'), 'utf8').split('---\\n');
const title = 'PAYOUTSTITLE';
fs.mkdirSync(join(destination, 'payouts-template'));
const page = layout.replace('{{ content }}', text).replace('{{ page.title | escape }}', title);
fs.writeFileSync(join(destination, 'payouts-template/index.html'), page.replace(/\\{\\{.*?\\}\\}/g, ''));`;
