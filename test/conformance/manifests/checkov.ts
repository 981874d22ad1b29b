import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Context } from '../part';
import { run } from '../tools/run';

const VERSION = '3.3.30';

/** A folder of dist/, and something that must not pass. */
export interface Question {
  readonly framework: 'kubernetes' | 'terraform_json';
  /** From the checkout's top. */
  readonly folder: string;
  /** A file with a mistake, judged in the same run: the program takes seconds to start. */
  readonly proof: { readonly file: string; readonly text: string };
  /** More files to judge: path -> text. */
  readonly more?: Readonly<Record<string, string>>;
  /** An empty folder: for each folder it is given checkov starts anew, so all lies in one. */
  readonly scratch: string;
}

/** What checkov says of one resource. */
export interface Result {
  readonly check: string;
  readonly words: string;
  /** `StatefulSet.mainnet-baking.baker`; in Terraform JSON `resource.<id>`, without the type. */
  readonly resource: string;
  /** From the checkout's top. */
  readonly file: string;
  /** What it looked at: `spec/template/spec/containers/[1]/livenessProbe` */
  readonly key: string;
}

export interface CheckovAnswer {
  /** How many checks passed. */
  readonly passed: number;
  readonly failed: readonly Result[];
  /** What it found in the proof. */
  readonly proof: readonly Result[];
  /** Files that it looked at: one that it passes over would look like one without a mistake. */
  readonly judged: ReadonlySet<string>;
  /** Files it could not read; it goes on without them. */
  readonly unread: readonly string[];
}

/** Asks checkov, which looks nothing up (`--skip-download`): its checks come with it. */
export async function checkov(context: Context, question: Question): Promise<CheckovAnswer> {
  const { framework, scratch } = question;
  const program = await context.tools.pip('checkov', VERSION, 'checkov');
  context.report.version('checkov', VERSION);
  layOut(context.root, question);
  const words = ['-d', scratch, '--framework', framework, '-o', 'json', '--compact', '--skip-download'];
  // It reads `.checkov.yaml` in its home, in the folder it works in and in the one it judges, and CKV_* and BC_* variables.
  const home = join(scratch, '..', 'home-of-checkov');
  mkdirSync(home, { recursive: true });
  const env = { LOG_LEVEL: 'ERROR' };
  const { stdout, stderr } = await run(program, words, { alone: home, env, timeoutSeconds: 300 });
  if (!/^\s*[[{]/.test(stdout)) throw new Error(`checkov: ${(stderr || stdout).trim().slice(-2000)}`);
  return answerOf([JSON.parse(stdout)].flat(), question);
}

function layOut(root: string, { folder, proof, more, scratch }: Question): void {
  cpSync(join(root, folder), join(scratch, folder), { recursive: true });
  for (const [file, text] of [[proof.file, proof.text], ...Object.entries(more ?? {})]) {
    mkdirSync(dirname(join(scratch, file!)), { recursive: true });
    writeFileSync(join(scratch, file!), text!);
  }
}

function answerOf(reports: readonly any[], { scratch, proof }: Question): CheckovAnswer {
  const all = reports.flatMap(({ results }) => (results ? [results] : [])); // no results: nothing of that framework
  const resultsOf = (list: string): Result[] =>
    all.flatMap((results) => results[list].map((result: any) => resultOf(result, scratch)));
  const passed = resultsOf('passed_checks');
  // What an annotation has it skip failed: what is accepted stands in our table, with its reason.
  const failed = [...resultsOf('failed_checks'), ...resultsOf('skipped_checks')];
  return {
    passed: passed.filter(({ file }) => file !== proof.file).length,
    failed: failed.filter(({ file }) => file !== proof.file),
    proof: failed.filter(({ file }) => file === proof.file),
    judged: new Set([...passed, ...failed].map(({ file }) => file)),
    unread: all.flatMap(({ parsing_errors }) => parsing_errors.map((file: string) => relative(scratch, file))),
  };
}

function resultOf({ check_id, check_name, resource, file_abs_path, check_result }: any, scratch: string): Result {
  return {
    check: check_id,
    words: check_result.result === 'SKIPPED' ? `${check_name}: switched off where it is judged` : check_name,
    resource,
    file: relative(scratch, file_abs_path),
    key: check_result.evaluated_keys?.[0] ?? '',
  };
}
