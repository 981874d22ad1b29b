import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** An entry as an archive may have it, honest or not. */
export interface MadeEntry {
  readonly path: string;
  readonly text?: string;
  /** As tar has it; '0' is a regular file. */
  readonly type?: string;
  readonly link?: string;
}

/** A tar.gz of these entries. */
export function madeTar(...entries: readonly MadeEntry[]): Buffer {
  return gzipSync(Buffer.concat([...entries.map(blocks), Buffer.alloc(2 * BLOCK)]));
}

/** A file, honestly. */
export const file = (path: string, text = '') => ({ path, text });

/** A pax header that gives the next entry another path. */
export function paxPath(path: string): MadeEntry {
  const record = ` path=${path}\n`;
  let length = record.length;
  while (`${length}${record}`.length !== length) length = `${length}${record}`.length;
  return { path: 'PaxHeader', text: `${length}${record}`, type: 'x' };
}

function blocks({ path, text = '', type = '0', link = '' }: MadeEntry): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(BLOCK);
  const put = (value: string, at: number, most: number) => header.write(value, at, most, 'utf8');
  const octal = (number: number, digits: number) => number.toString(8).padStart(digits, '0');
  put(path, 0, 100);
  put(`${octal(0o644, 7)}\0`, 100, 8);
  put(`${octal(0, 7)}\0`, 108, 8);
  put(`${octal(0, 7)}\0`, 116, 8);
  put(`${octal(content.length, 11)}\0`, 124, 12);
  put(`${octal(0, 11)}\0`, 136, 12);
  put('        ', 148, 8);
  put(type, 156, 1);
  put(link, 157, 100);
  put('ustar\x0000', 257, 8);
  const sum = header.reduce((all, byte) => all + byte, 0);
  put(`${octal(sum, 6)}\0 `, 148, 8);
  return Buffer.concat([header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}
