// The program as one file with its packages in it, kept beside them: to find and read nine hundred files took most of a
// synthesis. Whatever is missing, damaged or cannot be written costs time and nothing else.
const { createHash, randomUUID } = require('node:crypto');
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { basename, dirname, join, relative } = require('node:path');
const { Script } = require('node:vm');
const { bundleWithPackages, loadWithPackages } = require('./bundle.cjs');

const root = dirname(__dirname);
const packages = basename(dirname(root)) === 'node_modules' ? dirname(root) : join(root, 'node_modules');
/** npm's list of what it has installed; other installers have none, and nothing is kept. */
const npmList = join(packages, '.package-lock.json');
const cache = join(packages, '.cache', 'tezos-bakery');

/** The exports of a TypeScript file of this project. */
exports.load = (path) => {
  const file = attempt(() => join(cache, `${digestOfSources()}.cjs`));
  if (!file) return loadWithPackages(path);
  return attempt(() => run(file)) ?? attempt(() => run(keep(path, file))) ?? loadWithPackages(path);
};

/** The same for the same sources and packages, and for no others. */
function digestOfSources() {
  const own = ['bin', 'charts', 'infra', 'model', 'programs', 'signer', 'synth'].flatMap(filesIn).sort();
  const digest = createHash('sha256');
  for (const file of [...own, join(root, 'package.json'), join(root, 'tsconfig.json'), npmList]) {
    const content = readFileSync(file);
    digest.update(`${relative(root, file)} ${content.length}\n`).update(content);
  }
  return digest.digest('hex');
}

function filesIn(folder) {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/** The exports of a kept bundle. */
function run(file) {
  const code = read(file);
  const compiled = attempt(() => read(compiledFile(file)));
  const script = new Script(Module.wrap(code.toString('latin1')), { filename: file, cachedData: compiled });
  const bundle = new Module(file, module);
  script.runInThisContext()(bundle.exports, Module.createRequire(file), bundle, file, cache);
  // What has run by then is all that such a run needs: it is kept as V8 has compiled it.
  if (!compiled || script.cachedDataRejected)
    process.once('exit', () => attempt(() => write(compiledFile(file), script.createCachedData())));
  return bundle.exports;
}

/** V8's own form of a bundle, which another version of it does not take. */
const compiledFile = (file) => join(cache, 'compiled', `${basename(file)}.${process.version}`);

/** Makes that bundle, and removes what was kept of other sources. Two processes may do so at once. */
function keep(path, file) {
  const { outputFiles } = bundleWithPackages(path, {
    // Without comments only ASCII is left, which V8 holds in half the memory.
    minifyWhitespace: true,
    legalComments: 'none',
  });
  write(file, outputFiles[0].contents);
  const others = readdirSync(cache).filter((name) => name !== basename(file));
  for (const name of others) rmSync(join(cache, name), { recursive: true, force: true });
  return file;
}

/** Behind a line with the digest of what is written, and at once: another process sees all of it, or nothing. */
function write(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = join(cache, randomUUID());
  try {
    writeFileSync(temporary, Buffer.concat([sealOf(content), content]));
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** What was written. With one other letter it may render another thing. */
function read(file) {
  const all = readFileSync(file);
  const content = all.subarray(SEAL_BYTES);
  if (!all.subarray(0, SEAL_BYTES).equals(sealOf(content))) throw new Error(`${file} is damaged`);
  return content;
}

const sealOf = (content) => Buffer.from(`//${createHash('sha256').update(content).digest('hex')}\n`);
const SEAL_BYTES = sealOf('').length;

function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
