import { Journal } from '../../../programs/payout-guard/journal';
import { WalletCore } from '../../../programs/payout-guard/wallet-core';
import { account, transfer } from './payout-chain';
import { ALICE, alice, BOB, bob, Desk, desk, NOW, rowOf } from './payout-desk';
import { CHAIN_ID, walletConfig } from './world-wallet';

test('what is asked is durable before the signer is asked: after a cut of the power its rows are held, and its bytes known', () => {
  const made = desk();
  const operation = made.operation();
  expect(made.verdict(operation)).toBe('sign');
  made.disk.cutPower(0);
  made.core = made.opened();
  expect(made.statuses).toEqual(['signed', 'signed']);
  expect(made.verdict(operation)).toBe('sign');
  const other = made.operation([transfer(made.chain.head.counter + 1n, ALICE, 5000n, { fee: '11' })]);
  expect(made.verdict(other)).toBe('no-line');
});

test('the same bytes get the stored signature, whoever has signed them meanwhile, and after a cut of the power too', () => {
  const made = desk();
  const operation = made.operation();
  const id = made.sign(operation);
  made.disk.cutPower(0);
  made.core = made.opened();
  expect(made.decide(operation)).toEqual({ signature: 'sig' });
  expect(made.core.signed(id, 'sigAnother', NOW)).toEqual({ signature: 'sig' });
  expect(made.core.signatureOf(Buffer.from(`03${operation.bytes}`, 'hex'))).toBe('sig');
});

test('on a full disk nothing is signed, and nothing has changed', () => {
  const made = desk();
  made.disk.free = 100;
  expect(made.verdict(made.operation())).toBe('journal-not-written');
  expect(made.statuses).toEqual(['open', 'open']);
  made.disk.free = 100_000;
  const operation = made.operation();
  const decision = made.decide(operation);
  made.disk.free = 10;
  if (!('sign' in decision)) throw new Error('it is not signed');
  expect(made.core.signed(decision.id, 'sig', NOW)).toMatchObject({ refused: 'journal-not-written' });
  made.disk.free = 100_000;
  expect(made.core.signed(decision.id, 'sig', NOW)).toEqual({ signature: 'sig' });
});

test('a plan that changes nothing costs the journal nothing, in whichever order its rows come, and whatever is paid of it', () => {
  const made = desk();
  const length = () => made.disk.read().length;
  const left = { leftOut: [{ ...rowOf(1, account(3), '4'), reason: 'below minimum' }] };
  made.plan([alice, bob], left);
  const before = length();
  expect(made.plan([bob, alice], left)).toMatchObject({ plan: 2, rows: [{ delegator: BOB }, { delegator: ALICE }] });
  expect(made.plan([alice, bob])).toMatchObject({ plan: 2 });
  const first = made.chain.head.counter + 1n;
  const operation = made.operation([transfer(first, ALICE, 5000n)]);
  made.sign(operation);
  made.chain.bake(operation);
  made.follow();
  const after = length();
  expect(made.plan([bob, { ...alice, amount: '1' }], left)).toMatchObject({ plan: 2 });
  expect([before < after, length()]).toEqual([true, after]);
  for (const rows of [[bob], [alice, bob, rowOf(2, BOB, '1')], [alice, { ...bob, amount: '6999' }]]) {
    const taken = length();
    made.plan(rows);
    expect(length()).toBeGreaterThan(taken);
  }
});

test('plans that are posted over and over leave room: at its bound a journal takes no new one, and goes on with what it has', () => {
  const made = new Desk();
  const chain = { id: CHAIN_ID, costPerByte: 250n };
  const journal = new Journal(made.disk);
  made.core = new WalletCore({ chain, wallet: walletConfig(0n), journal, mostJournalBytes: 10_000 });
  made.reconcile();
  const plan = (times: number) => made.plan([alice, { ...bob, amount: String(7000 - (times % 2)) }]);
  for (let times = 0; times < 100; times++) plan(times);
  expect(made.plan([{ ...alice, amount: '4999' }])).toMatchObject({ refused: 'journal-long' });
  expect(made.disk.read().length).toBeLessThan(11_000);
  const operation = made.operation([transfer(made.chain.head.counter + 1n, ALICE, 5000n)]);
  made.sign(operation);
  made.chain.bake(operation);
  made.follow();
  expect(made.statuses).toEqual(['paid', 'open']);
});

test('the journal of another wallet, and one that is damaged, sign nothing, and no reconciliation writes to them', () => {
  const made = desk();
  const other = new Desk({ address: ALICE });
  const core = other.opened(made.disk.copy);
  expect(core.records.status.stopped?.reason).toBe('journal-damaged');
  const chain = { id: CHAIN_ID, costPerByte: 250n };
  const damaged = new WalletCore({ chain, wallet: walletConfig(0n), journal: undefined });
  for (const each of [core, damaged]) {
    expect(each.reconcile(made.word(), NOW)).toMatchObject({ refused: 'reconcile-refused' });
    expect(each.plan({}, NOW)).toMatchObject({ refused: 'stopped' });
  }
});

test('a line of a later version is never passed over: it may say that something is paid', () => {
  const made = desk();
  new Journal(made.disk).append({ type: 'paid by hand', rows: [] } as never);
  const { stopped } = made.opened().records.status;
  expect(stopped).toMatchObject({ reason: 'journal-damaged', detail: expect.stringContaining('later version') });
});

test('many blocks without an operation cost the journal a line now and then', () => {
  const made = desk();
  const before = made.disk.read().length;
  for (let i = 0; i < 300; i++) made.chain.bake();
  made.follow();
  expect(made.disk.read().length - before).toBeLessThan(6 * 500);
  expect(made.opened().position?.level).toBeGreaterThan(made.chain.final - 61);
});
