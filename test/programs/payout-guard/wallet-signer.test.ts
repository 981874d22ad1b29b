import { signatureHex } from '../../../programs/payout-guard/signed-operation';
import { NoSignature, WalletSigner } from '../../../programs/payout-guard/wallet-signer';
import { encode, PREFIX } from '../../stand-ins/kit/base58';
import { signatureBytes, verifies } from '../../stand-ins/kit/secret-keys';
import { insteadOfIt, octezSigner, otherKey } from '../home';
import { PayoutWorld, wallet } from './payout-guard-world';

const BYTES = `03${'ab'.repeat(40)}`;

test("the signer is asked for exactly these bytes, and known by the wallet's public key", async () => {
  const world = new PayoutWorld();
  await world.startSigner();
  const signer = new WalletSigner(world.signerUrl, wallet.address);
  expect(signer.problem).toBe('not asked yet');
  const signature = await signer.sign(BYTES);
  expect(verifies(wallet.publicKey, Buffer.from(BYTES, 'hex'), signatureBytes(signature))).toBe(true);
  await signer.look(wallet.publicKey);
  expect(signer.problem).toBe('');
  await signer.look(otherKey.publicKey);
  expect(signer.problem).toContain('another key');
});

test('a signer that refuses, lacks the key, is not there, or talks nonsense gives no signature', async () => {
  const refusing = await octezSigner(); // signs what bakers sign, and nothing else
  const nonsense = await Promise.all(
    ['{"signature":"edsigX"}', '{"signature":7}', 'null', '<html>'].map((text) =>
      insteadOfIt(() => ({ status: 200, text })),
    ),
  );
  const failing = await insteadOfIt(() => ({ status: 500, text: 'no quota' }));
  for (const { url } of [refusing, ...nonsense, failing, { url: 'http://127.0.0.1:1' }]) {
    const signer = new WalletSigner(url, otherKey.address);
    await expect(signer.sign(BYTES)).rejects.toThrow(NoSignature);
    expect(signer.problem).not.toBe('');
  }
  const unknown = new WalletSigner(refusing.url, wallet.address);
  await unknown.look(wallet.publicKey);
  expect(unknown.problem).toContain('500');
});

test('a signature has the same bytes in each of its texts, and nothing else is one', () => {
  const bytes = Buffer.alloc(64, 7);
  for (const kind of ['edsig', 'spsig', 'p2sig', 'sig'] as const) {
    expect(signatureHex(encode(PREFIX[kind], bytes))).toBe(bytes.toString('hex'));
  }
  expect(() => signatureHex(encode(PREFIX.BLsig, Buffer.alloc(96)))).toThrow('64 bytes');
  expect(() => signatureHex(`${encode(PREFIX.sig, bytes)}1`)).toThrow();
});
