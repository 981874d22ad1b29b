// How long a person waits for a synthesis, from the start of the process to its end, and how much memory it takes: each
// beside its bound. Ends with 1 if a bound is broken.
//   npm run bench -- --against FOLDER   measures another checkout too, in turn with this one
//   npm run bench -- --sizes 3,10,100   fewer bakeries
const { spawnSync } = require('node:child_process');
const { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { parseArgs } = require('node:util');
const { load } = require('../bin/bundle.cjs');

/**
 * On two quiet cores; the best of some runs, on a slow day of the machine. The bakery here is 27 files: cloud, nodes,
 * signers at home, monitoring.
 */
const FEW = 3;
const BOUNDS = { fewMs: 1050, errorMs: 500, furtherMs: 130, memoryGrowth: 1.5 };

const ROOT = join(__dirname, '..');
const { against, sizes } = parseArgs({
  options: { against: { type: 'string' }, sizes: { type: 'string', default: `${FEW},10,100,1000` } },
}).values;
const checkouts = [ROOT, ...(against ? [resolve(against)] : [])];
const { madeKey, madeSshKey } = load('test/kit/made-keys.ts');
const template = readFileSync(join(ROOT, 'test/kit/fixtures/mainnet.yaml'), 'utf8');

// Away from where tests delete files, and removed at the end only: an ext4 without a journal looks at each file deleted
// in the last minutes before it makes one, and a run would wait a millisecond for every file it writes.
const cache = join(ROOT, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const scratch = mkdtempSync(join(cache, 'bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true }));
const probe = join(scratch, 'probe.cjs');
writeFileSync(
  probe,
  "process.on('exit', () => require('node:fs').writeFileSync('peak', String(process.resourceUsage().maxRSS)));",
);

/** A production bakery with keys of its own. */
function bakery(i) {
  const { address, publicKey } = madeKey('tz1', String(i));
  let signer = 0;
  return template
    .replace(/ssh-ed25519 [A-Za-z0-9+/]+/g, () => madeSshKey(`${i} ${signer++}`))
    .replace(/address: tz\w+/, `address: ${address}`)
    .replace(/publicKey: \w+/, `publicKey: ${publicKey}`)
    .replace('id: example-bakery', `id: project-${i}`);
}

const bakeries = (size) => Array.from({ length: size }, (_, i) => bakery(i));

/** The costliest mistake to answer: what was meant is searched for. */
const withTypo = (text) => text.replace(/(address: tz1\w+)(\w)(\w)/, '$1$3$2');

function measure(checkout, texts, status) {
  const folder = mkdtempSync(join(scratch, `${texts.length}-`));
  mkdirSync(join(folder, 'bakeries'));
  for (const [i, text] of texts.entries()) writeFileSync(join(folder, 'bakeries', `bakery-${i}.yaml`), text);
  const words = ['--require', probe, join(checkout, 'bin/tezos-bakery.cjs'), 'synth'];
  const started = performance.now();
  const answer = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  const milliseconds = performance.now() - started;
  if (answer.status !== status) throw new Error(`ended with ${answer.status}: ${answer.stderr}`);
  return { milliseconds, peakMiB: Number(readFileSync(join(folder, 'peak'), 'utf8')) / 1024 };
}

/** The best run of each checkout: what else a machine does only adds to a run. */
function best(texts, status = 0) {
  const rounds = texts.length > 100 ? 2 : texts.length > 10 ? 5 : 15;
  const runs = Array.from({ length: rounds }, () => checkouts.map((checkout) => measure(checkout, texts, status)));
  return checkouts.map((_, i) =>
    runs.map((round) => round[i]).reduce((a, b) => (a.milliseconds < b.milliseconds ? a : b)),
  );
}

let isBroken = false;

/** A line of the report; the first value is that of this checkout. */
function report(what, values, unit, bound) {
  const text = (value) => `${value.toFixed(unit === 'ms' ? 0 : 1)} ${unit}`;
  const [own, other = ''] = values.map(text);
  const isOver = bound !== undefined && values[0] > bound;
  isBroken ||= isOver;
  const verdict = bound === undefined ? '' : `  ${isOver ? 'BROKEN, ' : ''}at most ${text(bound)}`;
  console.log(`${what.padEnd(38)}${own.padStart(12)}${other.padStart(12)}${verdict}`);
}

for (const checkout of checkouts) measure(checkout, bakeries(1), 0); // keeps its bundle
if (against) console.log(`${''.padEnd(38)}${'here'.padStart(12)}${'there'.padStart(12)}`);

const [typo, ...right] = bakeries(FEW);
const error = best([withTypo(typo), ...right], 1);
report(
  'an error in a bakery file',
  error.map(({ milliseconds }) => milliseconds),
  'ms',
  BOUNDS.errorMs,
);

/** Per further bakery: how much longer, how much more memory. */
const slope = (from, to, key) =>
  to.results.map((each, i) => (each[key] - from.results[i][key]) / (to.size - from.size));

const measured = [];
let growth;
for (const size of sizes.split(',').map(Number)) {
  const now = { size, results: best(bakeries(size)) };
  const column = (key) => now.results.map((each) => each[key]);
  report(`${size} bakeries`, column('milliseconds'), 'ms', size === FEW ? BOUNDS.fewMs : undefined);
  report('  peak memory', column('peakMiB'), 'MiB');
  if (measured.length > 0)
    report('  per further bakery', slope(measured[0], now, 'milliseconds'), 'ms', BOUNDS.furtherMs);
  if (measured.length > 1) {
    const memory = slope(measured.at(-1), now, 'peakMiB');
    report('  memory per further bakery', memory, 'MiB', growth && growth[0] * BOUNDS.memoryGrowth);
    growth = memory;
  }
  measured.push(now);
}
process.exitCode = isBroken ? 1 : 0;
