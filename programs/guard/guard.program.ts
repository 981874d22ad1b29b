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
  const starting = startGuard(
    config,
    logTo((line) => process.stdout.write(line)),
  );
  // Before it listens: the first process of a container hears no signal that it has not asked for.
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => starting.then((guard) => guard.stop()).then(() => process.exit(0)));
  }
  await starting;
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
