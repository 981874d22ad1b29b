import { accounts, base58check, contract, isDestination, payloadOf, type TextKind } from '../runtime/address-texts';
import { byte, type Form, FormError, fixed } from '../runtime/binary-form';
import type { RowKind } from './payout-guard.contract';

/** Octez, src/lib_crypto/base58.ml. */
const block: TextKind = { begins: 'B', prefix: [1, 52], bytes: 32 };
const blsSignature: TextKind = { begins: 'BLsig', prefix: [40, 171, 64, 207], bytes: 96 };
const publicKeys: readonly TextKind[] = [
  { begins: 'edpk', prefix: [13, 15, 37, 217], bytes: 32 },
  { begins: 'sppk', prefix: [3, 254, 226, 86], bytes: 33 },
  { begins: 'p2pk', prefix: [3, 178, 139, 127], bytes: 33 },
  { begins: 'BLpk', prefix: [6, 149, 135, 204], bytes: 48 },
];

export const blockHash = textForm(block);
export const blsProof = textForm(blsSignature);
export const account = byCurve(accounts, 'an account');
export const publicKey = byCurve(publicKeys, 'a public key');

const KT1 = textForm(contract);

/** Whom a transaction goes to: an account, or a contract, which has a byte of 0 behind it. No rollup. */
export const destination: Form<string> = {
  read: (reader) => {
    const tag = byte.read(reader);
    if (tag === 0) return account.read(reader);
    if (tag !== 1) throw new FormError(`a destination of tag ${tag}`);
    const text = KT1.read(reader);
    if (byte.read(reader) !== 0) throw new FormError('a contract without the byte of 0 behind it');
    return text;
  },
  write: (value, writer) => {
    const isContract = payloadOf(value, contract) !== undefined;
    byte.write(isContract ? 1 : 0, writer);
    (isContract ? KT1 : account).write(value, writer);
    if (isContract) byte.write(0, writer);
  },
};

/** What the baker gets, or gives away, is of nobody's delegation: there tezpay names no delegator. */
export function isDelegator(text: string, kind: RowKind): boolean {
  return isDestination(text) || (text === '' && kind !== 'delegator reward');
}

function textForm(kind: TextKind): Form<string> {
  const bytes = fixed(kind.bytes);
  return {
    read: (reader) => base58check.encode(Uint8Array.from([...kind.prefix, ...bytes.read(reader)])),
    write: (value, writer) => {
      const payload = payloadOf(value, kind);
      if (!payload) throw new FormError('a text of another kind, or with a wrong checksum');
      bytes.write(payload, writer);
    },
  };
}

function byCurve(kinds: readonly TextKind[], what: string): Form<string> {
  return {
    read: (reader) => {
      const tag = byte.read(reader);
      if (!kinds[tag]) throw new FormError(`${what} of curve ${tag}`);
      return textForm(kinds[tag]).read(reader);
    },
    write: (value, writer) => {
      const tag = kinds.findIndex((kind) => payloadOf(value, kind) !== undefined);
      if (tag < 0) throw new FormError(`not ${what}`);
      byte.write(tag, writer);
      textForm(kinds[tag]).write(value, writer);
    },
  };
}
