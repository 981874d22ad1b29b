import { generateKeyPairSync } from 'node:crypto';
import { type GuardMessage, signedText } from '../../../programs/runtime/guard-message';
import { headersOf, messageOf } from '../../../programs/runtime/message-headers';
import { publicHalf, signedBy, signerWith } from '../../../programs/runtime/message-key';

const pem = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;

const message: GuardMessage = {
  epoch: { number: 1_800_000_000_000, bits: '0123456789abcdef0123456789abcdef' },
  session: 'fedcba',
  counter: 7,
  signer: 'left',
  method: 'POST',
  path: '/keys/tz1?version=3',
  body: '"13"',
};

test('a message arrives over HTTP as it was signed', () => {
  const key = pem();
  const signature = signerWith(key)(signedText(message));
  const arrived = messageOf(message, headersOf({ message, signature }));
  expect(arrived).toEqual({ message, signature });
  expect(signedBy(publicHalf(key))(signedText(message), signature)).toBe(true);
});

test.each<[string, Partial<GuardMessage>]>([
  ['epoch', { epoch: { ...message.epoch, number: message.epoch.number + 1 } }],
  ['epoch in its bits', { epoch: { ...message.epoch, bits: 'f'.repeat(32) } }],
  ['session', { session: 'fedcb' }],
  ['counter', { counter: 8 }],
  ['signer', { signer: 'right' }],
  ['path', { path: '/keys/tz2?version=3' }],
  ['query', { path: '/keys/tz1?version=2' }],
  ['body', { body: '"12"' }],
])('a message with another %s is not what was signed', (_, other) => {
  const key = pem();
  const signature = signerWith(key)(signedText(message));
  expect(signedBy(publicHalf(key))(signedText({ ...message, ...other }), signature)).toBe(false);
});

test('the signature of another key, or none, counts for nothing', () => {
  const isSigned = signedBy(publicHalf(pem()));
  expect(isSigned(signedText(message), signerWith(pem())(signedText(message)))).toBe(false);
  for (const text of ['', 'none', 'AAAA']) expect(isSigned(signedText(message), text)).toBe(false);
});

test('a request that says less than a guard does carries no message', () => {
  const headers = headersOf({ message, signature: 'AAAA' });
  for (const name of Object.keys(headers).filter((each) => each.startsWith('guard-'))) {
    expect(messageOf(message, { ...headers, [name]: undefined })).toBeUndefined();
  }
  for (const number of ['', '-1', '1e3', '99999999999999999999']) {
    expect(messageOf(message, { ...headers, 'guard-counter': number })).toBeUndefined();
    expect(messageOf(message, { ...headers, 'guard-epoch': `${number}.${message.epoch.bits}` })).toBeUndefined();
  }
});

test('a key that is no Ed25519 key is refused, and not shown', () => {
  const rsa = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' });
  for (const text of [rsa as string, 'my secret']) {
    expect(() => signerWith(text)).toThrow('the private key is not an Ed25519 key in PEM');
  }
});
