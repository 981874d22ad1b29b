// How long the payout site takes to make, and how much memory: the site builder beside the way of 2019, which gave Jekyll a
// Markdown page for each delegator. Each in a process of its own, in turn. Ends with 1 if a bound is broken.
//   npm run bench:site                     2,000 delegators both ways, then 20,000, with 100 cycles each
//   npm run bench:site -- --jekyll PATH    another Jekyll than that of the PATH
const { execFileSync, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { join } = require('node:path');
const { parseArgs } = require('node:util');
const { bundle, load } = require('../bin/bundle.cjs');

/** On two quiet cores. */
const BOUNDS = { timesFaster: 8, largeSeconds: 60, largeMiB: 1024 };
const BAKER = 'tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb';
const CYCLES = 100;
const FEW = 2000;
const MANY = 20_000;
const ROUNDS = 3;

const ROOT = join(__dirname, '..');
/** `way`, `folder` and `program` are for the processes that this one starts. */
const { way, folder, program, jekyll } = parseArgs({
  options: {
    ...{ way: { type: 'string' }, folder: { type: 'string' }, program: { type: 'string' } },
    jekyll: { type: 'string', default: 'jekyll' },
  },
}).values;

const hash = (text) => createHash('sha256').update(text).digest();
/** Engines send a hundred transfers in one operation. */
const BATCH = 100;

/** Backerei's database, written cycle by cycle: the larger one does not fit into a string. */
function writeDocument(path, delegators) {
  const { encode, encodings } = load('model/tezos/base58check.ts');
  const address = (number) => encode(Uint8Array.from(hash(`delegator ${number}`).subarray(0, 20)), encodings.tz1);
  const operation = (cycle, batch) => `o${encode(hash(`${cycle} ${batch}`), { prefix: [5, 116] }).slice(-50)}`;
  const addresses = Array.from({ length: delegators }, (_, i) => address(i));
  const file = fs.openSync(path, 'w');
  const baker = { bondRewards: '0', feeRewards: '0', looseRewards: '0', totalRewards: '0' };
  fs.writeSync(file, '{"payoutsByCycle":{');
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    let total = 0n;
    const operations = Array.from({ length: Math.ceil(delegators / BATCH) }, (_, batch) => operation(cycle, batch));
    const rows = addresses.map((each, i) => {
      const reward = BigInt(1_000_000 + ((cycle * 7919 + i * 104_729) % 90_000_000));
      total += reward;
      const payoutOperationHash = operations[Math.floor(i / BATCH)];
      const paid = { estimatedRewards: `${reward}`, finalRewards: `${reward}`, payoutOperationHash };
      return [each, { balance: `${reward * 1000n}`, ...paid }];
    });
    const totals = { realized: `${total}`, paid: `${total}`, realizedDifference: '0', estimatedDifference: '0' };
    const json = {
      ...{ delegators: Object.fromEntries(rows), fee: { denominator: 10, numerator: 1 }, stakingBalance: '1' },
      ...{ stolenBlocks: [], estimatedBakerRewards: baker, finalBakerRewards: baker },
      ...{ estimatedTotalRewards: `${total}`, finalTotalRewards: totals },
    };
    fs.writeSync(file, `${cycle > 0 ? ',' : ''}"${cycle}":${JSON.stringify(json)}`);
  }
  fs.writeSync(file, '}}');
  fs.closeSync(file);
}

/** The site builder on a document; what it uploads is read, and goes nowhere. */
async function ours(work) {
  const { buildSite } = require(program);
  const document = join(work, 'payouts.json');
  const stored = { name: 'payouts.json', generation: '1', md5: '', bytes: fs.statSync(document).size };
  const archive = {
    find: async () => stored,
    open: () => fs.createReadStream(document, { highWaterMark: 256 * 1024 }),
  };
  let uploads = 0;
  const write = async () => String(++uploads);
  const bucket = { list: async () => [], find: async () => undefined, write, remove: async () => {} };
  const config = {
    ...{ chain: { id: 'NetXdQprcVkpaWU' }, bakers: [{ name: 'alice', address: BAKER }], bucket: 'site' },
    ...{ history: [{ baker: 'alice', backerei: { object: 'payouts.json', paid: 'final' } }], archive: 'archive' },
    ...{ address: { domain: { name: 'payouts.example.com' } }, explorer: 'https://tzkt.io', work, jekyll },
  };
  await buildSite({ config, bucket, archive, log: () => {}, nowMs: Date.now() });
}

