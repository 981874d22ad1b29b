import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { rowsOf } from '../findings';
import { checkov, type Result } from '../manifests/checkov';
import { reportProof, reportTableProof, reportVerdict } from '../manifests/verdict';
import type { Context, Part, Report } from '../part';
import { judgeNames, sharedNames } from './judge-names';
import { prove } from './proofs';
import { resolveReferences } from './references';
import { distStacks, isCanonical, type Stack, strayFiles } from './stacks';
import { judgeByTerraform, MIRROR } from './validate';

/**
 * What others think of dist/infra: Terraform, checkov, and Google's rules for names.
 *
 * `terraform validate` needs the Google provider, and so does the life of every stack from day one to its end, which the
 * real provider leads against a stand-in of Google's APIs. Set BAKERY_TERRAFORM_MIRROR to a folder that
 * `terraform providers mirror <folder>`, run in a stack where there is a network, has filled; without it, both are
 * skipped and the rest is judged.
 */
export const terraform: Part = {
  name: 'terraform',
  budgetSeconds: process.env[MIRROR] ? 240 : 20,
  async run(context) {
    const folder = context.scratch('part-terraform');
    for (const name of ['terraform', 'checkov']) mkdirSync(join(folder, name), { recursive: true });
    await judge(context, distStacks(context.root), folder);
  },
};

async function judge(context: Context, stacks: readonly Stack[], folder: string): Promise<void> {
  const { report, root } = context;
  for (const stack of stacks) {
    for (const file of strayFiles(root, stack)) {
      report.fail(`${stack.name}: a file that nobody judges`, `dist/infra/stacks/${stack.name}/${file}`);
    }
    judgeFormat(report, stack);
    judgeReferences(report, stack);
    judgeNamesOf(report, stack);
  }
  judgeApart(report, stacks);
  if (stacks[0]) prove(report, stacks[0]);
  await judgeByTerraform(context, stacks, join(folder, 'terraform'));
  await judgeByCheckov(context, stacks, join(folder, 'checkov'));
}

/** `terraform fmt` formats no JSON, so there is nothing to ask it. */
function judgeFormat(report: Report, stack: Stack): void {
  if (isCanonical(stack)) {
    report.pass('stacks in canonical JSON, no block in them twice');
    return;
  }
  const words = 'reads back differently: keys must be sorted, indented by 2, and each there once; run npm run synth';
  report.fail(`${stack.name}: not in canonical JSON`, `${stack.file}: ${words}`);
}

function judgeReferences(report: Report, stack: Stack): void {
  const { count, dangling } = resolveReferences(stack);
  for (const { place, words } of dangling) report.fail(`a reference to nothing: ${place}`, `${stack.file}: ${words}`);
  report.pass('references that resolve', count - dangling.length);
}

function judgeNamesOf(report: Report, stack: Stack): void {
  const { judged, problems } = judgeNames(stack);
  for (const { object, file, words } of problems) report.fail(`a name: ${object}`, `${file}: ${words}`);
  report.pass("names within Google's pattern and length", judged - problems.length);
}

function judgeApart(report: Report, stacks: readonly Stack[]): void {
  const problems = sharedNames(stacks);
  for (const { object, file, words } of problems) report.fail(`two of a kind: ${object}`, `${file}: ${words}`);
  const resources = stacks.reduce((sum, stack) => sum + stack.resources.length, 0);
  report.pass('resources that are no other of their project', resources - problems.length);
}

const idOf = (address: string) => address.slice(address.lastIndexOf('.') + 1);

/** SSH from everywhere. */
const openFirewall = {
  google_compute_firewall: {
    open: { name: 'a', network: 'a', source_ranges: ['0.0.0.0/0'], allow: [{ protocol: 'tcp', ports: ['22'] }] },
  },
};

async function judgeByCheckov(context: Context, stacks: readonly Stack[], scratch: string): Promise<void> {
  const { report } = context;
  reportTableProof(report, 'exceptions of terraform');
  const proof = { file: 'proof/open.tf.json', text: JSON.stringify({ resource: openFirewall }) };
  const answer = await checkov(context, { framework: 'terraform_json', folder: 'dist/infra', proof, scratch });
  for (const { file } of stacks.filter((stack) => !answer.judged.has(stack.file))) {
    report.fail('checkov did not judge a stack', `${file}: it is not among the files that checkov answers for`);
  }
  for (const file of answer.unread) report.fail('checkov cannot read a file', file);
  const findings = answer.failed.map((result) => ({ ...result, object: addressOf(result, stacks) }));
  const subjects = stacks.flatMap(({ resources, file }) => resources.map(({ address }) => ({ object: address, file })));
  reportVerdict(report, { judge: 'checkov', subjects, findings, rows: rowsOf('checkov', context.bakeries) });
  report.pass('checkov: checks that Terraform resources pass', answer.passed);
  const refusal = answer.proof.find(({ check }) => check === 'CKV_GCP_2');
  reportProof(report, 'checkov: a firewall rule that opens SSH to all', refusal?.words);
}

/** The Terraform address; where resources of several types have that id, all of them. */
function addressOf({ file, resource }: Result, stacks: readonly Stack[]): string {
  const stack = stacks.find((each) => each.file === file);
  const blocks = stack?.resources.filter(({ address }) => idOf(address) === idOf(resource)) ?? [];
  return blocks.map(({ address }) => address).join(' or ') || resource;
}
