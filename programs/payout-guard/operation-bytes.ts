import {
  anyNumber,
  byte,
  type Form,
  FormError,
  parts,
  type Reader,
  readWhole,
  sized,
  type Writer,
  written,
} from '../runtime/binary-form';
import { account, blockHash, blsProof, destination, publicKey } from './tezos-texts';

/**
 * Operations of a wallet as they are signed: 0x03, the branch, and contents of two kinds. Whatever is not exactly what
 * would be written is not read.
 *
 * Sources (tezos-mirror d26a8bef): lib_protocol/operation_repr.ml of 005 to 025 and alpha (`manager_encoding`,
 * `reveal_case`, `transaction_case`), contract_repr.ml, tez_repr.ml; data_encoding's natural numbers.
 */

/** What both kinds have. Amounts are mutez. */
interface Manager {
  readonly source: string;
  readonly fee: bigint;
  readonly counter: bigint;
  readonly gasLimit: bigint;
  readonly storageLimit: bigint;
}

export interface Transaction extends Manager {
  readonly kind: 'transaction';
  readonly amount: bigint;
  readonly destination: string;
}

export interface Reveal extends Manager {
  readonly kind: 'reveal';
  readonly publicKey: string;
  /** Since 023: a tz4 key's proof, or '' for the byte that says that there is none. Before, nothing stands there. */
  readonly proof?: string;
}

export type Content = Transaction | Reveal;

export interface Operation {
  readonly branch: string;
  readonly contents: readonly Content[];
}

/** An operation that can be read, up to a content that wallets do not sign. */
export class KindRefused extends FormError {}

/** First byte of what is signed. */
export const OPERATION = 0x03;
const REVEAL = 107;
const TRANSACTION = 108;
/** An int64 without a sign. */
const MOST_MUTEZ = 2n ** 63n - 1n;
/** Seven bits in each. */
const MOST_NUMBER_BYTES = 10;
/** Octez takes no operation that is longer (`max_operation_data_length`). */
const MOST_BYTES = 32 * 1024;

const natural: Form<bigint> = {
  read: (reader) =>
    anyNumber(MOST_NUMBER_BYTES)
      .read(reader)
      .reduceRight((sum, each) => sum * 128n + BigInt(each % 128), 0n),
  write: (value, writer) => {
    const bytes: number[] = [];
    for (let left = value; left > 0n || bytes.length === 0; left /= 128n) {
      bytes.push(Number(left % 128n) + (left >= 128n ? 128 : 0));
    }
    if (value < 0n || bytes.length > MOST_NUMBER_BYTES) throw new FormError(`${value} is no number of an operation`);
    writer.put(Uint8Array.from(bytes));
  },
};

const mutez: Form<bigint> = {
  read: (reader) => checkedMutez(natural.read(reader)),
  write: (value, writer) => natural.write(checkedMutez(value), writer),
};

const manager = { source: account, fee: mutez, counter: natural, gasLimit: natural, storageLimit: natural };
const transaction = parts({ ...manager, amount: mutez, destination });
const reveal = parts({ ...manager, publicKey });
const sizedProof = sized(blsProof);

const content: Form<Content> = {
  read: (reader) => {
    const tag = byte.read(reader);
    if (tag === REVEAL) return { kind: 'reveal', ...reveal.read(reader), ...proofIn(reader) };
    if (tag !== TRANSACTION) throw new KindRefused(`a content of tag ${tag}`);
    const read = transaction.read(reader);
    const parameters = byte.read(reader);
    if (parameters === 255) throw new KindRefused('a transaction with parameters');
    if (parameters !== 0) throw new FormError(`${parameters} says neither that parameters follow nor that not`);
    return { kind: 'transaction', ...read };
  },
  write: (value, writer) => {
    byte.write(value.kind === 'reveal' ? REVEAL : TRANSACTION, writer);
    if (value.kind === 'transaction') {
      transaction.write(value, writer);
      byte.write(0, writer);
      return;
    }
    reveal.write(value, writer);
    writeProof(value, writer);
  },
};

const operation: Form<Operation> = {
  read: (reader) => {
    const branch = blockHash.read(reader);
    const contents: Content[] = [];
    do contents.push(content.read(reader));
    while (reader.left > 0);
    return { branch, contents };
  },
  write: ({ branch, contents }, writer) => {
    blockHash.write(branch, writer);
    for (const each of contents) content.write(each, writer);
  },
};

/** Understands what an engine asks to sign. Throws KindRefused, or FormError for bytes that Octez would not write. */
export function readOperation(bytes: Uint8Array): Operation {
  if (bytes.length > MOST_BYTES) throw new FormError(`${bytes.length} bytes are more than an operation has`);
  if (bytes[0] !== OPERATION) throw new FormError('the first byte is not 0x03');
  const read = readWhole(operation, bytes.subarray(1));
  // It would mean that two texts are read as one.
  if (Buffer.compare(bytesToSign(read), bytes) !== 0) throw new FormError('not written as Octez writes it');
  return read;
}

/** 0x03 and the unsigned bytes. */
export function bytesToSign(value: Operation): Uint8Array {
  return Uint8Array.of(OPERATION, ...written(operation, value));
}

/**
 * What an operation is known by: its unsigned bytes as hexadecimal digits, without the byte of a reveal that says that
 * no proof follows. Protocols before 023 do not have it, and an RPC does not show whether it is there.
 */
export function unsignedForm(value: Operation): string {
  const contents = value.contents.map((each) => (each.kind === 'reveal' && each.proof === '' ? bare(each) : each));
  return Buffer.from(written(operation, { branch: value.branch, contents })).toString('hex');
}

/** A content's tag is never 0 or 255. */
function proofIn(reader: Reader): { proof?: string } {
  if (reader.next !== 0 && reader.next !== 255) return {};
  return { proof: byte.read(reader) === 0 ? '' : sizedProof.read(reader) };
}

function writeProof({ proof }: Reveal, writer: Writer): void {
  if (proof === undefined) return;
  byte.write(proof === '' ? 0 : 255, writer);
  if (proof !== '') sizedProof.write(proof, writer);
}

function bare({ proof: _, ...rest }: Reveal): Reveal {
  return rest;
}

function checkedMutez(value: bigint): bigint {
  if (value > MOST_MUTEZ) throw new FormError(`${value} is more than all mutez`);
  return value;
}
