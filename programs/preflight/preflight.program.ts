import { readFileSync } from 'node:fs';
import { type Log, logTo } from '../runtime/json-log';
import { beforeSending } from './before-sending';
import { PREFLIGHT_CONFIG, type PreflightConfig } from './preflight.contract';

/**
 * `preflight [--config <file>]`: ends with 0 if the engine may go on, with what it was left. With `--verdict` behind, it
 * tells what was wrong with the cycles that were not paid, and ends with 1 if anything was.
 */
async function main(words: string[]): Promise<void> {
  const file = words[0] === '--config' && words[1] !== undefined ? words[1] : PREFLIGHT_CONFIG;
  const config = JSON.parse(readFileSync(file, 'utf8')) as PreflightConfig;
  const log = logTo((line) => process.stdout.write(line));
  if (words.at(-1) === '--verdict') return tellVerdict(config, log);
  try {
    await beforeSending(config, log);
  } catch (error) {
    log('ERROR', `nothing is paid: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

function tellVerdict({ problems }: PreflightConfig, log: Log): void {
  for (const problem of JSON.parse(readFileSync(problems, 'utf8')) as string[]) {
    log('ERROR', `not paid: ${problem}`);
    process.exitCode = 1;
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
