import { createHash } from 'node:crypto';
import { getPkhfromPk, verifySignature } from '@taquito/utils';
import { ancientHash } from '../chain/chain-context';
import { blake2b } from '../kit/blake2b';
import { bytesOfBlock } from '../kit/block-bytes';
import { headerBytes, operationBytes, parseSigned, watermarked } from '../kit/consensus-bytes';
import { ed25519Key, madeSecretKey } from '../kit/secret-keys';

/** The bytes and keys of the stand-ins, against others' code and the layouts that were read in Octez' sources. */
const chainId = 'NetXdQprcVkpaWU';
const predecessor = ancientHash({ seed: 's', chainName: 'c' }, 7);

test('BLAKE2b is the one of OpenSSL, addresses and signatures are those of a Tezos library', () => {
  for (const length of [0, 1, 127, 128, 129, 1000]) {
    const data = Buffer.alloc(length, 7);
    expect(blake2b(data, 64).toString('hex')).toBe(createHash('blake2b512').update(data).digest('hex'));
  }
  const made = madeSecretKey('someone');
  expect(getPkhfromPk(made.publicKey)).toBe(made.address);
  const signature = ed25519Key(made.secretKey).sign(Buffer.from('1234', 'hex'));
  expect(verifySignature('1234', made.publicKey, signature)).toBe(true);
});

test('blocks have level @5, the length L of the fitness @83 and the round @83+L', () => {
  const facts = { level: 1234, round: 3, predecessor, predecessorRound: 0, timestamp: 99, protocolNumber: 2 };
  for (const legacy of [false, true]) {
    const header = headerBytes({ ...facts, content: Buffer.from('x'), legacy });
    const data = watermarked(legacy ? 'emmy-block' : 'block', chainId, header);
    expect(data.readInt32BE(5)).toBe(1234);
    if (!legacy) expect(data.readInt32BE(83 + data.readInt32BE(83))).toBe(3);
    expect(parseSigned(data, false)).toMatchObject({ chainId, level: 1234, round: legacy ? 0 : 3 });
    const back = bytesOfBlock(Buffer.concat([header, Buffer.alloc(64, 9)]).toString('hex'), chainId, legacy);
    expect(back).toMatchObject({ level: 1234, round: 3, predecessor, timestamp: 99 });
    expect(back.signed).toEqual(data);
    const nonce = headerBytes({ ...facts, content: Buffer.from('x'), seedNonceHash: Buffer.alloc(32, 5), legacy });
    const withNonce = bytesOfBlock(Buffer.concat([nonce, Buffer.alloc(96, 9)]).toString('hex'), chainId, legacy);
    expect([withNonce.round, withNonce.signature.length]).toEqual([3, 96]);
  }
});

test('votes have 80 bytes, with DAL 81, of a tz4 78, and their tags', () => {
  const facts = { branch: predecessor, slot: 258, level: 5, round: 6, payloadHash: Buffer.alloc(32, 1) };
  const bytes = (kind: 'preattestation' | 'attestation', tz4: boolean, dal?: number) =>
    watermarked(kind, chainId, operationBytes(kind, { ...facts, dal }, tz4));
  const shape = (data: Buffer) => [data[0], data.length, data[37]];
  expect(shape(bytes('preattestation', false))).toEqual([0x12, 80, 20]);
  expect(shape(bytes('attestation', false))).toEqual([0x13, 80, 21]);
  expect(shape(bytes('attestation', false, 9))).toEqual([0x13, 81, 23]);
  expect(shape(bytes('preattestation', true))).toEqual([0x12, 78, 40]);
  expect(shape(bytes('attestation', true, 9))).toEqual([0x13, 78, 41]);
  expect(bytes('attestation', false).readUInt16BE(38)).toBe(258);
  for (const tz4 of [true, false]) {
    expect(parseSigned(bytes('attestation', tz4), tz4)).toMatchObject({ kind: 'attestation', level: 5, round: 6 });
  }
});
