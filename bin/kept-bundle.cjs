// The program as one file with its packages in it, kept beside them together with V8's compiled code. Finding, reading
// and compiling nine hundred files took most of a synthesis; an unchanged program now starts from two.
// Whatever is missing, older than a source or cannot be written costs time and nothing else.
const { randomUUID } = require('node:crypto');
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { basename, dirname, join, relative } = require('node:path');
const { Script } = require('node:vm');
const { bundle } = require('./bundle.cjs');

const root = dirname(__dirname);
const packages = basename(dirname(root)) === 'node_modules' ? dirname(root) : join(root, 'node_modules');
const folder = join(packages, '.cache', 'tezos-bakery');
const bundleFile = join(folder, 'bundle.cjs');
const CLOCK_TICK = 10; // milliseconds by which a file's time can lag behind the clock

/** The exports of a TypeScript file of this project. */
exports.load = (path) => {
  const { text, id } = kept() ?? keep(path);
  // V8 tells programs apart by their length alone, so the name of compiled code says which one it is of.
  const codeFile = join(folder, `${id}-${process.version}-${process.arch}.code`);
  const cachedData = attempt(() => readFileSync(codeFile));
  const script = new Script(Module.wrap(text), { filename: bundleFile, cachedData });
  // At the exit, when all that a run needs has been compiled.
  if (!cachedData || script.cachedDataRejected) process.on('exit', () => write(codeFile, script.createCachedData()));
  const bundled = { exports: {} };
  script.runInThisContext()(bundled.exports, Module.createRequire(bundleFile), bundled, bundleFile, folder);
  return bundled.exports;
};

/** The bundle of the last run, unless something it was made of has changed since. */
function kept() {
  return attempt(() => {
    const text = readFileSync(bundleFile, 'utf8');
    const { id, states } = JSON.parse(text.slice('//'.length, text.indexOf('\n')));
    return Object.entries(states).every(([file, state]) => stateOf(file) === state) ? { text, id } : undefined;
  });
}

function keep(path) {
  const begun = Date.now();
  const { outputFiles, metafile } = bundle(path, { metafile: true });
  const files = whatCounts(Object.keys(metafile.inputs));
  const states = Object.fromEntries(files.map((file) => [file, stateOf(file)]));
  const id = randomUUID();
  const text = `//${JSON.stringify({ id, states })}\n${outputFiles[0].text}`;
  // What was written meanwhile may be in the bundle or not.
  if (!files.some((file) => Number.parseFloat(stateOf(file)) > begun - CLOCK_TICK))
    write(bundleFile, text, { alone: true });
  return { text, id };
}

/** What decides about the bundle of these files, by path below the project's folder. */
function whatCounts(inputs) {
  const ours = inputs.filter((file) => !file.includes('node_modules'));
  const folders = new Set(['bin', ...ours.map(dirname)]); // a new file can take the place of one that is imported
  const programs = readdirSync(__dirname).map((file) => join('bin', file));
  const npmList = relative(root, join(packages, '.package-lock.json')); // and so can a new package
  return [...inputs, ...folders, ...programs, npmList, 'package.json', 'tsconfig.json'];
}

/**
 * Changes with every write: nobody can set a file's ctime. Paths are below the project's folder, so that a copy of it
 * does not take the original's files for its own.
 */
function stateOf(file) {
  const stats = statSync(join(root, file), { throwIfNoEntry: false });
  return stats ? `${stats.ctimeMs} ${stats.size}` : 'missing';
}

/** Whole or not at all, also with other runs beside this one. `alone`: everything else that was kept goes. */
function write(file, content, { alone = false } = {}) {
  const temporary = `${file}.${randomUUID()}`;
  attempt(() => {
    if (alone) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, content);
    renameSync(temporary, file);
  });
  attempt(() => rmSync(temporary, { force: true }));
}

/** What `work` answers; undefined where it fails. */
function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
