import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../kit/root';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'cache-test-'));
});
const started = new Set<ChildProcess>();
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(cache, { recursive: true, force: true });
});

/** What a run does that needs something built: two files, the second one when it is told to go on. */
const build = `
  const { load } = require('./bin/bundle.cjs');
  const { writeFileSync } = require('node:fs');
  const [, kind] = process.argv;
  const cache = load('test/conformance/tools/cache.ts');
  cache.removeStaleDrafts();
  cache[kind]('thing', async (folder) => {
    writeFileSync(folder + '/first', String(process.pid));
    console.log('begun');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    writeFileSync(folder + '/second', String(process.pid));
  }).then((folder) => process.exit(console.log('answered ' + folder)));
`;

interface Run {
  readonly child: ChildProcess;
  said(words: string): Promise<string>;
  goOn(): Promise<number | null>;
  readonly status: Promise<number | null>;
}

function start(kind: 'cached' | 'cachedInPlace'): Run {
  const env = { ...process.env, BAKERY_CONFORMANCE_CACHE: cache };
  const child = spawn(process.execPath, ['-e', build, kind], { cwd: ROOT, env });
  started.add(child);
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  child.stdin.on('error', () => {}); // it may have nothing to wait for
  const status = new Promise<number | null>((resolve) => child.once('close', resolve));
  const said = async (words: string) => {
    while (!text.includes(words)) {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}, and said ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return text;
  };
  const goOn = () => {
    child.stdin.write('go on');
    return status;
  };
  return { child, said, goOn, status };
}

const read = (name: string) => readFileSync(join(cache, 'thing', name), 'utf8');
const left = () => readdirSync(cache).filter((name) => name !== 'thing');

describe.each(['cached', 'cachedInPlace'] as const)('%s', (kind) => {
  test('two runs at once build apart, and both get one that is whole', async () => {
    const runs = [start(kind), start(kind)];
    await Promise.all(runs.map((run) => run.said('begun')));
    expect(await Promise.all(runs.map((run) => run.goOn()))).toEqual([0, 0]);
    for (const run of runs) expect(await run.said('answered')).toContain(join(cache, 'thing'));
    expect(read('first')).toBe(read('second'));
    const place = kind === 'cached' ? [] : [realpathSync(join(cache, 'thing')).split('/').at(-1)];
    expect(left()).toEqual(place);
  });

  test('what a killed run has begun is never used, and the next run removes it', async () => {
    const killed = start(kind);
    await killed.said('begun');
    killed.child.kill('SIGKILL');
    await killed.status;
    expect(existsSync(join(cache, 'thing'))).toBe(false);
    expect(left()).toHaveLength(1);
    const next = start(kind);
    expect(await next.goOn()).toBe(0);
    expect([read('first'), read('second')]).toEqual([String(next.child.pid), String(next.child.pid)]);
    expect(left()).toHaveLength(kind === 'cached' ? 0 : 1);
  });

  test('what is there is not built again', async () => {
    expect(await start(kind).goOn()).toBe(0);
    const maker = read('first');
    expect(await start(kind).said('answered')).not.toContain('begun');
    expect(read('first')).toBe(maker);
  });
});

test('a link to a folder that was deleted by hand is made anew', async () => {
  symlinkSync('thing.at-1-gone', join(cache, 'thing'));
  expect(await start('cachedInPlace').goOn()).toBe(0);
  expect(read('first')).toBe(read('second'));
});
