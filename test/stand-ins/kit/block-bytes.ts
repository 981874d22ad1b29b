import { encode, PREFIX } from './base58';
import { blake2b } from './blake2b';
import { watermarked } from './consensus-bytes';

/** A header as it is injected (`data` of POST /injection/block), taken apart. */
export interface BlockBytes {
  readonly hash: string;
  readonly level: number;
  readonly round: number;
  readonly predecessor: string;
  readonly timestamp: number;
  readonly payloadHash: Buffer;
  readonly fitness: readonly string[];
  readonly signature: Buffer;
  /** To a nonce. */
  readonly commits: boolean;
  /** What was signed. */
  readonly signed: Buffer;
}

/** Offsets are those of findings.md less the five bytes of magic and chain id. */
export function bytesOfBlock(data: string, chainId: string, legacy: boolean): BlockBytes {
  const bytes = Buffer.from(data, 'hex');
  const length = bytes.readInt32BE(78);
  const contents = 82 + length + 32;
  // A BLS signature has 96 bytes, the others 64; legacy headers end with priority, nonce and seed nonce hash or not.
  const unsigned = contents + contentsLength(bytes, contents, legacy);
  if (bytes.length < unsigned + 64) throw new Error('Failed to parse the block header');
  return {
    hash: encode(PREFIX.block, blake2b(bytes)),
    level: bytes.readInt32BE(0),
    round: legacy ? bytes.readUInt16BE(contents) : bytes.readInt32BE(78 + length),
    predecessor: encode(PREFIX.block, bytes.subarray(5, 37)),
    timestamp: Number(bytes.readBigInt64BE(37)),
    payloadHash: legacy ? blake2b(bytes) : bytes.subarray(contents, contents + 32),
    fitness: fitnessOf(bytes.subarray(82, 82 + length)),
    signature: bytes.subarray(unsigned),
    commits: bytes[nonceFlagAt(contents, legacy)] === 255,
    signed: watermarked(legacy ? 'emmy-block' : 'block', chainId, bytes.subarray(0, unsigned)),
  };
}

function contentsLength(bytes: Buffer, at: number, legacy: boolean): number {
  return (legacy ? 11 : 46) + (bytes[nonceFlagAt(at, legacy)] === 255 ? 32 : 0);
}

const nonceFlagAt = (contents: number, legacy: boolean) => contents + (legacy ? 10 : 44);

function fitnessOf(bytes: Buffer): string[] {
  const elements: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readInt32BE(at);
    elements.push(bytes.subarray(at + 4, at + 4 + length).toString('hex'));
    at += 4 + length;
  }
  return elements;
}
