import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { reportProof } from '../manifests/verdict';
import type { Context } from '../part';
import { type Answer, mustRun, run } from '../tools/run';
import { canonical, edited, type Json, type Stack } from './stacks';

/** The variable that names a filesystem mirror with the Google provider. */
export const MIRROR = 'BAKERY_TERRAFORM_MIRROR';
const CONFIGURATION = 'terraform.rc';

/** Terraform on copies of stacks in a folder of its own. */
interface Judge {
  readonly program: string;
  readonly folder: string;
}

/** Terraform itself over every stack: always what it can tell without a provider, and everything where it has one. */
export async function judgeByTerraform(context: Context, stacks: readonly Stack[], folder: string): Promise<void> {
  const { report } = context;
  const judge = { program: await context.tools.terraform(folder), folder };
  writeFileSync(join(folder, CONFIGURATION), ''); // in the place of a person's own
  const version = await mustRun(judge.program, ['version', '-json'], { alone: folder, env: environment(folder) });
  report.version('terraform', JSON.parse(version.stdout).terraform_version);
  for (const stack of stacks) await judgeReading(context, stack, judge);
  await proveReading(context, stacks[0], judge);
  const mirror = process.env[MIRROR];
  if (!mirror) {
    const why = `${MIRROR} names no folder with the Google provider (terraform providers mirror)`;
    return report.skip('terraform validate', why, 'the cloud');
  }
  writeFileSync(join(folder, CONFIGURATION), fromMirror(resolve(mirror)));
  for (const stack of stacks) await judgeWithProvider(context, stack, judge);
}

/** `terraform providers` reads a stack whole, and asks nobody: blocks twice, blocks of a wrong shape, bad `lifecycle`. */
async function judgeReading({ report }: Context, stack: Stack, judge: Judge): Promise<void> {
  const refusal = refusalIn(await terraform(judge, stack, ['providers']));
  if (refusal === undefined) report.pass('terraform reads the stack');
  else report.fail(`terraform cannot read the stack ${stack.name}`, `${stack.file}: ${refusal}`);
}

async function proveReading({ report }: Context, stack: Stack | undefined, judge: Judge): Promise<void> {
  if (!stack) return;
  const broken = withEveryBlock(stack, { depends_on: ['not an address'] });
  const refusal = refusalIn(await terraform(inFolder(judge, 'broken'), broken, ['providers']));
  reportProof(report, 'terraform: depends_on without an address', refusal);
}

async function judgeWithProvider({ report }: Context, stack: Stack, judge: Judge): Promise<void> {
  const refusal = await validate(judge, stack);
  if (refusal !== undefined) return report.fail(`terraform validate: ${stack.name}`, `${stack.file}: ${refusal}`);
  report.pass('terraform validate: stacks, with the Google provider');
  const broken = withEveryBlock(stack, { no_such_argument: true });
  const said = await validate(inFolder(judge, 'misspelt'), broken);
  reportProof(report, 'terraform validate: a misspelt argument', said?.includes('no_such_argument') ? said : '');
}

async function validate(judge: Judge, stack: Stack): Promise<string | undefined> {
  const refusal = refusalIn(await terraform(judge, stack, ['init', '-backend=false', '-input=false']));
  return refusal ?? refusalIn(await terraform(judge, stack, ['validate']));
}

function withEveryBlock(stack: Stack, fields: Json): Stack {
  return edited(stack, (json) => {
    for (const byId of Object.values<Json>(json.resource))
      for (const block of Object.values<Json>(byId)) Object.assign(block, fields);
  });
}

/** The same Terraform, configured the same, on copies elsewhere. */
function inFolder({ program, folder }: Judge, name: string): Judge {
  const inner = join(folder, name);
  mkdirSync(inner, { recursive: true });
  copyFileSync(join(folder, CONFIGURATION), join(inner, CONFIGURATION));
  return { program, folder: inner };
}

function refusalIn(answer: Answer): string | undefined {
  return answer.status === 0 ? undefined : wordsOf(answer);
}

/** Its words without the colours and the frame around them. */
function wordsOf({ stdout, stderr }: Pick<Answer, 'stdout' | 'stderr'>): string {
  const plain = stripVTControlCharacters(stderr || stdout);
  return plain.replace(/^[╷│╵] ?/gm, '').trim();
}

/** Works on a copy: `init` writes into the folder, and the backend is Google's, which is not asked here. */
function terraform({ program, folder }: Judge, stack: Stack, words: readonly string[]): Promise<Answer> {
  const copy = join(folder, stack.name);
  mkdirSync(copy, { recursive: true });
  const { backend: _, ...settings } = stack.json.terraform ?? {};
  writeFileSync(join(copy, 'cdk.tf.json'), canonical({ ...stack.json, terraform: settings }));
  const env = environment(folder);
  return run(program, [`-chdir=${copy}`, ...words], { alone: folder, env, timeoutSeconds: 300 });
}

/** No configuration but ours, and no question to HashiCorp whether there is a newer Terraform. */
function environment(folder: string): Record<string, string> {
  return {
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_CLI_CONFIG_FILE: join(folder, CONFIGURATION),
  };
}

/** From the mirror or not at all. */
function fromMirror(mirror: string): string {
  return `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
}
