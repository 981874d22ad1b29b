#!/usr/bin/env node
// Newer Node warns of what old packages still call; an operator can do nothing about it.
process.noDeprecation = true;
// With DEBUG a stack trace names lines of the sources.
if (process.env.DEBUG) process.setSourceMapsEnabled(true);
const load = process.env.DEBUG ? require('./bundle.cjs').loadWithPackages : require('./kept-bundle.cjs').load;
load('synth/main.ts').main(process.argv.slice(2));
