import { atLeast, isOf, linesOf, permanentFile, permanentLine, sizeOf, withoutSize } from '../../model/permanent-line';

const claim = permanentLine('claim', 'mainnet-baking/baker-node-data', 'class=x', atLeast(150));

test('a file is read back as the lines it was written from, sorted', () => {
  expect(linesOf(permanentFile([claim, 'chain NetX']))).toEqual(['chain NetX', claim]);
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

test('line ends of Windows change no line', () => {
  const text = permanentFile(['claim a/b', 'claim a/c at-least=1Gi']);
  expect(linesOf(text.replaceAll('\n', '\r\n'))).toEqual(linesOf(text));
});
