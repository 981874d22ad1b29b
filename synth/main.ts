import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import siteDockerfile from '../charts/payout-site/image/Dockerfile';
import backereiDockerfile from '../charts/payouts/image/Dockerfile';
import tunnelDockerfile from '../charts/signer-gateway/image/Dockerfile';
import { BakeryFileError, sentence } from '../model/messages/problems';
import { hideSecrets } from '../model/messages/secrets';
import { display, printable } from '../model/messages/shown';
import type { BakeryFile } from '../model/reading/bakery-file';
import { type Checked, checkBakeries, mustBeRight } from '../model/reading/check';
import { publicKeyOfPem } from '../model/tezos/pem';
import { version } from '../package.json';
import { CliFolder, type Door } from './cli-folder';
import { DistFolder } from './dist-folder';
import { type PermanentLists, readPermanentLists } from './permanent-lists';
import { readBakeriesFolder, readBakeryFiles } from './read-bakeries';
import { Refusal, refusalOf, shownPath } from './refusal';

const USAGE = `usage: tezos-bakery synth    render every bakery of bakeries/ into dist/
       tezos-bakery cdk8s    the same, started by the cdk8s CLI (app in cdk8s.yaml)
       tezos-bakery cdktf    the same, started by the cdktf CLI (app in cdktf.json)
       tezos-bakery day-one <bakery>    print the commands of its first day, in order
       tezos-bakery public-key < key.pem    print a key of Cloud KMS as a bakery file has it
       tezos-bakery dockerfile [backerei|payout-site]    print how the image of the tunnels, or that one, is built: | docker build -
       tezos-bakery images [--pin]    list what the bakeries run; ask registries for digests that model/images.yaml lacks
       tezos-bakery --help | --version`;

/** Of images that nobody else publishes. */
const dockerfiles: Readonly<Record<string, string | undefined>> = {
  tunnel: tunnelDockerfile,
  backerei: backereiDockerfile,
  'payout-site': siteDockerfile,
};

/**
 * The command line. Bakeries and dist/ belong to the folder it is started in, wherever this project lies.
 * What renders is loaded after the files are read: it takes longer than to answer a mistake in them.
 */
export function main(words: readonly string[]): void {
  const [verb, name, ...rest] = words;
  const isDoor = ['synth', 'cdk8s', 'cdktf'].includes(verb ?? '') && name === undefined;
  const isDayOne = verb === 'day-one' && name !== undefined && rest.length === 0;
  const isImages = verb === 'images' && [undefined, '--pin'].includes(name) && rest.length === 0;
  const answer = asked(words);
  if (answer) {
    console.log(answer);
    return;
  }
  if (verb === 'public-key' && words.length === 1) {
    printPublicKey();
    return;
  }
  const dockerfile = verb === 'dockerfile' && rest.length === 0 ? dockerfiles[name ?? 'tunnel'] : undefined;
  if (dockerfile) {
    process.stdout.write(dockerfile);
    return;
  }
  if (!isDoor && !isDayOne && !isImages) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const cwd = process.cwd();
  const dist = new DistFolder(join(cwd, 'dist'));
  const failed = (error: unknown) => {
    process.exitCode = 1;
    explain(error, dist);
  };
  try {
    if (isDayOne) printDayOne(cwd, name);
    else if (isImages) images(cwd, name === '--pin').catch(failed);
    else synthesize({ cwd, dist, door: verb as Door });
  } catch (error) {
    failed(error);
  }
}

/** What somebody wants to know of the program itself. */
function asked(words: readonly string[]): string | undefined {
  if (words[0] === 'help' || words.some((word) => ['--help', '-h'].includes(word))) return USAGE;
  return words.length === 1 && words[0] === '--version' ? version : undefined;
}

function explain(error: unknown, dist: DistFolder): void {
  if (error instanceof BakeryFileError) {
    for (const problem of error.problems) console.error(sentence(problem));
    const errors = error.problems.filter(({ severity }) => severity === 'error').length;
    console.error(`\n${errors} problem${errors === 1 ? '' : 's'}; ${dist.condition}`);
    return;
  }
  const refusal = error instanceof Refusal ? error.message : unforeseen(error);
  if (process.env.DEBUG) console.error(error);
  else console.error(hideSecrets(refusal ?? String(error)));
  if (refusal === undefined)
    console.error(`\nThis is a defect of tezos-bakery; ${dist.condition}. DEBUG=1 shows where.`);
  else console.error(`\n1 problem; ${dist.condition}`);
}

