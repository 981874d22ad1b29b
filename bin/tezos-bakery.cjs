#!/usr/bin/env node
// Newer Node warns of what old packages still call; an operator can do nothing about it.
process.noDeprecation = true;

const words = process.argv.slice(2);
if (process.env.DEBUG) {
  // A stack trace names lines of the sources.
  process.setSourceMapsEnabled(true);
  require('./bundle.cjs').load('synth/main.ts').main(words);
} else {
  const { find, run } = require('./kept-bundle.cjs');
  const program = find('synth/main.ts');
  const helper = words[0] === 'day-one' ? undefined : require('./helper.cjs').start(program, process.cwd());
  run(program).main(words, helper);
}
