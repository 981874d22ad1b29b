import { finalOperation, hasReceipts, sourcesOf } from '../../../programs/payout-guard/receipts';
import { key, otherKey } from '../home';

const wallet = key.address;
const branch = 'BLCXHwyS3LhmHfqRmiimocuBkNZfGvAWLYeqWGqDX6KAStxeBWp';
const shared = { kind: 'transaction', source: wallet, fee: '404', counter: '5', gas_limit: '1', storage_limit: '257' };
const sent = (operation_result: object, more: object = {}) => ({
  hash: 'oo',
  branch,
  contents: [{ ...shared, amount: '1000', destination: otherKey.address, metadata: { operation_result, ...more } }],
});
const change = (contract: string, by: string, more: object = {}) => ({
  kind: 'contract',
  contract,
  change: by,
  ...more,
});

test('a receipt says what was sent, what it cost, and what was burnt, in the words of new protocols and of old ones', () => {
  const [moved, burnt] = [change(wallet, '-1000'), change(wallet, '-64250')];
  const burned = { kind: 'burned', category: 'storage fees', change: '64250', origin: 'block' };
  for (const balance_updates of [
    [moved, change(otherKey.address, '1000'), burnt, burned],
    [moved, change(otherKey.address, '1000'), burnt],
  ]) {
    const [content] = finalOperation(sent({ status: 'applied', balance_updates }), wallet).contents;
    expect(content).toEqual({
      ...{ status: 'applied', fee: 404n, burnt: 64250n },
      transfer: { destination: otherKey.address, amount: 1000n },
    });
  }
});

test('what a called contract makes the wallet burn counts, and what it gives back does not', () => {
  const internal_operation_results = [
    {
      result: {
        status: 'applied',
        balance_updates: [change('KT1', '-5'), change(wallet, '5'), change(wallet, '-250')],
      },
    },
  ];
  const result = { status: 'applied', balance_updates: [change(wallet, '-1000'), change('KT1', '1000')] };
  const { contents } = finalOperation(sent(result, { internal_operation_results }), wallet);
  expect(contents[0].burnt).toBe(250n);
});

test('what did not happen burns nothing, and an operation that is never signed here has no bytes', () => {
  for (const status of ['failed', 'backtracked', 'skipped']) {
    const balance_updates = [change(wallet, '-1000'), change(wallet, '-64250')];
    const { contents, bytes } = finalOperation(sent({ status, balance_updates }), wallet);
    expect([contents[0].status, contents[0].burnt, typeof bytes]).toEqual([status, 0n, 'string']);
  }
  const delegation = { ...shared, kind: 'delegation', metadata: { operation_result: { status: 'applied' } } };
  const foreign = finalOperation({ hash: 'oo', branch, contents: [delegation] }, wallet);
  expect([foreign.bytes, foreign.contents[0].status]).toEqual([undefined, 'applied']);
  expect(sourcesOf({ contents: [delegation, { kind: 'attestation' }] })).toEqual([wallet]);
});

test('a content without a receipt, or with one that cannot be read, is never taken for one', () => {
  const { contents, ...rest } = sent({ status: 'applied' });
  const bare = { ...rest, contents: contents.map(({ metadata: _, ...each }) => each) };
  expect(() => finalOperation(bare, wallet)).toThrow('without a receipt');
  expect([bare, sent({ status: 'failed' })].map(hasReceipts)).toEqual([false, true]);
  expect(() => finalOperation(sent({ status: 'maybe' }), wallet)).toThrow('status');
  expect(() => finalOperation(sent({ status: 'applied', balance_updates: [change(wallet, '-1e3')] }), wallet)).toThrow(
    'amount',
  );
});
