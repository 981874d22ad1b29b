import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reportProof } from '../manifests/verdict';
import type { Context } from '../part';
import { mustRun } from '../tools/run';
import { DEPLOYMENTS, judgeDeployments } from './deployment-judge';
import { otherStack, withoutUnknown } from './other-stack';
import { edited, type Json, type Stack } from './stacks';
import { CONFIGURATION, environment, inFolder, type Judge, refusalIn, terraform } from './terraform-program';

/** The variable that names a filesystem mirror with the Google provider. */
export const MIRROR = 'BAKERY_TERRAFORM_MIRROR';

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
    report.skip('terraform validate', why, 'the cloud');
    return report.skip(DEPLOYMENTS, `${MIRROR} is not set`, 'the cloud');
  }
  writeFileSync(join(folder, CONFIGURATION), fromMirror(resolve(mirror)));
  const other = otherStack();
  const known = withoutUnknown(report, other.stack, await validate(inFolder(judge, 'whole'), other.stack));
  for (const stack of [...stacks, known]) await judgeWithProvider(context, stack, judge);
  const ours = context.bakeries.flatMap((bakery) =>
    stacks.filter(({ name }) => name === bakery.name).map((stack) => ({ bakery, stack })),
  );
  for (const stack of stacks.filter((each) => !ours.some(({ stack: known }) => known === each))) {
    report.fail(`${stack.name}: no bakery has this stack`, stack.file);
  }
  await judgeDeployments(context, [...ours, { ...other, stack: known }], inFolder(judge, 'deployments'));
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

/** From the mirror or not at all. */
function fromMirror(mirror: string): string {
  return `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
}
