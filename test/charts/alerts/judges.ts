import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Prometheus' and Alertmanager's own tools. */
type Judge = 'promtool' | 'amtool';

function isThere(judge: Judge): boolean {
  return spawnSync(judge, ['--version']).status === 0;
}

/** `test` where the judge is in the PATH, else `test.skip`, which is said; with CI set a skip fails. */
export function testWith(judge: Judge): typeof test {
  if (isThere(judge)) return test;
  console.warn(`SKIPPED: what ${judge} judges. It is not here.`);
  return test.skip as typeof test;
}

/** What a judge says to files, good or bad, in a folder of their own; `words` of the command line. */
export function judged(judge: Judge, files: Readonly<Record<string, string>>, ...words: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { stdout } = spawnSync('sh', ['-c', 'exec "$@" 2>&1', 'judge', judge, ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
