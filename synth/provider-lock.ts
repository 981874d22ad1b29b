import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../model/messages/problems';
import { INFRA_FOLDER, lockFile, PROVIDER_VERSION, STACKS_FOLDER, stackFolder } from '../model/terraform-outputs';
import { using } from './refusal';

/** Machines that people deploy from, in Terraform's words. */
const platforms = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64', 'windows_amd64'];

/** Notes the checksums of the provider of a bakery's stack, and commits them. */
export function lockCommands(bakery: string): string[] {
  const folder = `dist/${INFRA_FOLDER}/${stackFolder(bakery)}`;
  return [
    `terraform -chdir=${folder} providers lock ${platforms.map((each) => `-platform=${each}`).join(' ')}`,
    `git add dist/${INFRA_FOLDER}/${lockFile(bakery)} && git commit -m "Checksums of the Google provider for ${bakery}"`,
  ];
}

/** The checksums that stand below dist/, by path below its infra folder. */
export function committedLocks(dist: string): ReadonlyMap<string, string> {
  const folder = join(dist, INFRA_FOLDER);
  const stacks = join(folder, STACKS_FOLDER);
  const names = existsSync(stacks) ? using(stacks, 'read', () => readdirSync(stacks)) : [];
  const kept = names.map(lockFile).filter((path) => existsSync(join(folder, path)));
  return new Map(
    kept.map((path) => [path, using(join(folder, path), 'read', () => readFileSync(join(folder, path), 'utf8'))]),
  );
}

/** Checksums of another provider than the stacks ask for: the cdktf CLI would take the new one without a question. */
export function lockProblems(dist: string, bakeries: readonly string[]): Problem[] {
  const locks = committedLocks(dist);
  return bakeries.flatMap((name): Problem[] => {
    const text = locks.get(lockFile(name));
    if (text === undefined || text.includes(`version     = "${PROVIDER_VERSION}"`)) return [];
    const file = `dist/${INFRA_FOLDER}/${lockFile(name)}`;
    const [command] = lockCommands(name);
    const message = `has no checksums of version ${PROVIDER_VERSION} of the Google provider, so it would be taken unseen; read what changed in it, then note them and commit: ${command}`;
    return [{ severity: 'error', file, line: 1, setting: [], message }];
  });
}
