// The program as one file with its packages in it, kept beside them: to find and read nine hundred files took most of a
// synthesis. Whatever is missing, damaged or cannot be written costs time and nothing else.
const { createHash, randomUUID } = require('node:crypto');
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { basename, dirname, join, relative } = require('node:path');
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
  const content = readFileSync(file);
  if (!content.equals(sealed(content.subarray(SEAL_BYTES))))
    throw new Error('with one other letter it may render another thing');
  Module.enableCompileCache?.(cache);
  return require(file);
}

/** Makes that bundle, and removes what was kept of other sources. Two processes may do so at once. */
function keep(path, file) {
  mkdirSync(cache, { recursive: true });
  const temporary = join(cache, randomUUID());
  const { outputFiles } = bundleWithPackages(path, {
    // Without comments only ASCII is left, which V8 holds in half the memory.
    minifyWhitespace: true,
    legalComments: 'none',
  });
  try {
    writeFileSync(temporary, sealed(outputFiles[0].contents));
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
  const others = readdirSync(cache).filter((name) => name !== basename(file));
  for (const name of others) rmSync(join(cache, name), { recursive: true, force: true });
  return file;
}

/** A bundle behind a line with its digest. */
function sealed(code) {
  return Buffer.concat([Buffer.from(`//${createHash('sha256').update(code).digest('hex')}\n`), code]);
}
const SEAL_BYTES = sealed(Buffer.of()).length;

function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
