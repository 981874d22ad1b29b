import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Manifest } from '../../charts/objects/kube-object';
import { find } from './rendered';

/** What the import of a node is told: by the environment of its container, and by the file that this names. */
export function importTold(manifests: readonly Manifest[], workload: string): Record<string, string> {
  const [container] = find(manifests, 'StatefulSet', workload).spec.template.spec.initContainers;
  const told = Object.fromEntries(container.env.map(({ name, value }: any) => [name, value]));
  const file = find(manifests, 'ConfigMap', 'octez-scripts').data[basename(told.SOURCES)];
  return { ...told, ...variablesIn(file) };
}

/** A shell reads the file, as the import's does. */
export function variablesIn(file: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'import-told-'));
  const path = join(folder, 'sources.sh');
  writeFileSync(path, file);
  const print = 'process.stdout.write(JSON.stringify(process.env))';
  const words = ['-c', '. "$0" && exec "$@"', path, process.execPath, '-e', print];
  const { stdout, stderr } = spawnSync('/bin/sh', words, { env: {}, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  if (stderr) throw new Error(stderr);
  const { PWD, SHLVL, OLDPWD, _, ...told } = JSON.parse(stdout);
  return told;
}
