import { which } from './debian';
import { run } from './run';

/**
 * The terraform of the machine's PATH, if it is a release of 1.5 or later and before 2: of 1.x each reads what an earlier
 * one does. Asked as it is asked about dist/ later, `alone`: one that needs a person's settings is of no use.
 */
export async function machineTerraform(alone: string): Promise<string | undefined> {
  const program = await which('terraform');
  if (program === undefined) return undefined;
  try {
    const env = { CHECKPOINT_DISABLE: '1' };
    const { stdout } = await run(program, ['version', '-json'], { alone, env, timeoutSeconds: 30 });
    const [, minor] = /^1\.(\d+)\.\d+$/.exec(JSON.parse(stdout).terraform_version) ?? [];
    return Number(minor) >= 5 ? program : undefined;
  } catch {
    return undefined; // it does not start here, or is no terraform
  }
}
