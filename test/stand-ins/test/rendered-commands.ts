import { basename } from 'node:path';
import type { Manifest } from '../../../charts/objects/kube-object';

/** A command of Octez in a bakery's manifests, with the version of the image that it runs in. */
export interface RenderedCommand {
  readonly path: string;
  readonly words: readonly string[];
  readonly version: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** Those of containers and probes, of their `sh -c`, and of the scripts that they run. */
export function renderedCommands(manifests: readonly Manifest[]): RenderedCommand[] {
  const objects: readonly any[] = manifests;
  const scripts: Env = Object.assign({}, ...objects.filter(({ kind }) => kind === 'ConfigMap').map(({ data }) => data));
  const pods = objects.flatMap((object) => object.spec?.template?.spec ?? []);
  const containers = pods.flatMap(({ containers = [], initContainers = [] }) => [...initContainers, ...containers]);
  return containers.flatMap((container) => {
    const env: Env = Object.fromEntries((container.env ?? []).map(({ name, value }: any) => [name, value]));
    const version = /v(\d+\.\d+)$/.exec(container.image)?.[1] ?? '';
    return [container.command, ...PROBES.map((probe) => container[probe]?.exec?.command)]
      .flatMap((command: string[] = []) => spelledOut(command, scripts, env))
      .filter(([path]) => /\/(octez|tezos)-[^/]*$/.test(path ?? ''))
      .map(([path, ...words]) => ({ path, words, version }));
  });
}

/** A command, or those that the shell runs in its place. */
function spelledOut(command: readonly string[], scripts: Env, env: Env): string[][] {
  if (command[0] !== '/bin/sh') return [[...command]];
  const text = command[1] === '-c' ? command[2] : scripts[basename(command[1])];
  if (command[1] !== '-c' && command[2]?.startsWith('/')) return [command.slice(2)]; // what the script is to start
  if (text === undefined) throw new Error(`no script for ${command.join(' ')}`);
  if (text.endsWith('exec "$@"')) return [command.slice(4)];
  return shellCommands(text, env).filter((words) => env.HAS_SNAPSHOT_INFO || words[2] !== 'info'); // import-snapshot.sh: verify
}

/** The programs of Octez in a shell's text, up to a redirection or the next command. Other variables stay as they are. */
function shellCommands(text: string, env: Env): string[][] {
  const plain = text
    .replaceAll(/^\s*#.*$/gm, '')
    .replaceAll('\\\n', ' ')
    .replaceAll(/"\$(\w+)"/g, (_, name: string) => env[name] ?? `$${name}`);
  const found = plain.matchAll(/\/usr\/local\/bin\/(?:octez|tezos)-.*?(?=\s*(?:\d?[<>]|[|&;)]|$))/gm);
  return [...found].map(([line]) => line.split(/\s+/));
}
