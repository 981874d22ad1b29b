import { gunzipSync } from 'node:zlib';

const BLOCK = 512;
const MOST_FILES = 2000;
const MOST_FILE_BYTES = 10 * 1024 * 1024;
const MOST_BYTES = 50 * 1024 * 1024;
const MOST_PATH_LETTERS = 200;

/** What stands in the place of a file's type (POSIX.1-1988 and pax). */
const types = { file: ['0', '\0', '7'], folder: ['5'], pax: ['x'], shared: ['g'], longName: ['L'] } as const;

/**
 * Regular files of a tar.gz, by path. Nothing is written anywhere, and what is no regular file is refused, since nobody
 * needs a link or a device in a theme: as are paths that lead elsewhere, paths that stand there twice, and more or larger
 * files than a theme has. A folder in which everything lies is left out of the paths.
 */
export function tarFiles(archive: Uint8Array): Map<string, Buffer> {
  const tar = unpacked(archive);
  const files = new Map<string, Buffer>();
  let nextPath: string | undefined;
  for (let at = 0; at < tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.length < BLOCK) throw new Error('the archive ends too early');
    if (header.every((byte) => byte === 0)) return withoutFolder(files);
    mustBeWhole(header);
    const size = octal(header.subarray(124, 136));
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new Error('the archive ends too early');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156]);
    const is = (kind: keyof typeof types) => (types[kind] as readonly string[]).includes(type);
    if (is('pax')) nextPath = paxPath(content) ?? nextPath;
    else if (is('longName')) nextPath = text(content);
    else if (!is('shared')) {
      const path = nextPath ?? ownPath(header);
      nextPath = undefined;
      if (is('folder')) continue;
      if (!is('file')) throw new Error(`${JSON.stringify(path)} is no regular file`);
      take(files, path, content);
    }
  }
  throw new Error('the archive ends too early');
}

function unpacked(archive: Uint8Array): Buffer {
  try {
    return gunzipSync(archive, { maxOutputLength: MOST_BYTES + MOST_FILES * 2 * BLOCK });
  } catch (error) {
    throw new Error(
      `the archive cannot be unpacked, or holds more than ${MOST_BYTES} bytes: ${(error as Error).message}`,
    );
  }
}

function take(files: Map<string, Buffer>, path: string, content: Buffer): void {
  const clean = path.replace(/^(\.\/)+/, '');
  if (!isInside(clean)) throw new Error(`${JSON.stringify(path.slice(0, 300))} is no path of a theme`);
  if (files.has(clean)) throw new Error(`${clean} stands there twice`);
  if (content.length > MOST_FILE_BYTES) throw new Error(`${clean} has more than ${MOST_FILE_BYTES} bytes`);
  files.set(clean, Buffer.from(content));
  if (files.size > MOST_FILES) throw new Error(`there are more than ${MOST_FILES} files`);
}

/** Letters that mean nothing to any program, in parts that lead downwards. */
function isInside(path: string): boolean {
  const parts = path.split('/');
  const isPlain = (part: string) => /^[\w .,@+~()[\]-]+$/.test(part) && part !== '.' && part !== '..';
  return path.length <= MOST_PATH_LETTERS && parts.every(isPlain);
}

function withoutFolder(files: Map<string, Buffer>): Map<string, Buffer> {
  if (files.size === 0) throw new Error('the archive holds no file');
  const [first] = [...files.keys()][0].split('/');
  const isShared = [...files.keys()].every((path) => path.startsWith(`${first}/`));
  // A theme may have one folder alone, which is then its own.
  if (!isShared || first.startsWith('_') || first === 'assets') return files;
  return new Map([...files].map(([path, content]) => [path.slice(first.length + 1), content]));
}

function mustBeWhole(header: Buffer): void {
  let sum = 0;
  for (const [i, byte] of header.entries()) sum += i >= 148 && i < 156 ? 0x20 : byte;
  if (sum !== octal(header.subarray(148, 156))) throw new Error('it is no tar archive, or a damaged one');
}

function ownPath(header: Buffer): string {
  const [name, prefix] = [text(header.subarray(0, 100)), text(header.subarray(345, 500))];
  const isPosix = header.subarray(257, 262).toString('latin1') === 'ustar' && header[262] === 0;
  return isPosix && prefix !== '' ? `${prefix}/${name}` : name;
}

/** `<length> path=<path>\n` among the lines of a pax header. */
function paxPath(content: Buffer): string | undefined {
  for (let at = 0; at < content.length; ) {
    const [line, length] = /^(\d{1,6}) /.exec(content.subarray(at, at + 8).toString('latin1')) ?? [];
    if (line === undefined || Number(length) <= line.length) throw new Error('a header of the archive cannot be read');
    const record = content.subarray(at + line.length, at + Number(length) - 1).toString('utf8');
    if (record.startsWith('path=')) return record.slice('path='.length);
    at += Number(length);
  }
  return undefined;
}

function octal(field: Buffer): number {
  const digits = text(field).trim();
  if (!/^[0-7]{1,11}$/.test(digits)) throw new Error('it is no tar archive, or a damaged one');
  return Number.parseInt(digits, 8);
}

/** Up to the first byte of 0. */
function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? field.length : end).toString('utf8');
}
