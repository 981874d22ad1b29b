#!/usr/bin/env node
// Bundles the sources in memory (tens of milliseconds, cheaper than a loader) and runs them.
// Packages stay outside the bundle: it finds them as this project does, also as a dependency of another.
const { join, dirname } = require('node:path');
const Module = require('node:module');
const { buildSync } = require('esbuild');

// Newer Node warns of what old packages still call; an operator can do nothing about it.
process.noDeprecation = true;

const root = dirname(__dirname);
const entry = join(root, 'synth', 'main.ts');
const { outputFiles } = buildSync({
  entryPoints: [entry],
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  packages: 'external',
  loader: { '.sh': 'text', '.yaml': 'text' },
  sourcemap: 'inline',
  sourcesContent: false,
  write: false,
  logLevel: 'error',
});
const bundle = new Module(entry, module);
bundle.filename = entry;
bundle.paths = Module._nodeModulePaths(root);
bundle._compile(outputFiles[0].text, entry);
bundle.exports.main(process.argv.slice(2));
