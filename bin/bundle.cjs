// Bundles TypeScript in memory (cheaper than a loader) and runs it.
const { readdirSync, readFileSync } = require('node:fs');
const { dirname, join, relative } = require('node:path');
const Module = require('node:module');

const root = dirname(__dirname);

/** What a program of ours may hold beside its own folder, what programs share, and Node's own modules. */
const IN_PROGRAMS = /^(?:(?:\.\.\/)*|.*\/node_modules\/|node_modules\/)@(?:scure\/base|noble\/hashes)\//;

/**
 * A program of ours as it runs in a pod or at home: one ES module, readable. The same text wherever npm has put the
 * packages. Throws if it would hold anything else.
 */
exports.program = (name) => {
  const { outputFiles, metafile } = require('esbuild').buildSync({
    entryPoints: [join(root, `programs/${name}/${name}.program.ts`)],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const strangers = Object.keys(metafile.inputs).filter(
    (path) => !path.startsWith('programs/') && !IN_PROGRAMS.test(path),
  );
  if (strangers.length > 0) throw new Error(`the program ${name} may not hold ${strangers.join(', ')}`);
  return outputFiles[0].text.replace(/^(\s*\/\/ )\S*\/(?=@(?:noble|scure)\/)/gm, '$1node_modules/');
};

/** Programs that run in pods and at home. */
exports.programs = () =>
  Object.fromEntries(
    ['guard', 'agent', 'chain-exporter', 'heartbeat', 'payout-guard', 'preflight', 'site-builder'].map((name) => [
      name,
      exports.program(name),
    ]),
  );

/** What Ansible reads of signer/, path below it to content: all but what renders, and words to people. */
exports.signerFiles = () => {
  const folder = join(root, 'signer');
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll('\\', '/'))
    .filter((path) => path.startsWith('roles/') || !/\.(ts|sh|md)$/.test(path))
    .sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
};

/** A TypeScript file of this project with all that it imports, as one CommonJS text; `more`: options of esbuild. */
exports.bundle = (path, more) =>
  require('esbuild').buildSync({
    entryPoints: [join(root, path)],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    loader: { '.sh': 'text', '.yaml': 'text', '': 'text' }, // a Dockerfile has no ending
    define: {
      BUNDLED_PROGRAMS: JSON.stringify(exports.programs()),
      SIGNER_FILES: JSON.stringify(exports.signerFiles()),
    },
    write: false,
    logLevel: 'error',
    ...more,
  });

/**
 * Of two copies of these neither knows the constructs of the other, and npm may install two: ours beside ours, and
 * another one for the CLIs, which then is nearer to cdktf. In a bundle every package takes our copy.
 */
const sharedPackages = ['constructs', 'cdk8s', 'cdktf'];

/** With every package in it; `more`: options of esbuild. */
exports.bundleWithPackages = (path, more) => {
  const own = Module.createRequire(join(root, 'package.json'));
  const alias = Object.fromEntries(sharedPackages.map((name) => [name, dirname(own.resolve(`${name}/package.json`))]));
  return exports.bundle(path, { alias, ...more });
};

const withSourceMap = { sourcemap: 'inline', sourcesContent: false, sourceRoot: `${root}/` };

/** The exports of a TypeScript file of this project; packages stay outside the bundle. */
exports.load = (path) => run(path, exports.bundle(path, { packages: 'external', ...withSourceMap }));

/** The same with the packages as they are in a bundle that is kept. */
exports.loadWithPackages = (path) => run(path, exports.bundleWithPackages(path, withSourceMap));

function run(path, { outputFiles }) {
  const entry = join(root, path);
  const bundle = new Module(entry, module);
  bundle.filename = entry;
  bundle.paths = Module._nodeModulePaths(root);
  bundle._compile(outputFiles[0].text, entry);
  return bundle.exports;
}
