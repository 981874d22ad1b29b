import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../tools/run';

/** Copies a folder onto a card that is in no machine; what lies there stays. */
export async function copyToCard(card: string, folder: string): Promise<void> {
  await withCard(card, 'cp -a --no-preserve=ownership "$1/." /mnt/', folder);
}

/** Runs lines of a shell with the card at /mnt. */
export async function withCard(card: string, lines: string, ...words: readonly string[]): Promise<string> {
  const script = `mount -o loop "$0" /mnt\n${lines}\numount /mnt`;
  const { stdout } = await mustRun('unshare', ['--mount', 'sh', '-ec', script, card, ...words]);
  return stdout;
}

/** A copy of the fresh card, in memory: two run at once, and whoever tests here has no card to spare. */
export async function newCard(fresh: string, folder: string, name: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const card = join(folder, `${name}.ext4`);
  await mustRun('cp', ['--sparse=always', fresh, card]);
  return card;
}
