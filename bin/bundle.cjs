// Bundles TypeScript in memory (cheaper than a loader) and runs it.
const { dirname, join } = require('node:path');
const Module = require('node:module');

const root = dirname(__dirname);

/** A TypeScript file of this project with all that it imports, as one CommonJS text; `more`: options of esbuild. */
exports.bundle = (path, more) =>
  require('esbuild').buildSync({
    entryPoints: [join(root, path)],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    loader: { '.sh': 'text', '.yaml': 'text' },
    write: false,
    logLevel: 'error',
    ...more,
  });

/** The exports of a TypeScript file of this project; packages stay outside the bundle. */
exports.load = (path) => {
  const entry = join(root, path);
  const { outputFiles } = exports.bundle(path, {
    packages: 'external',
    sourcemap: 'inline',
    sourcesContent: false,
    sourceRoot: `${root}/`,
  });
  const bundle = new Module(entry, module);
  bundle.filename = entry;
  bundle.paths = Module._nodeModulePaths(root);
  bundle._compile(outputFiles[0].text, entry);
  return bundle.exports;
};
