/** Reads Octez' binary forms (data-encoding) from the left; throws at the first byte that is none of a form. */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new Error('bytes are missing');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  byte(): number {
    return this.take(1)[0];
  }

  uint32(): number {
    return this.take(4).readUInt32BE(0);
  }

  flag(): boolean {
    const byte = this.byte();
    if (byte !== 0 && byte !== 255) throw new Error('neither yes nor no');
    return byte === 255;
  }

  /** A natural number: seven bits a byte, the lowest first; a last byte of zero would be a second form of the same one. */
  natural(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte & 128) continue;
      if (byte === 0 && shift > 0n) throw new Error('a number with zeros in front');
      return value;
    }
  }
}

export type Bytes = Uint8Array;
export const concat = (parts: readonly Bytes[]) => Buffer.concat(parts);
export const byteOf = (value: number) => Buffer.from([value]);

export function natural(value: bigint): Buffer {
  const bytes: number[] = [];
  let left = value;
  do {
    bytes.push(Number(left & 127n) | (left > 127n ? 128 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Buffer.from(bytes);
}

export function sized32(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return concat([length, bytes]);
}
