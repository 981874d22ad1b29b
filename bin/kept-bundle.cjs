// The program as one file with its packages in it, kept beside them together with V8's compiled code. Finding, reading
// and compiling nine hundred files took most of a synthesis; an unchanged program now starts from two.
// Whatever is missing, damaged, older than a source or cannot be written costs time and nothing else.
const { randomUUID } = require('node:crypto');
const { existsSync, readdirSync, statSync } = require('node:fs');
const Module = require('node:module');
const { basename, dirname, join, relative } = require('node:path');
const { Script } = require('node:vm');
const { isMainThread } = require('node:worker_threads');
const { bundle } = require('./bundle.cjs');
const { KeptFiles } = require('./kept-files.cjs');
const { alias, lighter } = require('./lighter.cjs');

const root = dirname(__dirname);
const packages = basename(dirname(root)) === 'node_modules' ? dirname(root) : join(root, 'node_modules');
/** npm's list of what it has installed: it changes when a package takes another's place. */
const npmList = join(packages, '.package-lock.json');
const files = new KeptFiles(join(packages, '.cache', 'tezos-bakery'));
const BUNDLE = 'bundle';

/** The exports of a TypeScript file of this project. */
exports.load = (path) => exports.run(exports.find(path));

/** A TypeScript file of this project as a program: its text, and its id if it is kept. */
exports.find = (path) => kept() ?? keep(path);

/** The exports of such a program. */
exports.run = ({ text, id }) => {
  // V8 tells programs apart by their length alone, so the name of compiled code says which one it is of.
  const codeName = `${id}-${process.version}-${process.arch}`;
  const cachedData = id && files.read(codeName);
  const filename = files.pathOf('tezos-bakery.cjs'); // for messages: there is no such file
  const script = new Script(text, { filename, cachedData });
  if (id && isMainThread && (!cachedData || script.cachedDataRejected)) {
    // At the exit, when all that a run needs has been compiled.
    process.on('exit', () => files.write(codeName, () => script.createCachedData()));
  }
  const bundled = { exports: {} };
  script.runInThisContext()(bundled.exports, Module.createRequire(filename), bundled, filename, dirname(filename));
  return bundled.exports;
};

/** The bundle of an earlier run, unless something it was made of has changed since. */
function kept() {
  const text = files.read(BUNDLE)?.toString();
  if (text === undefined) return undefined;
  const { id, states } = JSON.parse(text.slice('//'.length, text.indexOf('\n')));
  return Object.entries(states).every(([file, state]) => stateOf(file) === state) ? { text, id } : undefined;
}

/** A new bundle; with an id, if it is kept. */
function keep(path) {
  const begun = files.now();
  // Without comments nothing but ASCII is left, which V8 holds in half the memory; wrapped now, or it would be copied
  // in every run.
  const { outputFiles, metafile } = bundle(path, {
    alias,
    metafile: true,
    minifyWhitespace: true,
    legalComments: 'none',
  });
  const text = Module.wrap(lighter(outputFiles[0].text));
  const inputs = whatCounts(Object.keys(metafile.inputs));
  // What was written meanwhile may be in the bundle or not; and other installers than npm have no such list.
  const isSure = begun !== undefined && existsSync(npmList) && inputs.every((file) => changedAt(file) < begun);
  if (!isSure) return { text };
  files.clear();
  const id = randomUUID();
  const states = Object.fromEntries(inputs.map((file) => [file, stateOf(file)]));
  const named = `//${JSON.stringify({ id, states })}\n${text}`;
  return files.write(BUNDLE, () => Buffer.from(named)) ? { text: named, id } : { text };
}

/** What decides about the bundle of these files, by path below the project's folder. */
function whatCounts(inputs) {
  const ours = inputs.filter((file) => !file.includes('node_modules'));
  const folders = new Set(['bin', ...ours.map(dirname)]); // a new file can take the place of one that is imported
  const programs = readdirSync(__dirname).map((file) => join('bin', file));
  return [...inputs, ...folders, ...programs, relative(root, npmList), 'package.json', 'tsconfig.json'];
}

/**
 * Changes with every write: nobody can set a file's ctime. Paths are below the project's folder, so that a copy of it
 * does not take the original's files for its own.
 */
function stateOf(file) {
  const stats = statsOf(file);
  return stats ? `${stats.ctimeMs} ${stats.size}` : 'missing';
}

const changedAt = (file) => statsOf(file)?.ctimeMs ?? 0;
const statsOf = (file) => statSync(join(root, file), { throwIfNoEntry: false });
