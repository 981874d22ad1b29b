import { decode, encode, PREFIX } from './base58';
import { blake2b } from './blake2b';

/**
 * What bakers sign, byte for byte (findings.md, "Signing"). A request is magic byte, chain id (4 bytes), and then the
 * bytes that go on the chain: a block header without its signature, or an operation without its.
 *
 *   0x11 block: level @5, fitness length L @83, round @83+L      0x01 block before Tenderbake: level @5
 *   0x12, 0x13: branch @5, tag @37 (20; 21, with DAL 23), slot @38, level @40, round @44, payload hash @48
 *   0x12, 0x13 of tz4: no slot; tag @37 (40; 41), level @38, round @42: 78 bytes
 *   0x02 endorsement: branch @5, tag @37 (0), level @38: the last 4 bytes
 */
export type Kind = 'block' | 'preattestation' | 'attestation' | 'emmy-block' | 'endorsement';

export const MAGIC: Readonly<Record<Kind, number>> = {
  block: 0x11,
  preattestation: 0x12,
  attestation: 0x13,
  'emmy-block': 0x01,
  endorsement: 0x02,
};

export interface Signed {
  readonly kind: Kind;
  readonly chainId: string;
  readonly level: number;
  readonly round: number;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
const uint16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const int64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
};
const sized = (bytes: Buffer) => Buffer.concat([int32(bytes.length), bytes]);

export function watermarked(kind: Kind, chainId: string, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([MAGIC[kind]]), decode(PREFIX.chainId, chainId), bytes]);
}

export interface HeaderFacts {
  readonly level: number;
  readonly round: number;
  readonly predecessor: string;
  readonly predecessorRound: number;
  readonly timestamp: number;
  readonly protocolNumber: number;
  /** What the operations of the block hash to; any bytes. */
  readonly content: Buffer;
  readonly seedNonceHash?: Buffer;
  readonly legacy: boolean;
}

/** A block header without its signature. */
export function headerBytes(facts: HeaderFacts): Buffer {
  const { level, round, legacy, content } = facts;
  const hash = blake2b(content);
  const elements = legacy
    ? [Buffer.from([1]), int64(level)]
    : [Buffer.from([2]), int32(level), Buffer.alloc(0), int32(-facts.predecessorRound - 1), int32(round)];
  const fitness = Buffer.concat(elements.map(sized));
  const nonce = facts.seedNonceHash ? Buffer.concat([Buffer.from([255]), facts.seedNonceHash]) : Buffer.from([0]);
  const contents = legacy
    ? [uint16(round), Buffer.alloc(8), nonce]
    : [payloadHash(facts), int32(round), Buffer.alloc(8), nonce, Buffer.from([2])];
  return Buffer.concat([
    int32(level),
    Buffer.from([facts.protocolNumber & 255]),
    decode(PREFIX.block, facts.predecessor),
    int64(facts.timestamp),
    Buffer.from([4]),
    hash,
    sized(fitness),
    hash,
    ...contents,
  ]);
}

const payloadHash = ({ predecessor, round, content }: HeaderFacts) =>
  blake2b(Buffer.concat([decode(PREFIX.block, predecessor), int32(round), content]));

export interface OperationFacts {
  readonly branch: string;
  readonly slot: number;
  readonly level: number;
  readonly round: number;
  /** Of the block that is voted for. */
  readonly payloadHash: Buffer;
  /** Attested slots of the data availability layer, as a number of bits; absent: no DAL content. */
  readonly dal?: number;
}

/** An operation without its signature; what a tz4 signs lacks the slot, what goes on the chain has it. */
export function operationBytes(kind: 'preattestation' | 'attestation', facts: OperationFacts, tz4 = false): Buffer {
  const withDal = facts.dal !== undefined && kind === 'attestation';
  const tag = tz4 ? (kind === 'attestation' ? 41 : 40) : kind === 'attestation' ? (withDal ? 23 : 21) : 20;
  return Buffer.concat([
    decode(PREFIX.block, facts.branch),
    Buffer.from([tag]),
    ...(tz4 ? [] : [uint16(facts.slot)]),
    int32(facts.level),
    int32(facts.round),
    facts.payloadHash,
    ...(withDal && !tz4 ? [bitset(facts.dal ?? 0)] : []),
  ]);
}

/** A natural number as Zarith writes it: six bits and a sign in the first byte, then seven a byte. */
function bitset(value: number): Buffer {
  const bytes = [value % 64];
  for (let left = Math.floor(value / 64); left > 0; left = Math.floor(left / 128)) {
    bytes[bytes.length - 1] |= 128;
    bytes.push(left % 128);
  }
  return Buffer.from(bytes);
}

export function endorsementBytes(branch: string, level: number): Buffer {
  return Buffer.concat([decode(PREFIX.block, branch), Buffer.from([0]), int32(level)]);
}

/** What a signing request asks for, undefined for anything else (0x03 and so on). */
export function parseSigned(data: Buffer, tz4: boolean): Signed | undefined {
  const kind = (Object.keys(MAGIC) as Kind[]).find((each) => MAGIC[each] === data[0]);
  if (!kind || data.length < 42) return undefined;
  const chainId = encode(PREFIX.chainId, data.subarray(1, 5));
  const [level, round] = positionsOf(kind, data, tz4);
  if (data.length < Math.max(level, round ?? 0) + 4) return undefined;
  return { kind, chainId, level: data.readInt32BE(level), round: round === undefined ? 0 : data.readInt32BE(round) };
}

/** Offsets of level and round; round is undefined where it does not count (legacy). */
function positionsOf(kind: Kind, data: Buffer, tz4: boolean): [number, number?] {
  if (kind === 'block') return [5, data.length > 87 ? 83 + data.readInt32BE(83) : data.length];
  if (kind === 'emmy-block') return [5];
  if (kind === 'endorsement') return [data.length - 4];
  return tz4 ? [38, 42] : [40, 44];
}

/** What a signed operation that was injected is; undefined: not a consensus operation. */
export function parseOperation(
  bytes: Buffer,
  legacy: boolean,
): { kind: Kind; level: number; round: number; slot?: number } | undefined {
  const tag = bytes[32];
  if (legacy)
    return tag === 0 && bytes.length === 37 + 64
      ? { kind: 'endorsement', level: bytes.readInt32BE(33), round: 0 }
      : undefined;
  if (![20, 21, 23].includes(tag) || bytes.length < 75) return undefined;
  const kind = tag === 20 ? 'preattestation' : 'attestation';
  return { kind, slot: bytes.readUInt16BE(33), level: bytes.readInt32BE(35), round: bytes.readInt32BE(39) };
}
