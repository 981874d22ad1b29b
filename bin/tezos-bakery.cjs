#!/usr/bin/env node
const { load } = require('./kept-bundle.cjs');

// Newer Node warns of what old packages still call; an operator can do nothing about it.
process.noDeprecation = true;
load('synth/main.ts').main(process.argv.slice(2));
