import { encode, encodings } from '../../../model/tezos/base58check';
import type { WalletConfig } from '../../../programs/payout-guard/payout-guard.contract';
import { BAKER, transfer } from './payout-chain';
import { ALICE, BOB, DAY, type Desk, desk, NOW, reveal } from './payout-desk';
import { walletConfig } from './world-wallet';

test('a signature for what was never asked is not kept', () => {
  const made = desk();
  expect(made.core.signed('unknown', 'sig', NOW)).toMatchObject({ refused: 'spent' });
  expect(made.opened().records.status.stopped).toBeUndefined();
});

test('only the guard of the newest reconciliation signs', () => {
  const made = desk();
  expect(made.verdict(made.operation(), { newestGeneration: 2 })).toBe('generation-old');
  expect(made.verdict(made.operation(), { newestGeneration: undefined })).toBe('generation-unknown');
});

test('a branch that our node does not know, or that is too old, is refused', () => {
  const made = desk();
  expect(made.verdict(made.operation(), { branchLevel: undefined })).toBe('branch-unknown');
  expect(made.verdict(made.operation(), { branchLevel: 100 - 4 })).toBe('branch-expired');
  expect(made.verdict(made.operation(), { branchLevel: 100 - 3 })).toBe('sign');
});

test('one content without a line refuses the whole operation, and holds nothing', () => {
  const made = desk();
  const first = made.chain.head.counter + 1n;
  const almost = made.operation([transfer(first, ALICE, 5000n), transfer(first + 1n, BOB, 7001n)]);
  expect(made.verdict(almost)).toBe('no-line');
  const twice = made.operation([transfer(first, ALICE, 5000n), transfer(first + 1n, ALICE, 5000n)]);
  expect(made.verdict(twice)).toBe('no-line');
  expect(made.statuses).toEqual(['open', 'open']);
});

test('reveals of the own key are signed, first in an operation, and nothing else that is no transfer', () => {
  const made = desk();
  const first = made.chain.head.counter + 1n;
  expect(made.verdict(made.operation([reveal(first), transfer(first + 1n, ALICE, 5000n)]))).toBe('sign');
  expect(made.verdict(made.operation([transfer(first, BOB, 7000n), reveal(first + 1n)]))).toBe('reveal-refused');
  const other = encode(new Uint8Array(33).fill(3), encodings.p2pk);
  expect(made.verdict(made.operation([reveal(first, other)]))).toBe('reveal-refused');
  const delegation = Buffer.from(`03${made.operation([reveal(first)]).bytes.replace(/^(.{64})6b/, '$16e')}`, 'hex');
  expect(made.core.read(delegation)).toMatchObject({ refused: 'kind-refused' });
  expect(made.core.read(Buffer.from('11', 'hex'))).toMatchObject({ refused: 'not-an-operation' });
});

test('a reveal with and without the byte for its proof is one operation: only the form that was asked first is signed', () => {
  const made = desk();
  const operation = made.operation([reveal(made.chain.head.counter + 1n)]);
  made.sign(operation);
  expect(made.verdict({ ...operation, bytes: `${operation.bytes}00` })).toBe('spent');
  made.chain.bake(operation);
  made.follow();
  expect(made.core.records.status.stopped).toBeUndefined();
});

test('contents of another account, or with counters that do not follow each other, are refused', () => {
  const made = desk();
  const first = made.chain.head.counter + 1n;
  expect(made.verdict(made.operation([transfer(first, ALICE, 5000n, { source: BAKER })]))).toBe('other-source');
  const gap = [transfer(first, ALICE, 5000n), transfer(first + 2n, BOB, 7000n)];
  expect(made.verdict(made.operation(gap))).toBe('counters-not-consecutive');
});

test('caps count amounts, fees and what may be burnt', () => {
  const cost = (5000n + 10n + 3n * 250n).toString();
  const made = (caps: Partial<WalletConfig['caps']>) => desk({ caps: { ...walletConfig(0n).caps, ...caps } });
  const asked = (one: Desk) => {
    const first = one.chain.head.counter + 1n;
    return one.operation([transfer(first, ALICE, 5000n, { storage_limit: '3' })]);
  };
  for (const [name, reason] of [
    ['content', 'cap-content'],
    ['day', 'cap-day'],
  ] as const) {
    const enough = made({ [name]: cost });
    expect(enough.verdict(asked(enough))).toBe('sign');
    const short = made({ [name]: String(BigInt(cost) - 1n) });
    expect(short.verdict(asked(short))).toBe(reason);
  }
});

test('what was signed counts for 24 hours of the chain, whatever clocks say; what is dead costs nothing', () => {
  const made = desk({ caps: { ...walletConfig(0n).caps, day: '7010' } });
  const first = made.chain.head.counter + 1n;
  made.sign(made.operation([transfer(first, ALICE, 5000n)]));
  const next = () => made.operation([transfer(first, BOB, 7000n)], first);
  expect(made.verdict(next())).toBe('cap-day');
  for (const days of [-400, -2, 1, 400]) expect(made.verdict(next(), { nowMs: NOW + days * DAY })).toBe('cap-day');
  made.chain.lateMs = DAY - 4000;
  made.follow();
  expect(made.verdict(next())).toBe('cap-day');
  expect(made.opened().state.operations.costSince(0)).toBe(5010n);
  made.chain.lateMs = DAY;
  made.chain.bake();
  made.follow();
  expect(made.core.state.operations.live).toHaveLength(1); // and may still be included
  expect(made.verdict(next())).toBe('cap-day');
  for (let i = 0; i < 10; i++) made.chain.bake();
  made.follow();
  expect(made.core.state.operations.live).toEqual([]);
  expect(made.verdict(next())).toBe('sign');
});

test('what is included counts from its own block on, however late the guard has read the chain', () => {
  const made = desk({ caps: { ...walletConfig(0n).caps, day: '7010' } });
  const first = made.chain.head.counter + 1n;
  const operation = made.operation([transfer(first, ALICE, 5000n)]);
  made.sign(operation);
  made.chain.lateMs = 2 * DAY;
  made.chain.bake(operation);
  made.follow();
  const next = made.operation([transfer(first + 1n, BOB, 7000n)]);
  expect(made.verdict(next)).toBe('cap-day');
  made.core = made.opened();
  expect(made.verdict(next)).toBe('cap-day');
});
