import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { reportProof } from '../manifests/verdict';
import type { Context } from '../part';
import { type Answer, run } from '../tools/run';
import { canonical, edited, type Json, type Stack } from './stacks';

/** The variable that names a filesystem mirror with the Google provider. */
export const MIRROR = 'BAKERY_TERRAFORM_MIRROR';

/** Terraform itself over every stack: always what it can tell without a provider, and everything where it has one. */
export async function judgeByTerraform(context: Context, stacks: readonly Stack[], folder: string): Promise<void> {
  const { report } = context;
  writeFileSync(join(folder, 'terraform.rc'), ''); // in the place of a person's own
  const version = await run('terraform', ['version', '-json'], { env: environment(folder) }).catch(() => undefined);
  if (!version) return report.skip('terraform validate', 'there is no program `terraform` on this machine');
  report.version('terraform', JSON.parse(version.stdout).terraform_version);
  for (const stack of stacks) await judgeReading(context, stack, folder);
  await proveReading(context, stacks[0], folder);
  const mirror = process.env[MIRROR];
  if (!mirror) {
    return report.skip(
      'terraform validate',
      `${MIRROR} names no folder with the Google provider (terraform providers mirror)`,
    );
  }
  writeFileSync(join(folder, 'terraform.rc'), cliConfiguration(resolve(mirror)));
  for (const stack of stacks) await judgeWithProvider(context, stack, folder);
}

/** `terraform providers` reads a stack whole, and asks nobody: blocks twice, blocks of a wrong shape, bad `lifecycle`. */
async function judgeReading({ report }: Context, stack: Stack, folder: string): Promise<void> {
  const { status, stdout, stderr } = await terraform(stack, folder, ['providers']);
  if (status === 0) report.pass('terraform reads the stack');
  else report.fail(`terraform cannot read the stack ${stack.name}`, `${stack.file}: ${wordsOf({ stdout, stderr })}`);
}

async function proveReading({ report }: Context, stack: Stack | undefined, folder: string): Promise<void> {
  if (!stack) return;
  const broken = edited(stack, (json) => {
    for (const byId of Object.values<Json>(json.resource))
      for (const block of Object.values<Json>(byId)) block.depends_on = ['not an address'];
  });
  const { status, stderr } = await terraform(broken, join(folder, 'broken'), ['providers']);
  reportProof(report, 'terraform: depends_on without an address', status === 0 ? undefined : stderr);
}

async function judgeWithProvider({ report }: Context, stack: Stack, folder: string): Promise<void> {
  for (const words of [['init', '-backend=false', '-input=false'], ['validate']]) {
    const { status, stdout, stderr } = await terraform(stack, folder, words);
    if (status === 0) continue;
    return report.fail(`terraform ${words[0]}: ${stack.name}`, `${stack.file}: ${wordsOf({ stdout, stderr })}`);
  }
  report.pass('terraform validate: stacks, with the Google provider');
}

/** Its words without the colours and the frame around them. */
function wordsOf({ stdout, stderr }: Pick<Answer, 'stdout' | 'stderr'>): string {
  const plain = stripVTControlCharacters(stderr || stdout);
  return plain.replace(/^[╷│╵] ?/gm, '').trim();
}

/** Works on a copy: `init` writes into the folder, and the backend is Google's, which is not asked here. */
function terraform(stack: Stack, folder: string, words: readonly string[]): Promise<Answer> {
  const copy = join(folder, stack.name);
  mkdirSync(copy, { recursive: true });
  const { backend: _, ...settings } = stack.json.terraform ?? {};
  writeFileSync(join(copy, 'cdk.tf.json'), canonical({ ...stack.json, terraform: settings }));
  return run('terraform', [`-chdir=${copy}`, ...words], {
    env: { ...environment(folder), TF_CLI_CONFIG_FILE: join(folder, 'terraform.rc') },
    timeoutSeconds: 300,
  });
}

/** Nobody's own configuration, and no question to HashiCorp whether there is a newer Terraform. */
function environment(folder: string): Record<string, string> {
  return {
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_CLI_ARGS: '',
    TF_CLI_CONFIG_FILE: join(folder, 'terraform.rc'),
  };
}

/** From the mirror or not at all. */
function cliConfiguration(mirror: string): string {
  return `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
}
