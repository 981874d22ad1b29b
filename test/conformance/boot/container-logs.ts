import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Last lines of all containers; the kubelet's folders are <namespace>_<pod>_<uid>/<container>/<restart>.log. */
export function containerLogs(folder: string, lines: number): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter(({ name }) =>
    name.endsWith('.log'),
  );
  return files.map(({ parentPath, name }) => {
    const path = join(parentPath, name);
    const title = path.slice(folder.length + 1).replace(/_[0-9a-f-]{36}\//, '/');
    return `${title}:\n${readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')}`;
  });
}
