import { transfer } from './payout-chain';
import { ALICE, alice, BOB, bob, Desk, desk, NOW, rowOf } from './payout-desk';

test('a new wallet signs nothing and takes no plan until a person has reconciled it', () => {
  const made = new Desk();
  expect(made.core.records.status.stopped?.reason).toBe('never-reconciled');
  expect(made.plan()).toMatchObject({ refused: 'stopped' });
  expect(made.verdict(made.operation())).toBe('stopped');
  expect(made.reconcile()).toEqual({ generation: 1 });
  expect(made.core.records.status.stopped).toBeUndefined();
  expect(made.plan()).toMatchObject({ plan: 1, rows: [{ status: 'open' }, { status: 'open' }] });
  expect(made.verdict(made.operation())).toBe('sign');
});

test('the first counter is the one after the last final block, and no operation that is not final counts', () => {
  const made = desk();
  const only = (first: bigint, to = ALICE, amount = 5000n) => made.operation([transfer(first, to, amount)], first);
  const { counter } = made.chain.head;
  for (const off of [-1n, 0n, 2n, 3n]) expect(made.verdict(only(counter + off))).toBe('counter-not-next');
  const first = only(counter + 1n);
  made.sign(first);
  made.chain.bake(first);
  // The chain has it, and it is not final: the next one waits, and is signed once it is.
  const second = only(counter + 2n, BOB, 7000n);
  expect(made.verdict(second)).toBe('hold');
  made.chain.bake();
  expect(made.verdict(second)).toBe('hold');
  made.follow();
  expect(made.verdict(second)).toBe('sign');
});

test('applied in a final block is paid, to the last mutez, and is not signed again; in any other block it is not paid', () => {
  const made = desk();
  const operation = made.operation();
  made.sign(operation);
  made.chain.bake(operation);
  expect(made.statuses).toEqual(['signed', 'signed']);
  made.follow();
  const [first, second] = made.core.records.all;
  expect([first.status, first.paid, second.paid]).toEqual([
    'paid',
    { amount: '5000', fee: '10', burnt: '0' },
    { amount: '7000', fee: '10', burnt: '0' },
  ]);
  expect([first.level, first.hash]).toEqual([103, 'o4']);
  expect(made.plan()).toMatchObject({ rows: [{ status: 'paid' }, { status: 'paid' }] });
  expect(made.verdict(made.operation())).toBe('no-line');
});

test('a transfer that fails leaves its rows open; a row whose own transfer has failed twice is held for a person', () => {
  const made = desk();
  for (const statuses of [
    ['open', 'open'],
    ['open', 'held'],
  ]) {
    const operation = made.operation();
    made.sign(operation);
    made.chain.bake(operation, 1);
    made.follow();
    expect(made.statuses).toEqual(statuses);
  }
  expect(made.core.records.all.map(({ failures }) => failures)).toEqual([0, 2]);
  expect(made.verdict(made.operation())).toBe('no-line');
  expect(made.reconcile({ release: [bob] })).toEqual({ generation: 2 });
  expect(made.statuses).toEqual(['open', 'open']);
});

test('an operation is dead when the longest time to live since it was asked for is over at a final block, and not before', () => {
  const made = desk();
  const operation = made.operation();
  const branchLevel = made.chain.head.level;
  made.sign(operation);
  made.chain.operationsTtl = 6;
  made.chain.bake();
  made.chain.operationsTtl = 4;
  while ((made.core.position?.level ?? 0) < branchLevel + 6) {
    expect(made.statuses).toEqual(['signed', 'signed']);
    made.chain.bake();
    made.core.finalBlock(made.chain.finalBlock((made.core.position?.level ?? 0) + 1));
    // A start in between forgets no time to live.
    made.core = made.opened();
    while ((made.core.position?.level ?? 0) < made.chain.final) {
      made.core.finalBlock(made.chain.finalBlock((made.core.position?.level ?? 0) + 1));
    }
  }
  expect(made.core.position?.level).toBe(branchLevel + 6);
  expect(made.statuses).toEqual(['signed', 'signed']);
  made.chain.bake();
  made.core.finalBlock(made.chain.finalBlock(branchLevel + 7));
  expect(made.statuses).toEqual(['open', 'open']);
  expect(made.verdict(operation)).toBe('signature');
  expect(made.core.signatureOf(Buffer.from(`03${operation.bytes}`, 'hex'))).toBeUndefined();
});

test('when another operation of the journal has its counter, it is dead at once', () => {
  const made = desk();
  const first = made.chain.head.counter + 1n;
  made.sign(made.operation([transfer(first, ALICE, 5000n)]));
  const other = made.operation([transfer(first, BOB, 7000n)]);
  made.sign(other);
  expect(made.statuses).toEqual(['signed', 'signed']);
  made.chain.bake(other);
  made.follow();
  expect(made.statuses).toEqual(['open', 'paid']);
});

