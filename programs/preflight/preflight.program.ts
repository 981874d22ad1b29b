import { readFileSync } from 'node:fs';
import { logTo } from '../runtime/json-log';
import { beforeSending } from './before-sending';
import { PREFLIGHT_CONFIG, type PreflightConfig } from './preflight.contract';

/** `preflight [--config <file>]`: ends with 0 if the engine may go on, with what it was left. */
async function main([flag, named]: string[]): Promise<void> {
  const file = flag === '--config' && named !== undefined ? named : PREFLIGHT_CONFIG;
  const config = JSON.parse(readFileSync(file, 'utf8')) as PreflightConfig;
  const log = logTo((line) => process.stdout.write(line));
  try {
    await beforeSending(config, log);
  } catch (error) {
    log('ERROR', `nothing is paid: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
