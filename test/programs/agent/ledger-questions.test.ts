import { lookAt } from '../../../programs/agent/ledger-questions';
import { type LedgerKey, ledgerKey, pathText } from '../../../programs/agent/ledger-url';

/** By command, as it goes over the cable; answers with the status word, as the app's documentation gives them. */
const ready: Record<string, string> = {
  b001000000: `01 0c ${Buffer.from('Tezos Baking').toString('hex')} 05 322e352e30 01 00 9000`,
  '8000000000': '01 02 05 00 9000',
  '800d000000': '01 04 8000002c 800006c1 80000000 80000001 9000',
  '800b000000': '00897001 00000002 00000009 00000001 7a06a770 9000',
};
const ledger = (answers: Record<string, string>) => async (command: Uint8Array) => {
  const asked = Buffer.from(command).toString('hex');
  return Buffer.from((answers[asked] ?? '6d00').replace(/\s/g, ''), 'hex');
};

test('a Ledger that bakes tells its app, its key and its marks', async () => {
  const sight = await lookAt(ledger(ready));
  expect(sight).toEqual({
    version: '2.5.0',
    authorised: { curve: 1, path: [0x8000002c, 0x800006c1, 0x80000000, 0x80000001] },
    marks: { chain: 0x7a06a770, main: { level: 9007105, round: 2 }, others: { level: 9, round: 1 } },
  });
});

test('a Ledger that was never set up bakes with no key', async () => {
  expect((await lookAt(ledger({ ...ready, '800d000000': '6a88' }))).authorised).toBeUndefined();
});

test.each([
  ['the dashboard', { b001000000: `01 05 ${Buffer.from('BOLOS').toString('hex')} 03 312e31 01 00 9000` }, 'wrong app'],
  ['the wallet app', { b001000000: `01 0c ${Buffer.from('Tezos Wallet').toString('hex')} 01 33 9000` }, 'wrong app'],
  ['an app that knows no such command', { '800b000000': '6d00' }, 'wrong app'],
  ['a locked device', { b001000000: '5515' }, 'locked'],
  ['a device that wants its PIN', { '800d000000': '6982' }, 'locked'],
  ['an app of that class that does not bake', { '8000000000': '00 02 05 00 9000' }, 'wrong app'],
  ['marks that are short', { '800b000000': '00897001 00000002 9000' }, 'trouble'],
  ['a path that is short', { '800d000000': '01 04 8000002c 9000' }, 'trouble'],
  ['another status word', { '8000000000': '6f01' }, 'trouble'],
  ['no status word', { b001000000: '90' }, 'trouble'],
])('%s is told apart', async (_, answers, reason) => {
  await expect(lookAt(ledger({ ...ready, ...answers }))).rejects.toMatchObject({ problem: { reason } });
});

test('nothing is asked that changes the device or waits for a button', async () => {
  const asked: number[][] = [];
  await lookAt((command) => {
    asked.push([...command]);
    return ledger(ready)(command);
  });
  expect(asked.map(([cla, ins]) => [cla, ins])).toEqual([
    [0xb0, 0x01],
    [0x80, 0x00],
    [0x80, 0x0d],
    [0x80, 0x0b],
  ]);
});

test.each([
  ['ledger://a-b-c-d/ed25519/0h/0h', 'ed25519/44h/1729h/0h/0h'],
  ["ledger://a-b-c-d/secp256k1/0'/1'", 'secp256k1/44h/1729h/0h/1h'],
  ['ledger://a-b-c-d/P-256/0h/2', 'P-256/44h/1729h/0h/2'],
  ['ledger://a-b-c-d/bip25519/0h/0h', 'bip25519/44h/1729h/0h/0h'],
])('the key of %s is the one that octez-signer means', (url, text) => {
  expect(pathText(ledgerKey(url) as LedgerKey)).toBe(text);
});

test.each(['ledger://a-b-c-d', 'ledger://a-b-c-d/bls/0h', 'ledger://a-b-c-d/ed25519/x', 'http://a/b'])(
  '%s names no key',
  (url) => {
    expect(ledgerKey(url)).toBeUndefined();
  },
);
