import {
  atLeast,
  isOf,
  permanentFile,
  permanentLine,
  readPermanentFile,
  sizeOf,
  withoutSize,
} from '../../model/permanent-line';

const claim = permanentLine('claim', 'mainnet-baking/baker-node-data', 'class=x', atLeast(150));

const lines = ['chain NetX', claim, 'key tz1a', 'key tz1b'];
const text = permanentFile('mainnet', [...lines].reverse());

test('a file is read back as the lines it was written from, sorted, with either end of line', () => {
  expect(readPermanentFile('mainnet', text)).toEqual(lines);
  expect(readPermanentFile('mainnet', text.replaceAll('\n', '\r\n'))).toEqual(lines);
});

test('a file that is not what was written is no list', () => {
  for (const nothing of ['', '\n']) expect(readPermanentFile('mainnet', nothing)).toBe('is empty');
  const whole = text.trimEnd();
  for (let length = 1; length < whole.length; length++) {
    expect([length, typeof readPermanentFile('mainnet', whole.slice(0, length))]).toEqual([length, 'string']);
  }
  expect(readPermanentFile('mainnet', text.split('\n').slice(0, -2).join('\n'))).toBe('is cut short');
  for (const [from, to] of [
    ['key tz1a\n', ''],
    ['key tz1a', 'key tz1c'],
    ['key tz1a\n', 'key tz1a\nkey tz1c\n'],
  ]) {
    expect(readPermanentFile('mainnet', text.replace(from, to))).toBe('was changed by hand, or by a merge');
  }
  expect(readPermanentFile('other', text)).toBe('is the list of the bakery mainnet');
  const conflict = text.replace('key tz1a', '<<<<<<< HEAD\nkey tz1a\n=======\nkey tz1c\n>>>>>>> other');
  expect(readPermanentFile('mainnet', conflict)).toBe('holds a merge conflict');
  expect(readPermanentFile('mainnet', text.replace('key tz1a', '||||||| base\nkey tz1a'))).toBe(
    'holds a merge conflict',
  );
});

test('a file without its last line is cut short, however it begins', () => {
  const header = `# Names that must not change by accident: what they name would be made anew, and the old one lost or orphaned.
# A line that changes or vanishes stops the synthesis until the bakery file acknowledges it, with a reason.
`;
  expect(readPermanentFile('mainnet', `${header}${lines.join('\n')}\n`)).toBe('is cut short');
  expect(readPermanentFile('mainnet', header)).toBe('is cut short');
});

test('the size of a disk can be told from what the line is of', () => {
  expect(claim).toBe('claim mainnet-baking/baker-node-data class=x at-least=150Gi');
  expect(sizeOf(claim)).toBe(150);
  expect(withoutSize(claim)).toBe('claim mainnet-baking/baker-node-data class=x');
  expect(sizeOf('chain NetX')).toBe(0);
});

test('a line is of one object, by its whole name', () => {
  expect(isOf(claim, 'claim', 'baker-node-data')).toBe(true);
  expect(isOf(claim, 'claim', 'node-data')).toBe(false);
  expect(isOf(claim, 'StatefulSet', 'baker-node-data')).toBe(false);
});
