import { type ChildProcess, execFile } from 'node:child_process';

/** What a program answered. */
export interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * A folder for a judge of dist/, its home, its place for temporary files and, unless `cwd` says otherwise, where it works: a person's own settings
   * (`~/.checkov.yaml`, SHELLCHECK_OPTS, TF_CLI_ARGS, NODE_OPTIONS) would change what it says.
   */
  readonly alone?: string;
  readonly input?: string;
  readonly timeoutSeconds?: number;
}

const running = new Set<ChildProcess>();

/** Ends what `run` has started; for the last moment of a process. */
export function killRunning(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Runs a program to its end; an answer of whatever status is an answer, a program that cannot start is an error. */
export function run(program: string, words: readonly string[], options: RunOptions = {}): Promise<Answer> {
  const { alone, env, input, timeoutSeconds } = options;
  const cwd = options.cwd ?? alone;
  const settings = {
    cwd,
    env: { ...(alone === undefined ? process.env : bareEnvironment(alone)), ...env },
    maxBuffer: 512 * 1024 * 1024,
    timeout: (timeoutSeconds ?? 0) * 1000,
  };
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...words], settings, (error, stdout, stderr) => {
      running.delete(child);
      if (error && typeof error.code === 'string') return reject(error);
      const status = error ? (typeof error.code === 'number' ? error.code : 128) : 0;
      resolve({ status, stdout, stderr });
    });
    running.add(child);
    child.stdin?.on('error', () => {}); // a program that reads no input may be gone already
    child.stdin?.end(input ?? '');
  });
}

function bareEnvironment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home, TMPDIR: home, LANG: 'C.UTF-8' };
}

/** Like `run`, for programs that must succeed: the error is the program's own words. */
export async function mustRun(program: string, words: readonly string[], options: RunOptions = {}): Promise<Answer> {
  const answer = await run(program, words, options);
  if (answer.status === 0) return answer;
  const said = (answer.stderr || answer.stdout).trim().split('\n').slice(-20).join('\n');
  throw new Error(`${program} ${words.slice(0, 6).join(' ')}: exit code ${answer.status}\n${said}`);
}
