import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Child } from '../signing/child-program';
import { mustRun, run } from '../tools/run';
import type { HomeCheck } from './home-check';
import type { HomesScene } from './homes-scene';

const CUTS = 20;
/** Without waiting for the card: what an agent must not do. */
const SPOILT_CUTS = 5;

interface CutTally {
  cuts: number;
  /** Epochs that were said to be kept. */
  kept: number;
  readonly lost: string[];
}

/**
 * The power goes while the agent's own code writes epochs to a file system of its own: whatever was said to be kept is
 * there afterwards, and never damaged. Then the same code without fsync, which must lose some.
 */
export const epochsOutliveCuts: HomeCheck = {
  name: 'the power goes in the middle of writing an epoch: what was kept is there, and nothing is half written',
  async run(scene) {
    const spoilt = await cut(scene, await writer(scene, true), SPOILT_CUTS);
    if (spoilt.lost.length === 0)
      return `nothing is lost without fsync either, in ${spoilt.cuts} cuts: this proves nothing`;
    const real = await cut(scene, await writer(scene, false), CUTS);
    if (real.lost.length > 0) return real.lost.slice(0, 5).join('\n');
    return {
      measured: `${real.cuts} cuts, ${real.kept} epochs; without fsync ${spoilt.lost.length} of ${spoilt.cuts} cuts lose it`,
    };
  },
};

async function cut({ folder, scripts }: HomesScene, program: string, cuts: number): Promise<CutTally> {
  const image = join(folder, 'cuts.ext4');
  await mustRun('sh', ['-ec', 'rm -f "$0"; truncate -s 16M "$0"; mke2fs -q -t ext4 "$0"', image]);
  const tally: CutTally = { cuts: 0, kept: 0, lost: [] };
  let last = 0;
  for (let i = 0; i < cuts; i++) {
    const kept = await writeUntilCut({ image, program, scripts, first: last + 1, afterMs: 20 + Math.random() * 150 });
    last = Math.max(last, ...kept);
    tally.cuts++;
    tally.kept += kept.length;
    const read = await run('unshare', [
      '--mount',
      'sh',
      '-ec',
      'mount -o loop "$0" /mnt; "$@"; umount /mnt',
      image,
      process.execPath,
      program,
      '/mnt',
      'read',
    ]);
    const found = Number(read.stdout.trim());
    if (read.status !== 0)
      tally.lost.push(
        `after epoch ${last}: ${read.stderr
          .trim()
          .split('\n')
          .find((line) => /Error|damaged/.test(line))}`,
      );
    else if (!(found >= last)) tally.lost.push(`epoch ${last} was kept, ${read.stdout.trim()} is there`);
    if (tally.lost.length > 0) last = Number.isNaN(found) ? 0 : found;
  }
  return tally;
}

/** The numbers that were said to be kept before the power went. */
async function writeUntilCut(of: {
  image: string;
  program: string;
  scripts: string;
  first: number;
  afterMs: number;
}): Promise<number[]> {
  const { image, program, scripts, first, afterMs } = of;
  const kept: number[] = [];
  let begun: () => void = () => {};
  const begins = new Promise<void>((resolve) => (begun = resolve));
  const script = 'mount -o loop,commit=60 "$0" /mnt; exec "$@"';
  const child = new Child({
    program: 'unshare',
    words: ['--mount', 'sh', '-ec', script, image, process.execPath, program, '/mnt', `${first}`],
    onLine: (line) => {
      if (/^\d+$/.test(line)) kept.push(Number(line));
      begun();
    },
  });
  child.onEnd(begun);
  await begins;
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const input = readFileSync(join(scripts, 'power-cut.py'), 'utf8');
  await run('nsenter', ['--target', `${child.pid}`, '--mount', 'python3', '-', '/mnt'], { input });
  await child.kill();
  await child.heard;
  for (let i = 0; i < 100 && (await run('losetup', ['-j', image])).stdout !== ''; i++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return kept;
}

/** The agent's code that keeps epochs; `spoilt`: without waiting for the card. */
async function writer({ folder, context }: HomesScene, spoilt: boolean): Promise<string> {
  const outfile = join(folder, spoilt ? 'spoilt-writer.cjs' : 'epoch-writer.cjs');
  const edit = (text: string) => {
    if (!text.includes('fsyncSync(')) throw new Error('what keeps an epoch does not wait for the card any more');
    return text.replaceAll(/fsyncSync\((\w+)\)/g, '$1');
  };
  await build({
    entryPoints: [join(context.root, 'test/conformance/homes/epoch-writer.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
    plugins: [
      {
        name: 'spoil',
        setup: ({ onLoad }) =>
          onLoad({ filter: /durable-file\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, 'utf8');
            return { contents: spoilt ? edit(text) : text, loader: 'ts' };
          }),
      },
    ],
  });
  return outfile;
}
