// How long a synthesis takes as bakeries grow: the whole process, in a folder of its own. Prints the best wall time of
// some runs, time per further bakery, and peak memory.
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { b58Encode, getPkhfromPk, PrefixV2 } = require('@taquito/utils');
const { scripts } = require('../package.json');

const SIZES = (process.argv[2] ?? '1,10,100,1000').split(',').map(Number);
const ROOT = join(__dirname, '..');
const TEMPLATE = readFileSync(join(ROOT, 'test/kit/fixtures/mainnet.yaml'), 'utf8');
const command = join(ROOT, 'bin/tezos-bakery.cjs');
/** As `npm run synth` starts it. */
const flags = scripts.synth.split(' ').filter((word) => word.startsWith('--'));

// Away from where tests delete files, and removed at the end only: an ext4 without a journal looks at each file deleted
// in the last minutes before it makes one, and a run would wait a millisecond for every file it writes.
const cache = join(ROOT, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const scratch = mkdtempSync(join(cache, 'bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true }));

/** A production bakery with a key of its own: text that is valid and belongs to nobody. */
function bakery(i) {
  const publicKey = b58Encode(createHash('sha256').update(String(i)).digest(), PrefixV2.Ed25519PublicKey);
  return TEMPLATE.replace(/address: tz\w+/, `address: ${getPkhfromPk(publicKey)}`)
    .replace(/publicKey: \w+/, `publicKey: ${publicKey}`)
    .replace('id: example-bakery', `id: project-${i}`);
}

function measure(size) {
  const folder = mkdtempSync(join(scratch, `${size}-`));
  mkdirSync(join(folder, 'bakeries'));
  for (let i = 0; i < size; i++) writeFileSync(join(folder, 'bakeries', `bakery-${i}.yaml`), bakery(i));
  const probe = `process.on('exit', () => require('node:fs').writeFileSync('peak', String(process.resourceUsage().maxRSS)));
    process.argv.splice(1, 1, ${JSON.stringify(command)}); require(${JSON.stringify(command)});`;
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, [...flags, '-e', probe, 'x', 'synth'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  if (status !== 0) throw new Error(stderr);
  const peakMiB = Number(readFileSync(join(folder, 'peak'), 'utf8')) / 1024;
  return { milliseconds, peakMiB };
}

console.log('bakeries   wall ms   ms per further bakery   peak MiB');
let first;
for (const size of SIZES) {
  // Of short runs more: their difference is small against what a machine does beside them.
  const runs = Array.from({ length: size > 100 ? 2 : size > 10 ? 5 : 15 }, () => measure(size));
  const best = runs.reduce((a, b) => (a.milliseconds < b.milliseconds ? a : b));
  first ??= { size, ...best };
  const further = size > first.size ? (best.milliseconds - first.milliseconds) / (size - first.size) : 0;
  const columns = [size, best.milliseconds.toFixed(0), further.toFixed(1), best.peakMiB.toFixed(0)];
  console.log(columns.map((text, i) => String(text).padStart([8, 10, 24, 11][i])).join(''));
}
