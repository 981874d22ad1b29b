import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fixtureFiles, smallestFile } from '../kit/bakeries';
import { userProject } from '../kit/user-project';

test('names that are not read, lists that are missing, settings, shrunk disks and lost names are told in one go', () => {
  const [bakingnet, carthagenet, mainnet] = fixtureFiles();
  const project = userProject([bakingnet, carthagenet, mainnet, smallestFile()]);
  expect(project.synth().status).toBe(0);
  const dist = project.dist();

  // A wrong setting and a disk that would shrink, in one file.
  project.write(bakingnet.path, bakingnet.text.replace('memoryGiB: 7', 'memoryGiB: "7"').replace('60', '59'));
  // A wrong size, and a sentry with another name.
  project.write(
    carthagenet.path,
    carthagenet.text.replace('diskGiB: 200', 'diskGiB: none').replace('name: a\n', 'name: c\n'),
  );
  // No list of the last synthesis, and a mistake.
  rmSync(join(project.folder, 'dist/permanent/mainnet.txt'));
  project.write(mainnet.path, mainnet.text.replace('diskGiB: 150', 'diskGiB: -1'));
  project.write('bakeries/other.yml', mainnet.text);

  const { status, stderr } = project.synth();
  expect(status).toBe(1);
  for (const part of [
    'bakeries/other.yml:1: is not read',
    'dist/permanent/mainnet.txt:1: is missing',
    `bakingnet.yaml:${lineOf(bakingnet.text, 'memoryGiB: 7')}: privateNode.memoryGiB`,
    'would shrink the disk of baker-node-data',
    `carthagenet.yaml:${lineOf(carthagenet.text, 'diskGiB: 200')}: privateNode.diskGiB`,
    'the permanent name "claim carthagenet-',
    `mainnet.yaml:${lineOf(mainnet.text, 'diskGiB: 150')}: privateNode.diskGiB`,
  ]) {
    expect(stderr).toContain(part);
  }
  // The wrong size itself shrinks nothing, and the bakery without a list loses nothing that is known.
  expect(stderr.split('would shrink the disk')).toHaveLength(2);
  expect(project.dist()).toEqual(without(dist, 'permanent/mainnet.txt'));
});

test('what is wrong in one setting is no reason to call another name lost', () => {
  const [, , mainnet] = fixtureFiles();
  const project = userProject([mainnet]);
  expect(project.synth().status).toBe(0);
  for (const [right, wrong] of [
    ['network: mainnet', 'network: mainet'],
    ['sentries:', 'sentry:'],
    ['diskGiB: 150', 'diskGIB: 150'],
    ['\nbakers:', '\nbaker:'],
  ]) {
    expect(mainnet.text).toContain(right);
    project.write(mainnet.path, mainnet.text.replace(right, wrong));
    const { status, stderr } = project.synth();
    expect(status).toBe(1);
    expect(stderr).not.toMatch(/permanent name|would shrink|is gone from bakeries/);
  }
});

test('a key that moves is told beside a mistake, but a file that cannot be read has not gone', () => {
  const [, , mainnet] = fixtureFiles();
  const small = smallestFile();
  const project = userProject([mainnet, small]);
  expect(project.synth().status).toBe(0);

  // The bakery is there under its old name; only its file's name is wrong now.
  project.remove(small.path);
  project.write('bakeries/smallest.yml', small.text);
  expect(project.synth().stderr).not.toContain('is gone');

  // It has another name in fact, while a size of mainnet's is wrong.
  project.remove('bakeries/smallest.yml');
  project.write('bakeries/renamed.yaml', small.text);
  project.write(mainnet.path, mainnet.text.replace('diskGiB: 150', 'diskGiB: -1'));
  const { stderr } = project.synth();
  expect(stderr).toContain('the bakery smallest is gone from bakeries/');
  expect(stderr).toContain(`mainnet.yaml:${lineOf(mainnet.text, 'diskGiB: 150')}: privateNode.diskGiB`);
});

/** Number of the first line that holds it. */
function lineOf(text: string, part: string): number {
  return text.split('\n').findIndex((line) => line.includes(part)) + 1;
}

function without(record: Record<string, string>, key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([each]) => each !== key));
}