/** As in 2019: a table in Markdown for each delegator, and Jekyll makes everything. */
async function asIn2019(work) {
  const source = join(work, 'source');
  for (const each of ['payouts', '_layouts']) fs.mkdirSync(join(source, each), { recursive: true });
  fs.writeFileSync(join(source, '_layouts/about.html'), '<html><body>{{ content }}</body></html>\n');
  const { payoutsByCycle } = JSON.parse(fs.readFileSync(join(work, 'payouts.json'), 'utf8'));
  const pages = new Map();
  for (const [cycle, { delegators }] of Object.entries(payoutsByCycle)) {
    for (const [each, row] of Object.entries(delegators)) {
      const { balance, estimatedRewards, finalRewards, payoutOperationHash } = row;
      const head = `---\nlayout: about\n---\n### Payout to address ${each}:\n\n|Cycle|Balance|Estimated rewards|Final rewards|Payout operation|\n|---|---|---|---|---|\n`;
      const line = `|${cycle}|${balance}|${estimatedRewards}|${finalRewards}|${payoutOperationHash.slice(0, 7)}|\n`;
      pages.set(each, `${pages.get(each) ?? head}${line}`);
    }
  }
  for (const [each, text] of pages) fs.writeFileSync(join(source, `payouts/${each}.md`), text);
  const words = ['build', '--quiet', '--source', source, '--destination', join(work, '_site')];
  execFileSync(jekyll, words, { env: { ...process.env, JEKYLL_NO_BUNDLER_REQUIRE: 'true' }, stdio: 'inherit' });
}

/** One way in a process of its own. Its memory is Node's; Jekyll has its own for a second. */
function measure(name, document) {
  const work = fs.mkdtempSync(join(scratch, `${name}-`));
  fs.linkSync(document, join(work, 'payouts.json'));
  const probe = join(work, 'probe.cjs');
  const tell =
    "process.on('exit', () => require('node:fs').writeFileSync('peak', String(process.resourceUsage().maxRSS)));";
  fs.writeFileSync(probe, tell);
  const words = [...nodeOptions, '--require', probe, __filename, '--way', name, '--folder', work];
  words.push('--program', join(scratch, 'build-site.cjs'), '--jekyll', jekyll);
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: work, encoding: 'utf8' });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  const peakMiB = Number(fs.readFileSync(join(work, 'peak'), 'utf8')) / 1024;
  fs.rmSync(work, { recursive: true });
  return { seconds, peakMiB };
}

let scratch;
/** As in the pod. */
let nodeOptions;

function compare() {
  const cache = join(ROOT, 'node_modules/.cache');
  fs.mkdirSync(cache, { recursive: true });
  scratch = fs.mkdtempSync(join(cache, 'bench-site-'));
  process.on('exit', () => fs.rmSync(scratch, { recursive: true }));
  const [few, many] = [join(scratch, 'few.json'), join(scratch, 'many.json')];
  ({ nodeOptions } = load('programs/site-builder/site-builder.contract.ts'));
  // As in the pod, where the program is one file.
  const { outputFiles } = bundle('programs/site-builder/build-site.ts');
  fs.writeFileSync(join(scratch, 'build-site.cjs'), outputFiles[0].text);
  writeDocument(few, FEW);
  writeDocument(many, MANY);
  const rounds = Array.from({ length: ROUNDS }, () => [measure('ours', few), measure('2019', few)]);
  const best = (i) => rounds.map((round) => round[i]).reduce((a, b) => (a.seconds < b.seconds ? a : b));
  const [own, old] = [best(0), best(1)];
  const large = measure('ours', many);
  const times = old.seconds / own.seconds;
  const bounds = [
    [`${FEW} x ${CYCLES}, as in 2019`, `${old.seconds.toFixed(1)} s`, true, ''],
    [`${FEW} x ${CYCLES}, ours`, `${own.seconds.toFixed(1)} s`, true, ''],
    ['  times faster', times.toFixed(1), times >= BOUNDS.timesFaster, `at least ${BOUNDS.timesFaster}`],
    [
      `${MANY} x ${CYCLES}, ours`,
      `${large.seconds.toFixed(1)} s`,
      large.seconds <= BOUNDS.largeSeconds,
      `at most ${BOUNDS.largeSeconds} s`,
    ],
    [
      '  peak memory',
      `${large.peakMiB.toFixed(0)} MiB`,
      large.peakMiB <= BOUNDS.largeMiB,
      `at most ${BOUNDS.largeMiB} MiB`,
    ],
  ];
  for (const [what, value, isKept, bound] of bounds) {
    console.log(`${what.padEnd(30)}${value.padStart(12)}  ${isKept ? '' : 'BROKEN, '}${bound}`);
    if (!isKept) process.exitCode = 1;
  }
}

if (way === undefined) compare();
else (way === 'ours' ? ours : asIn2019)(folder);
