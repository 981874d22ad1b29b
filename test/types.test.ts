import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './kit/root';

const MINUTE = 60_000;

/** Tests run without their types: what does not compile must not pass for green. */
test(
  'everything compiles',
  () => {
    const compiler = join(ROOT, 'node_modules/.bin/tsc');
    const { status, stdout, stderr, error } = spawnSync(compiler, ['-p', '.'], { cwd: ROOT, encoding: 'utf8' });
    if (error) throw error;
    const words = `${stdout}${stderr}`.split('\n').slice(0, 20).join('\n');
    if (status !== 0) throw new Error(words);
  },
  MINUTE,
);