/** A refusal of the machine where none was looked for. */
function unforeseen(error: unknown): string | undefined {
  const refusal = refusalOf(error, 'used');
  const { path } = error as NodeJS.ErrnoException;
  return refusal && printable(`${path ? shownPath(path) : 'a file'} ${refusal}`);
}

interface Run {
  readonly cwd: string;
  readonly dist: DistFolder;
  readonly door: Door;
}

/** One pipeline behind every door: nothing is written before every bakery has rendered. */
function synthesize({ cwd, dist, door }: Run): void {
  const cli = CliFolder.behind(door, cwd, dist);
  const before = readAndCheck(cwd);
  const names = before.checked.bakeries.map(({ name }) => name);
  cli?.mustLoseNothing(names);
  cli?.mustKnowProvider(names, join(cwd, 'dist'));
  const { render } = require('./render') as typeof import('./render');
  const { summary } = require('./summary') as typeof import('./summary');
  dist.locked((hasWaited) => {
    const { files, checked } = hasWaited ? readAndCheck(cwd) : before;
    const rendered = render(files, mustBeWhole(cwd), checked);
    const changed = dist.replace(rendered.files, rendered.remembering);
    cli?.receive(rendered.files, join(cwd, 'dist'));
    console.log(summary(rendered, changed));
  });
}

/** The bakery files; with what is wrong in one place the operator hears what is wrong in all others. */
function readAndCheck(cwd: string): { files: readonly BakeryFile[]; checked: Checked } {
  const folder = readBakeriesFolder(cwd);
  const past = readPermanentLists(join(cwd, 'dist'));
  const checked = checkBakeries(folder.files);
  const problems = [...folder.problems, ...past.problems, ...checked.problems];
  if (!problems.some(({ severity }) => severity === 'error')) return { files: folder.files, checked };
  if (past.lists.size === 0) throw new BakeryFileError(problems);
  const { lossesBeside } = require('./losses') as typeof import('./losses');
  const losses = lossesBeside(checked.read, { ...past, unread: folder.problems.map(({ file }) => file) });
  throw new BakeryFileError(problems.concat(losses));
}

/** The lists of the last synthesis. */
function mustBeWhole(cwd: string): PermanentLists['lists'] {
  const { lists, problems } = readPermanentLists(join(cwd, 'dist'));
  if (problems.length > 0) throw new BakeryFileError(problems);
  return lists;
}

/** Of the PEM text that comes in. */
function printPublicKey(): void {
  const key = publicKeyOfPem(readFileSync(0, 'utf8'));
  if (key) {
    console.log(`address: ${key.address}\npublicKey: ${key.publicKey}`);
    return;
  }
  console.error('what came in is no PEM public key of the curve secp256k1 (tz2) or P-256 (tz3)');
  process.exitCode = 1;
}

/** Lists the images of the bakeries, or pins them. The one command that asks the network. */
async function images(cwd: string, pin: boolean): Promise<void> {
  const { bakeries } = mustBeRight(readBakeryFiles(cwd));
  const { listImages, pinImages } = require('./pin-images') as typeof import('./pin-images');
  if (!pin) return console.log(listImages(bakeries));
  const { text, isWhole } = await pinImages(cwd, bakeries);
  console.log(text);
  if (!isWhole) process.exitCode = 1;
}

function printDayOne(cwd: string, name: string): void {
  const { bakeries } = mustBeRight(readBakeryFiles(cwd));
  const bakery = bakeries.find((each) => each.name === name);
  if (bakery) {
    const { dayOne } = require('./day-one') as typeof import('./day-one');
    console.log(dayOne(bakery, bakeries));
    return;
  }
  console.error(
    `there is no such bakery: ${display(name)}; write one of: ${bakeries.map((each) => each.name).join(', ')}`,
  );
  process.exitCode = 1;
}
