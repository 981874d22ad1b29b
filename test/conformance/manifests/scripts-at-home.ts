import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Script } from './scripts';

const SHELL = '#!/bin/sh\n';

/** Shell scripts that machines at home get: as files of roles, and by cloud-init. */
export function scriptsAtHome(root: string): Script[] {
  const folder = join(root, 'dist', 'signer');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap(({ parentPath, name }): Script[] => {
    const file = join(parentPath, name);
    const text = readFileSync(file, 'utf8');
    const made = name === 'user-data' ? parse(text, { version: '1.1' }).write_files : [{ path: name, content: text }];
    return made
      .filter(({ content }: { content: string }) => content.startsWith(SHELL))
      .map(({ path, content }: { path: string; content: string }) => {
        return { where: `at home: ${path}`, file: file.slice(root.length + 1), extension: '.sh', text: content };
      });
  });
}
