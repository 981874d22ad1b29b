import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DamagedJournal, Journal, NotWritten } from '../../../programs/payout-guard/journal';
import { journalFile } from '../../../programs/payout-guard/journal-disk';
import type { Entry } from '../../../programs/payout-guard/wallet-entries';
import { temporaryFolder } from '../temporary';
import { ForgetfulDisk } from './forgetful-disk';

const entry = (ms: number): Entry => ({ type: 'signed', ms, id: `operation ${ms}`, signature: 'sig' });
const three = [1, 2, 3].map(entry);

function written(disk = new ForgetfulDisk()): ForgetfulDisk {
  const journal = new Journal(disk);
  for (const each of three) journal.append(each);
  return disk;
}

test('what was appended is read again, in its order, by whoever opens the file', () => {
  const path = join(temporaryFolder(), 'journal');
  for (const [at, each] of three.entries()) {
    const journal = new Journal(journalFile(path));
    expect(journal.entries).toEqual(three.slice(0, at));
    journal.append(each);
    expect(journal.bytes).toBe(readFileSync(path).length);
  }
  appendFileSync(path, 'a part of a li');
  const journal = new Journal(journalFile(path));
  expect(journal.entries).toEqual(three);
  expect(journal.bytes).toBe(readFileSync(path).length);
});

test('when an append has returned, no cut of the power takes the entry back; before, it is there or was never there', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), fc.nat(2), (cuts, at) => {
      const disk = new ForgetfulDisk();
      const sure: Entry[] = [];
      for (const [i, part] of cuts.entries()) {
        const journal = new Journal(disk);
        expect(journal.entries.slice(0, sure.length)).toEqual(sure);
        expect(journal.entries.length).toBeLessThanOrEqual(sure.length + 1);
        sure.splice(0, sure.length, ...journal.entries);
        const appended = entry(i);
        disk.syncFails = i % 3 === at;
        try {
          journal.append(appended);
          sure.push(appended);
        } catch (error) {
          expect(error).toBeInstanceOf(NotWritten);
        }
        disk.cutPower(part);
      }
    }),
  );
});

test('what a process reads that another one has left is durable before anything follows from it', () => {
  const disk = written();
  const [, , last] = disk.read().toString().split('\n');
  const left = new ForgetfulDisk(Buffer.from(disk.read().subarray(0, disk.read().length - last.length - 1)));
  left.append(Buffer.from(`${last}\n`)); // and not synced: the process was killed
  expect(new Journal(left).entries).toEqual(three);
  left.cutPower(0);
  expect(new Journal(left).entries).toEqual(three);
});

test('a full disk refuses an entry, leaves no part of it, and takes the next one when there is room', () => {
  for (let free = 0; free < 200; free += 7) {
    const disk = written();
    const journal = new Journal(disk);
    disk.free = free;
    const long = { ...entry(4), signature: 'x'.repeat(300) };
    expect(() => journal.append(long)).toThrow(NotWritten);
    expect(journal.isBroken).toBe(false);
    disk.free = 1000;
    journal.append(entry(5));
    disk.cutPower(0);
    expect(new Journal(disk).entries).toEqual([...three, entry(5)]);
  }
});

test('when the disk has once not said that all is durable, nothing is taken any more', () => {
  const disk = written();
  const journal = new Journal(disk);
  disk.syncFails = true;
  expect(() => journal.append(entry(4))).toThrow(NotWritten);
  disk.syncFails = false;
  expect(journal.isBroken).toBe(true);
  expect(() => journal.append(entry(5))).toThrow(NotWritten);
});

test('a journal of which any letter is another one, or a line is missing, moved or doubled, is never read', () => {
  const whole = written().read();
  for (let at = 0; at < whole.length - 1; at++) {
    const changed = Buffer.from(whole);
    changed[at] ^= 1;
    expect(() => new Journal(new ForgetfulDisk(changed))).toThrow(DamagedJournal);
  }
  const lines = whole.toString().trimEnd().split('\n');
  const [first, second, third] = lines;
  for (const other of [
    [second, third],
    [first, third],
    [second, first, third],
    [first, first, second, third],
  ]) {
    const text = other.map((line) => `${line}\n`).join('');
    expect(() => new Journal(new ForgetfulDisk(Buffer.from(text)))).toThrow(DamagedJournal);
  }
});

test('of a journal that ends anywhere, the whole lines count, and what is left of the last one is taken away', () => {
  const path = join(temporaryFolder(), 'journal');
  const whole = written().read();
  for (let length = 0; length <= whole.length; length++) {
    const lines = whole.subarray(0, length).toString().split('\n').length - 1;
    writeFileSync(path, whole.subarray(0, length));
    const journal = new Journal(journalFile(path));
    expect(journal.entries).toEqual(three.slice(0, lines));
    expect(readFileSync(path).length).toBe(journal.bytes);
  }
});
