import { join } from 'node:path';
import { BakeryFileError, sentence } from '../model/messages/problems';
import { hideSecrets } from '../model/messages/secrets';
import { mustBeRight } from '../model/reading/check';
import { CliFolder, type Door } from './cli-folder';
import { DistFolder } from './dist-folder';
import { readPermanentLists } from './permanent-lists';
import { readBakeryFiles } from './read-bakeries';

const USAGE = `usage: tezos-bakery synth    render every bakery of bakeries/ into dist/
       tezos-bakery cdk8s    the same, started by the cdk8s CLI (app in cdk8s.yaml)
       tezos-bakery cdktf    the same, started by the cdktf CLI (app in cdktf.json)
       tezos-bakery day-one <bakery>    print the commands of its first day, in order`;

/**
 * The command line. Bakeries and dist/ belong to the folder it is started in, wherever this project lies.
 * What renders is loaded after the files are read: it takes longer than to answer a mistake in them.
 */
export function main(words: readonly string[]): void {
  const [verb, name, ...rest] = words;
  const isDoor = ['synth', 'cdk8s', 'cdktf'].includes(verb ?? '') && name === undefined;
  const isDayOne = verb === 'day-one' && name !== undefined && rest.length === 0;
  if (!isDoor && !isDayOne) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  try {
    if (isDayOne) printDayOne(process.cwd(), name);
    else synthesize(process.cwd(), verb as Door);
  } catch (error) {
    process.exitCode = 1;
    if (!(error instanceof BakeryFileError)) {
      console.error(process.env.DEBUG ? error : hideSecrets(String(error)));
      console.error('\nThis is a defect of tezos-bakery, or of the disk; dist/ is as it was. DEBUG=1 shows where.');
      return;
    }
    for (const problem of error.problems) console.error(sentence(problem));
    const errors = error.problems.filter(({ severity }) => severity === 'error').length;
    console.error(`\n${errors} problem${errors === 1 ? '' : 's'}; dist/ is as it was`);
  }
}

/** One pipeline behind every door: nothing is written before every bakery has rendered. */
function synthesize(cwd: string, door: Door): void {
  const dist = new DistFolder(join(cwd, 'dist'));
  const past = readPermanentLists(join(cwd, 'dist'));
  if (past.problems.length > 0) throw new BakeryFileError(past.problems);
  const cli = CliFolder.behind(door, cwd);
  const files = readBakeryFiles(cwd);
  const checked = mustBeRight(files);
  cli?.mustLoseNothing(checked.bakeries.map(({ name }) => name));
  const { render } = require('./render') as typeof import('./render');
  const { summary } = require('./summary') as typeof import('./summary');
  const rendered = render(files, past.lists, checked);
  const changed = dist.replace(rendered.files);
  cli?.receive(rendered.files);
  console.log(summary(rendered, changed));
}

function printDayOne(cwd: string, name: string): void {
  const { bakeries } = mustBeRight(readBakeryFiles(cwd));
  const bakery = bakeries.find((each) => each.name === name);
  if (bakery) {
    const { dayOne } = require('./day-one') as typeof import('./day-one');
    console.log(dayOne(bakery));
    return;
  }
  console.error(`there is no bakery "${name}"; write one of: ${bakeries.map((each) => each.name).join(', ')}`);
  process.exitCode = 1;
}
