#!/usr/bin/env node
const { dirname } = require('node:path');
const { load } = require('../../bin/bundle.cjs');

load('test/conformance/main.ts').main(dirname(dirname(__dirname)), process.argv.slice(2));
