import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SitePack } from '../../../programs/site-builder/site-pack';
import { temporaryFolder } from '../temporary';

const MIB = 1024 * 1024;

test('pieces of any size come back from the disk as they were added, each with its MD5', async () => {
  const pack = new SitePack(join(temporaryFolder(), 'pack'));
  const sizes = [0, 1, 3 * MIB, 4 * MIB, 0, 4 * MIB + 1, 9 * MIB, 5, 2 * MIB, 3 * MIB, 3 * MIB];
  const pieces = sizes.map((size, i) => Buffer.alloc(size, i + 1));
  const md5s: string[] = [];
  const begins: number[] = [];
  for (const [i, piece] of pieces.entries()) {
    begins.push(pack.size);
    pack.add(piece, (md5) => {
      md5s[i] = md5;
    });
    await pack.room();
  }
  await pack.whole();
  expect(md5s).toEqual(pieces.map((piece) => createHash('md5').update(piece).digest('base64')));
  for (const [i, piece] of pieces.entries()) expect(pack.read(begins[i], piece.length).equals(piece)).toBe(true);
  await pack.close();
});

test('a disk that is full ends the run with its reason, and not without pages', async () => {
  const pack = new SitePack('/dev/full');
  pack.add(Buffer.alloc(1), () => {});
  await expect(pack.whole()).rejects.toThrow(/ENOSPC/);
  for (let mib = 0; mib < 40; mib++) pack.add(Buffer.alloc(MIB), () => {});
  await expect(pack.room()).rejects.toThrow(/ENOSPC/);
  await pack.close();
});
