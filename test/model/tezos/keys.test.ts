import {
  accountProblem,
  addressOfPublicKey,
  bakerAddressProblem,
  blockHashProblem,
  chainIdProblem,
  curveOf,
  publicKeyMismatch,
  publicKeyProblem,
  shortChainId,
} from '../../../model/tezos/keys';

const tz1 = 'tz1TGu6TN5GSez2ndXXeDX6LgUDvLzPLqgYV';
const edpk = 'edpkuSLWfVU1Vq7Jg9FucPyKmma6otcMHac9zG4oU1KMHSTBpJuGQ2'; // its key, from Octez' sandbox
const tz3 = 'tz3Q67aMz7gSMiQRcW729sXSfuMtkyAHYfqc';
const p2pk = 'p2pk66gP3wq6k9QgNwAgaGLeXc3YFfrxgYdC7cdYuJWAHYBw4hExVHW';
const sppk = 'sppk7bMuoa8w2LSKz3XEuPsKx1WavsMLCWgbWG9CZNAsJg9eTmkXRPd';
const kt1 = 'KT1GCvVdxELA4mPUn4DiBpPAd8ARRtyoEpke';

test('valid texts have no problem', () => {
  expect([tz1, tz3].map(bakerAddressProblem)).toEqual([undefined, undefined]);
  expect([edpk, p2pk, sppk].map(publicKeyProblem)).toEqual([undefined, undefined, undefined]);
  expect([tz1, kt1].map(accountProblem)).toEqual([undefined, undefined]);
  expect(chainIdProblem('NetXdQprcVkpaWU')).toBeUndefined();
  expect(blockHashProblem('BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2')).toBeUndefined();
});

test('one wrong character is answered with the address that was meant', () => {
  const typo = `${tz1.slice(0, 20)}Z${tz1.slice(21)}`;
  expect(bakerAddressProblem(typo)).toBe(`"${typo}" fails its checksum; did you mean ${tz1}?`);
  const lookalike = tz1.replace('L', 'l'); // not even base58
  expect(bakerAddressProblem(lookalike)).toContain(`did you mean ${tz1}?`);
});

test('two swapped characters are answered with what was meant', () => {
  const swapped = tz1.slice(0, 10) + tz1[11] + tz1[10] + tz1.slice(12);
  expect(bakerAddressProblem(swapped)).toContain(`did you mean ${tz1}?`);
  const key = edpk.slice(0, 30) + edpk[31] + edpk[30] + edpk.slice(32);
  expect(publicKeyProblem(key)).toContain(`did you mean ${edpk}?`);
});

test('more than one wrong character is answered with advice to copy it again', () => {
  const typo = `${tz1.slice(0, 12)}ZZZ${tz1.slice(15)}`;
  expect(bakerAddressProblem(typo)).toBe(`"${typo}" fails its checksum; copy it again`);
});

test('another kind of text is named for what it is', () => {
  expect(bakerAddressProblem(kt1)).toBe(
    `"${kt1}" is a contract, which is not a baker's address; write an address that starts with tz1, tz2, tz3 or tz4`,
  );
  expect(bakerAddressProblem(edpk)).toContain("is not a baker's address");
  expect(publicKeyProblem(tz1)).toContain('write a public key that starts with edpk, sppk, p2pk or BLpk');
  expect(chainIdProblem('mainnet')).toContain('write a chain id that starts with Net');
  expect(bakerAddressProblem(tz1.slice(0, -1))).toBe(
    `"${tz1.slice(0, -1)}" has 35 characters, a baker's address has 36; copy it again`,
  );
  for (const text of ['', ' ', 'tz1', '\u{1f9c1}', 'tz1'.repeat(50)])
    expect(typeof bakerAddressProblem(text)).toBe('string');
});

test('a public key hashes to its address, and a foreign one is refused', () => {
  expect(addressOfPublicKey(edpk)).toBe(tz1);
  expect(addressOfPublicKey(p2pk)).toBe(tz3);
  expect(addressOfPublicKey('edpk')).toBeUndefined();
  expect(publicKeyMismatch(tz1, edpk)).toBeUndefined();
  expect(publicKeyMismatch(tz3, edpk)).toContain(`is the public key of ${tz1}, not of ${tz3}`);
});

test('the curve is known of addresses and public keys', () => {
  expect([tz1, edpk, sppk, tz3, p2pk, kt1].map(curveOf)).toEqual([
    'ed25519',
    'ed25519',
    'secp256k1',
    'p256',
    'p256',
    undefined,
  ]);
});

test('the short chain id is the one in the names of Octez files', () => {
  expect(shortChainId('NetXdQprcVkpaWU')).toBe('NetXdQprcVkpa');
});
