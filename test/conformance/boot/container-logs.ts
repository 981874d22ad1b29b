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

/**
 * What a container said since then, over the restarts that the kubelet still has (the present one and the one before);
 * its lines are `<time> <stream> <F, or P for a part> <text>`.
 */
export function containerLines(folder: string, since: number): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return files.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => Date.parse(line.split(' ')[0]!) >= since)
      .map((line) => line.split(' ').slice(3).join(' ')),
  );
}

/**
 * One line for each start of a container in those namespaces, `<namespace>_<pod>_<uid>/<container>/<number>`: the kubelet
 * makes a file for each, also while nobody hears of it.
 */
export function containerStarts(folder: string, namespaces: readonly string[]): string[] {
  const pods = existsSync(folder) ? readdirSync(folder) : [];
  const ours = pods.filter((pod) => namespaces.some((namespace) => pod.startsWith(`${namespace}_`)));
  const files = ours.flatMap((pod) =>
    readdirSync(join(folder, pod), { recursive: true, encoding: 'utf8' }).map((name) => `${pod}/${name}`),
  );
  return files.filter((name) => /\/\d+\.log$/.test(name)).map((name) => name.slice(0, -'.log'.length));
}
