import { createHash } from 'node:crypto';
import { createBase58check } from '@scure/base';
import { b58DecodeAndCheckPrefix, b58Encode, getPkhfromPk, PrefixV2 } from '@taquito/utils';
import * as fc from 'fast-check';
import { encodings, payloadOf } from '../../../model/tezos/base58check';
import {
  accountProblem,
  addressOfPublicKey,
  bakerAddressProblem,
  blockHashProblem,
  chainIdProblem,
  curveOf,
  publicKeyProblem,
} from '../../../model/tezos/keys';
import { type KeyKind, madeKey } from '../../kit/made-keys';

/** Taquito, another implementation, judges ours. */
const judged = {
  tz1: PrefixV2.Ed25519PublicKeyHash,
  tz2: PrefixV2.Secp256k1PublicKeyHash,
  tz3: PrefixV2.P256PublicKeyHash,
  tz4: PrefixV2.BLS12_381PublicKeyHash,
  KT1: PrefixV2.ContractHash,
  edpk: PrefixV2.Ed25519PublicKey,
  sppk: PrefixV2.Secp256k1PublicKey,
  p2pk: PrefixV2.P256PublicKey,
  BLpk: PrefixV2.BLS12_381PublicKey,
  chainId: PrefixV2.ChainID,
  blockHash: PrefixV2.BlockHash,
} as const satisfies Record<keyof typeof encodings, PrefixV2>;
type Name = keyof typeof judged;
const names = Object.keys(judged) as Name[];

const delegates: readonly Name[] = ['tz1', 'tz2', 'tz3', 'tz4'];
const kinds: readonly [(text: string) => string | undefined, readonly Name[]][] = [
  [bakerAddressProblem, delegates],
  [accountProblem, [...delegates, 'KT1']],
  [publicKeyProblem, ['edpk', 'sppk', 'p2pk', 'BLpk']],
  [chainIdProblem, ['chainId']],
  [blockHashProblem, ['blockHash']],
];

function isValid(text: string, allowed: readonly Name[]): boolean {
  try {
    b58DecodeAndCheckPrefix(
      text,
      allowed.map((name) => judged[name]),
    );
    return true;
  } catch {
    return false;
  }
}

function mustAgree(text: string): void {
  for (const [problem, allowed] of kinds)
    expect([text, problem(text) === undefined]).toEqual([text, isValid(text, allowed)]);
}

const curves = { tz1: 'ed25519', tz2: 'secp256k1', tz3: 'p256', tz4: 'bls12-381' } as const;

test.each(Object.entries(curves) as [KeyKind, string][])(
  '%s is the BLAKE2b of its public key, on %s',
  (kind, curve) => {
    for (let i = 0; i < 50; i++) {
      const { address, publicKey } = madeKey(kind, String(i));
      expect(addressOfPublicKey(publicKey)).toBe(address);
      expect(address).toBe(getPkhfromPk(publicKey));
      expect([curveOf(address), curveOf(publicKey)]).toEqual([curve, curve]);
      mustAgree(address);
      mustAgree(publicKey);
    }
  },
);

test.each(Object.keys(curves) as KeyKind[])(
  'a wrong character in a %s address or key is answered with what was meant',
  (kind) => {
    const { address, publicKey } = madeKey(kind, 'typo');
    const typo = (text: string) => text.slice(0, -2) + (text.at(-2) === 'x' ? 'y' : 'x') + text.slice(-1);
    expect(bakerAddressProblem(typo(address))).toContain(`did you mean ${address}?`);
    expect(publicKeyProblem(typo(publicKey))).toContain(`did you mean ${publicKey}?`);
  },
);

const sha256 = (bytes: Uint8Array) => Uint8Array.from(createHash('sha256').update(bytes).digest());
const base58check = createBase58check(sha256);

const name = fc.constantFrom(...names);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const valid = name.chain((each) =>
  bytes(encodings[each].payloadBytes).map((payload) => b58Encode(payload, judged[each])),
);

const oneCharacterOff = fc
  .tuple(
    valid,
    fc.nat(),
    fc.oneof(fc.string({ minLength: 0, maxLength: 2 }), fc.constantFrom('0', 'O', 'I', 'l', 'é', '🧁')),
  )
  .map(([text, place, character]) => {
    const at = place % text.length;
    return text.slice(0, at) + character + text.slice(at + 1);
  });

/** A right checksum over the prefix of one kind and a payload of any length. */
const wrongLength = fc
  .tuple(name, fc.uint8Array({ minLength: 0, maxLength: 60 }))
  .map(([each, payload]) => base58check.encode(Uint8Array.from([...encodings[each].prefix, ...payload])));

/** A right checksum over bytes that mean nothing; some of the length of an address. */
const wrongPrefix = fc
  .oneof(bytes(23), fc.uint8Array({ minLength: 0, maxLength: 60 }))
  .map((content) => base58check.encode(content));

const hostile = fc.oneof(oneCharacterOff, wrongLength, wrongPrefix, fc.string(), fc.string({ unit: 'binary' }));

test('valid texts are valid for their kind and for no other', () => {
  fc.assert(fc.property(valid, mustAgree));
});

test('no hostile text is taken for a valid one', () => {
  fc.assert(fc.property(hostile, mustAgree), { numRuns: 300 });
  for (const text of ['', ' ', 'tz1', 'tz1'.repeat(12), '1'.repeat(36), 'z'.repeat(10_000)]) mustAgree(text);
});

test('a payload is what was encoded', () => {
  const any = name.chain((each) => fc.tuple(fc.constant(each), bytes(encodings[each].payloadBytes)));
  fc.assert(
    fc.property(any, ([each, payload]) => {
      const text = b58Encode(payload, judged[each]);
      expect(payloadOf(text, encodings[each])).toEqual(payload);
      expect([text.length, text.startsWith(encodings[each].begins)]).toEqual([encodings[each].letters, true]);
    }),
  );
});
