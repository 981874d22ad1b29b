import { decode, decodeAny, encode, PREFIX } from './base58';
import { ByteReader, type Bytes, byteOf, concat, natural, sized32 } from './byte-reader';

/**
 * Operations of managers, byte for byte (operation_repr.ml, contract_repr.ml): branch, contents, signature. Of their
 * kinds two: 107 reveal, 108 transaction. Wallets that sign with 64 bytes only (no tz4).
 */
export interface ManagerContent {
  readonly kind: 'reveal' | 'transaction';
  readonly source: string;
  readonly fee: string;
  readonly counter: string;
  readonly gas_limit: string;
  readonly storage_limit: string;
  readonly public_key?: string;
  readonly amount?: string;
  readonly destination?: string;
  readonly parameters?: { readonly entrypoint: string; readonly value: unknown };
}

export interface ManagerOperation {
  readonly branch: string;
  readonly contents: readonly ManagerContent[];
  /** In hex; of 64 bytes. */
  readonly signature: string;
}

const TAG = { reveal: 107, transaction: 108 } as const;
const HASHES = [PREFIX.tz1, PREFIX.tz2, PREFIX.tz3, PREFIX.tz4];
const KEYS = [PREFIX.edpk, PREFIX.sppk, PREFIX.p2pk];
const KEY_LENGTHS = [32, 33, 33];
/** Names of entry points that take one byte (entrypoint_repr.ml). */
const ENTRYPOINTS = ['default', 'root', 'do', 'set_delegate', 'remove_delegate'];

/** True: the bytes are a manager's operation of one kind or another, whether we know it or not. */
export const isManagerTag = (tag: number) => tag >= 107 && tag <= 250;

/** Throws for what is not these two kinds in their one and only form. `proofs`: reveals have a field for one (from 023). */
export function parseManager(bytes: Buffer, proofs: boolean): ManagerOperation {
  if (bytes.length < 32 + 64) throw new Error('too short');
  const reader = new ByteReader(bytes.subarray(0, -64));
  const branch = encode(PREFIX.block, reader.take(32));
  const contents: ManagerContent[] = [];
  while (!reader.isAtEnd) contents.push(readContent(reader, proofs));
  if (contents.length === 0) throw new Error('no contents');
  return { branch, contents, signature: bytes.subarray(-64).toString('hex') };
}

const decoded = new Map<string, ManagerOperation>();

/** The same from hex; what was read once is remembered: a block is looked at many times. */
export function decodeManager(data: string, proofs: boolean): ManagerOperation {
  const known = decoded.get(data);
  if (known) return known;
  if (decoded.size > 5000) decoded.clear();
  const operation = parseManager(Buffer.from(data, 'hex'), proofs);
  decoded.set(data, operation);
  return operation;
}

function readContent(reader: ByteReader, proofs: boolean): ManagerContent {
  const tag = reader.byte();
  const kind = tag === TAG.reveal ? 'reveal' : tag === TAG.transaction ? 'transaction' : undefined;
  if (!kind) throw new Error(`unknown kind of operation ${tag}`);
  const source = readHash(reader);
  const [fee, counter, gas_limit, storage_limit] = [1, 2, 3, 4].map(() => String(reader.natural()));
  const common = { kind, source, fee, counter, gas_limit, storage_limit } as const;
  if (kind === 'reveal') return { ...common, public_key: readKey(reader, proofs) };
  const amount = String(reader.natural());
  const destination = readDestination(reader);
  return reader.flag()
    ? { ...common, amount, destination, parameters: readParameters(reader) }
    : { ...common, amount, destination };
}

function readHash(reader: ByteReader): string {
  const prefix = HASHES[reader.byte()];
  if (!prefix) throw new Error('unknown curve');
  return encode(prefix, reader.take(20));
}

function readKey(reader: ByteReader, proofs: boolean): string {
  const curve = reader.byte();
  if (!KEYS[curve]) throw new Error('unknown curve of a public key');
  const key = encode(KEYS[curve], reader.take(KEY_LENGTHS[curve]));
  if (proofs && reader.flag()) throw new Error('a proof for a key that is none of BLS');
  return key;
}

function readDestination(reader: ByteReader): string {
  const kind = reader.byte();
  if (kind === 0) return readHash(reader);
  if (kind !== 1) throw new Error('unknown destination');
  const address = encode(PREFIX.KT1, reader.take(20));
  if (reader.byte() !== 0) throw new Error('unknown destination');
  return address;
}

function readParameters(reader: ByteReader): { entrypoint: string; value: unknown } {
  const tag = reader.byte();
  const entrypoint = tag === 255 ? reader.take(reader.byte()).toString('utf8') : ENTRYPOINTS[tag];
  if (entrypoint === undefined) throw new Error('unknown entry point');
  return { entrypoint, value: { bytes: reader.take(reader.uint32()).toString('hex') } };
}

/** What `forge/operations` answers: branch and contents, without a signature. */
export function forgeManager(branch: string, contents: readonly ManagerContent[], proofs: boolean): Buffer {
  return concat([decode(PREFIX.block, branch), ...contents.flatMap((content) => contentBytes(content, proofs))]);
}

function contentBytes(content: ManagerContent, proofs: boolean): Bytes[] {
  if (!(content.kind in TAG)) throw new Error(`the stand-in forges no ${content.kind}`);
  const { fee, counter, gas_limit, storage_limit } = content;
  const numbers = [fee, counter, gas_limit, storage_limit].map((text) => natural(BigInt(text)));
  const head = [byteOf(TAG[content.kind]), hashBytes(content.source), ...numbers];
  if (content.kind === 'reveal') return [...head, keyBytes(content.public_key ?? ''), ...(proofs ? [byteOf(0)] : [])];
  const { amount = '0', destination = '', parameters } = content;
  return [...head, natural(BigInt(amount)), destinationBytes(destination), ...parameterBytes(parameters)];
}

/** The 21 bytes of an address of a key. */
function hashBytes(address: string): Buffer {
  const curve = HASHES.findIndex((prefix) => starts(decodeAny(address), prefix) && address.startsWith('tz'));
  if (curve < 0) throw new Error(`not an address: ${address}`);
  return concat([byteOf(curve), decode(HASHES[curve], address)]);
}

function keyBytes(key: string): Buffer {
  const curve = KEYS.findIndex((prefix) => starts(decodeAny(key), prefix));
  if (curve < 0) throw new Error(`not a public key: ${key}`);
  return concat([byteOf(curve), decode(KEYS[curve], key)]);
}

function destinationBytes(address: string): Buffer {
  if (!address.startsWith('KT1')) return concat([byteOf(0), hashBytes(address)]);
  return concat([byteOf(1), decode(PREFIX.KT1, address), byteOf(0)]);
}

function parameterBytes(parameters: ManagerContent['parameters']): Bytes[] {
  if (!parameters) return [byteOf(0)];
  const tag = ENTRYPOINTS.indexOf(parameters.entrypoint);
  const name = Buffer.from(parameters.entrypoint);
  const value = Buffer.from((parameters.value as { bytes: string }).bytes, 'hex');
  return [byteOf(255), ...(tag >= 0 ? [byteOf(tag)] : [byteOf(255), byteOf(name.length), name]), sized32(value)];
}

const starts = (data: Buffer | undefined, prefix: readonly number[]) =>
  data?.subarray(0, prefix.length).equals(Buffer.from(prefix)) ?? false;