test('an operation of the wallet that was not asked for here stops it, and no row opens, until a person has looked', () => {
  const made = desk();
  const dead = made.operation();
  made.sign(dead);
  const byHand = made.operation([transfer(made.chain.head.counter + 1n, BOB, 1n)]);
  made.chain.bake(byHand);
  made.follow();
  expect(made.core.records.status.stopped?.reason).toBe('foreign-operation');
  expect(made.core.state.foreign).toMatchObject([{ level: 103, transfers: [{ destination: BOB, amount: '1' }] }]);
  for (let i = 0; i < 10; i++) made.follow();
  expect(made.statuses).not.toContain('open');
  expect(made.verdict(dead)).toBe('stopped');
  expect(made.plan()).toMatchObject({ refused: 'stopped' });
  expect(made.reconcile({ paid: [bob] })).toEqual({ generation: 2 });
  expect(made.statuses).toEqual(['open', 'paid']);
  expect(made.core.state.foreign).toEqual([]);
});

test('a signature that comes when the wallet has stopped, or the operation is dead, is not answered', () => {
  const made = desk();
  const decision = made.decide(made.operation());
  if (!('sign' in decision)) throw new Error('it is not signed');
  made.chain.bake(made.operation([transfer(made.chain.head.counter + 1n, BOB, 1n)]));
  made.follow();
  expect(made.core.signed(decision.id, 'sig', NOW)).toMatchObject({ refused: 'stopped' });
  made.reconcile();
  expect(made.core.signed(decision.id, 'sig', NOW)).toMatchObject({ refused: 'spent' });
});

test.each([
  ['counter-jumped', (made: Desk) => ({ counter: made.chain.head.counter + 1n })],
  ['wallet-emptied', () => ({ balance: 0n })],
  ['not-an-ancestor', () => ({ predecessor: 'another' })],
] as const)('the wallet stops: %s', (reason, change) => {
  const made = desk();
  made.chain.bake();
  const level = (made.core.position?.level ?? 0) + 1;
  made.core.finalBlock({ ...made.chain.finalBlock(level), ...change(made) });
  expect(made.core.records.status.stopped?.reason).toBe(reason);
  expect(made.verdict(made.operation())).toBe('stopped');
  expect(made.opened().records.status.stopped?.reason).toBe(reason);
});

test('a guard whose place on the chain is lost goes on where a person says, and only with the fate of what it has signed', () => {
  const made = desk();
  const operation = made.operation();
  const id = made.sign(operation);
  made.chain.bake(operation);
  made.chain.bake();
  made.chain.bake();
  made.core.lost('final-block-gone', 'it is pruned');
  expect(made.core.position).toBeUndefined();
  expect(made.reconcile()).toMatchObject({ refused: 'reconcile-refused', detail: expect.stringContaining(id) });
  const [{ included, level }] = made.chain.sentUpTo(made.chain.final);
  const read = { hash: included.hash, bytes: operation.bytes, contents: included.receipts, level, timeMs: NOW };
  expect(made.reconcile({ operations: [read] })).toMatchObject({ generation: 3 });
  expect(made.statuses).toEqual(['paid', 'paid']);
});

test('a person cannot call a row paid that an operation may still pay, nor skip what the guard can follow, nor go back', () => {
  const made = desk();
  made.sign(made.operation());
  const refused = (detail: RegExp) => ({ refused: 'reconcile-refused', detail: expect.stringMatching(detail) });
  expect(made.reconcile({ paid: [alice] })).toEqual(refused(/may still be included/));
  made.chain.bake();
  expect(made.reconcile({ block: made.chain.at(made.chain.final) })).toEqual(refused(/the guard stands at block 100/));
  expect(made.reconcile({ generation: 1 })).toEqual(refused(/not above/));
  expect(made.reconcile({ release: [alice] })).toEqual(refused(/is not held/));
  expect(made.reconcile({ paid: [{ ...rowOf(7, ALICE, '1'), amount: '1.5' }] })).toEqual(refused(/no row/));
});

test('a wallet without a balance cannot be reconciled, and one that stands still tells its stop once', () => {
  const fresh = new Desk();
  const refused = { refused: 'reconcile-refused', detail: expect.stringMatching(/fund it/) };
  expect(fresh.reconcile({ block: { ...fresh.chain.at(100), balance: 0n } })).toEqual(refused);
  const made = desk();
  for (let i = 0; i < 5; i++) made.chain.bake();
  for (let level = 101; level <= 105; level++) made.core.finalBlock({ ...made.chain.finalBlock(level), balance: 0n });
  expect(made.core.state.stops.map(({ reason }) => reason)).toEqual(['wallet-emptied']);
  expect(made.reconcile()).toEqual(refused);
});
