import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Answer, run } from '../tools/run';
import { canonical, type Stack } from './stacks';

/** Terraform on copies of stacks in a folder of its own. */
export interface Judge {
  readonly program: string;
  readonly folder: string;
  /** Added to the environment: where Google is. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Terraform's own settings, in the place of a person's. */
export const CONFIGURATION = 'terraform.rc';

/** The same Terraform, configured the same, on copies elsewhere. */
export function inFolder({ folder, ...judge }: Judge, name: string): Judge {
  const inner = join(folder, name);
  mkdirSync(inner, { recursive: true });
  copyFileSync(join(folder, CONFIGURATION), join(inner, CONFIGURATION));
  return { ...judge, folder: inner };
}

export function refusalIn(answer: Answer): string | undefined {
  return answer.status === 0 ? undefined : wordsOf(answer);
}

/** Its words without the colours and the frame around them. */
function wordsOf({ stdout, stderr }: Pick<Answer, 'stdout' | 'stderr'>): string {
  const plain = stripVTControlCharacters(stderr || stdout);
  return plain.replace(/^[╷│╵] ?/gm, '').trim();
}

/** Works on a copy: `init` writes into the folder, and the backend is Google's, which is not asked here. */
export function terraform(
  { program, folder, env: more }: Judge,
  stack: Stack,
  words: readonly string[],
): Promise<Answer> {
  const copy = join(folder, stack.name);
  mkdirSync(copy, { recursive: true });
  const { backend: _, ...settings } = stack.json.terraform ?? {};
  writeFileSync(join(copy, 'cdk.tf.json'), canonical({ ...stack.json, terraform: settings }));
  const env = { ...environment(folder), ...more };
  return run(program, [`-chdir=${copy}`, ...words], { alone: folder, env, timeoutSeconds: 300 });
}

/** No configuration but ours, and no question to HashiCorp whether there is a newer Terraform. */
export function environment(folder: string): Record<string, string> {
  return {
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_CLI_CONFIG_FILE: join(folder, CONFIGURATION),
  };
}
