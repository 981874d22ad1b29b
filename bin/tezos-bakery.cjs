#!/usr/bin/env node
// With DEBUG a stack trace names lines of the sources.
const debug = Boolean(process.env.DEBUG);
const { load } = require(debug ? './bundle.cjs' : './kept-bundle.cjs');

// Newer Node warns of what old packages still call; an operator can do nothing about it.
process.noDeprecation = true;
process.setSourceMapsEnabled(debug);
load('synth/main.ts').main(process.argv.slice(2));
