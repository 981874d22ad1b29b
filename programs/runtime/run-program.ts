import { readFileSync } from 'node:fs';
import { type Log, logTo } from './json-log';

export interface Running {
  /** Ends it in an orderly way. */
  stop(): Promise<void>;
}

export interface ProgramParts<Config> {
  /** Where its configuration lies in the pod; `--config <file>` in front names another one. */
  readonly configFile: string;
  readonly start: (config: Config, log: Log) => Promise<Running>;
  /** What a person in the pod says to the one that runs: the words behind. Answers whether it was taken. */
  readonly say?: (config: Config, words: readonly string[]) => Promise<boolean>;
}

/** Runs a program of a pod until a signal ends it, or says something to the one that runs there. Never throws. */
export function runProgram<Config>(parts: ProgramParts<Config>): void {
  run(parts, process.argv.slice(2)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
}

async function run<Config>({ configFile, start, say }: ProgramParts<Config>, words: string[]): Promise<void> {
  const [flag, named, ...more] = words;
  const [file, verb] = flag === '--config' && named !== undefined ? [named, more] : [configFile, words];
  const config = JSON.parse(readFileSync(file, 'utf8')) as Config;
  if (say && verb.length > 0) {
    process.exitCode = (await say(config, verb)) ? 0 : 1;
    return;
  }
  const starting = start(
    config,
    logTo((line) => process.stdout.write(line)),
  );
  // Before it listens: the first process of a container hears no signal that it has not asked for.
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => starting.then((running) => running.stop()).then(() => process.exit(0)));
  }
  await starting;
}
