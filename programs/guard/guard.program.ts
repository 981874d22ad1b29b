import { readFileSync } from 'node:fs';
import { logTo } from '../runtime/json-log';
import { sayTo } from './control';
import { GUARD_CONFIG, type GuardConfig } from './guard.contract';
import { startGuard } from './start-guard';

/** `guard [--config <file>]` runs it; with `status`, `fence <signer>` or `floor <level> <round>` behind, says so to the one that runs here. */
async function main(words: string[]): Promise<void> {
  const [flag, named, ...more] = words;
  const [file, verb] = flag === '--config' && named !== undefined ? [named, more] : [GUARD_CONFIG, words];
  const config = JSON.parse(readFileSync(file, 'utf8')) as GuardConfig;
  if (verb.length > 0) {
    const { text, isTaken } = await sayTo(config.control, verb);
    process.stdout.write(text);
    process.exitCode = isTaken ? 0 : 1;
    return;
  }
  const guard = await startGuard(
    config,
    logTo((line) => process.stdout.write(line)),
  );
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => guard.stop().then(() => process.exit(0)));
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
