import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedFile, readDurable, writeDurably } from '../../../programs/runtime/durable-file';
import { temporaryFolder } from '../temporary';

test('a text is read as it was written, the last one counts, and a file that is not there is none', () => {
  const path = join(temporaryFolder(), 'epoch');
  expect(readDurable(path)).toBeUndefined();
  for (const text of ['one', 'another\nof two lines', '']) {
    writeDurably(path, text);
    expect(readDurable(path)).toBe(text);
  }
});

test('a file of which a part is missing, or any letter is another one, is never read', () => {
  const path = join(temporaryFolder(), 'epoch');
  writeDurably(path, 'the highest epoch');
  const whole = readFileSync(path);
  for (let length = 0; length < whole.length; length++) {
    truncateSync(path, length);
    expect(() => readDurable(path)).toThrow(DamagedFile);
    writeFileSync(path, Buffer.from(whole).fill(whole[length] ^ 1, length, length + 1));
    expect(() => readDurable(path)).toThrow(DamagedFile);
    writeFileSync(path, whole);
  }
});

test('what was left of a write that was cut short is no obstacle', () => {
  const path = join(temporaryFolder(), 'epoch');
  writeDurably(path, 'old');
  writeFileSync(`${path}.next`, 'half of a new');
  expect(readDurable(path)).toBe('old');
  writeDurably(path, 'new');
  expect(readDurable(path)).toBe('new');
});
