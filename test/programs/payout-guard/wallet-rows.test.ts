import { account, transfer } from './payout-chain';
import { ALICE, alice, BOB, bob, Desk, desk, rowOf } from './payout-desk';
import { walletConfig } from './world-wallet';

test('a row that a person calls paid is paid for ever, whether it was ever posted or not', () => {
  const made = desk();
  const never = rowOf(9, ALICE, '1');
  for (const delegator of ['', `${ALICE}1`]) {
    expect(made.reconcile({ paid: [{ ...never, delegator }] })).toMatchObject({ refused: 'reconcile-refused' });
    made.generation--;
  }
  expect(made.reconcile({ paid: [never, alice] })).toEqual({ generation: 2 });
  expect(made.plan([alice, bob, never])).toMatchObject({
    rows: [{ status: 'paid' }, { status: 'open' }, { status: 'paid' }],
  });
});

test('only rows of the newest plan are signed', () => {
  const made = desk();
  made.plan([alice]);
  const first = made.chain.head.counter + 1n;
  expect(made.verdict(made.operation([transfer(first, BOB, 7000n)]))).toBe('no-line');
  expect(made.verdict(made.operation([transfer(first, ALICE, 5000n)]))).toBe('sign');
});

test('a cycle has one cap, over all its plans, and with what it has cost already; another cycle has its own', () => {
  const made = desk({ caps: { ...walletConfig(0n).caps, cycle: '12029' } });
  const carol = rowOf(1, account(3), '10');
  const pay = (to: string, amount: bigint) => {
    const operation = made.operation([transfer(made.chain.head.counter + 1n, to, amount)]);
    if (made.verdict(operation) !== 'sign') return made.verdict(operation);
    made.sign(operation);
    made.chain.bake(operation);
    made.follow();
    return 'paid';
  };
  // 5000 and a fee of 10: what nothing pays yet is counted without one.
  expect(pay(ALICE, 5000n)).toBe('paid');
  expect(made.plan([bob, carol])).toMatchObject({ plan: 2 });
  expect(made.plan([alice, bob, carol])).toMatchObject({ plan: 3 });
  expect(made.plan([bob, { ...carol, amount: '20' }])).toMatchObject({ refused: 'cap-cycle' });
  expect(made.plan([bob, { ...rowOf(2, BOB, '12029') }])).toMatchObject({ plan: 4 });
  expect(made.plan([bob, carol])).toMatchObject({ plan: 5 });
  expect(pay(BOB, 7000n)).toBe('paid');
  // A fee of 10 is too much now, and no other plan makes it less.
  expect(made.plan([{ ...carol, amount: '9' }])).toMatchObject({ plan: 6 });
  expect(pay(account(3), 9n)).toBe('cap-cycle');
  made.core = made.opened();
  expect(pay(account(3), 9n)).toBe('cap-cycle');
});

test('a cycle that others are paid for already is not paid again to new ones, however they came into a plan', () => {
  const made = desk({ caps: { ...walletConfig(0n).caps, cycle: '12100' } });
  made.reconcile({ paid: [alice, bob] });
  expect(made.plan([rowOf(1, account(3), '100')])).toMatchObject({ plan: 2 });
  expect(made.plan([rowOf(1, account(3), '101')])).toMatchObject({ refused: 'cap-cycle' });
});

test('a transfer that is smaller by the fee window pays its rows, and the records say how much', () => {
  const made = new Desk({ feeWindow: '600' });
  made.reconcile();
  made.plan([alice, rowOf(2, ALICE, '500')]);
  const first = made.chain.head.counter + 1n;
  expect(made.verdict(made.operation([transfer(first, ALICE, 4899n)]))).toBe('no-line');
  const operation = made.operation([transfer(first, ALICE, 4900n, { fee: '21' })]);
  made.sign(operation);
  made.chain.bake(operation);
  made.follow();
  expect(made.core.records.all.map(({ paid }) => paid)).toEqual([
    { amount: '4900', fee: '11', burnt: '0' },
    { amount: '0', fee: '10', burnt: '0' },
  ]);
});

test.each([
  ['plan-malformed', [{ ...alice, amount: 5000 }], {}],
  ['plan-malformed', [{ ...alice, amount: '0' }], {}],
  ['plan-malformed', [{ ...alice, amount: '05' }], {}],
  ['plan-malformed', [{ ...alice, kind: 'reward' }], {}],
  ['plan-malformed', [{ ...alice, recipient: `${ALICE.slice(0, -1)}1` }], {}],
  ['plan-malformed', [{ ...alice, delegator: '' }], {}],
  ['plan-malformed', [{ ...alice, cycle: 1.5 }], {}],
  ['plan-malformed', [], { leftOut: undefined }],
  ['plan-other-chain', [alice], { chainId: 'NetXjD3HPJJjmcd' }],
  ['plan-other-baker', [alice], { baker: ALICE }],
  ['plan-other-baker', [alice], { wallet: ALICE }],
  ['plan-before-first-cycle', [{ ...alice, cycle: 0 }], {}],
  ['plan-row-twice', [alice, { ...alice, amount: '1' }], {}],
  ['plan-row-twice', [alice], { leftOut: [{ ...alice, reason: 'small' }] }],
  ['plan-row-twice', [alice, { ...alice, recipient: BOB }], {}],
])('a plan is refused whole: %s', (reason, rows, more) => {
  const made = desk();
  expect(made.plan(rows, more)).toMatchObject({ refused: reason });
  expect(made.statuses).toEqual(['open', 'open']);
});

test('an open row has the amount of the newest plan; one that is held by an operation, or paid, keeps its own', () => {
  const made = desk();
  made.plan([{ ...alice, amount: '5001' }, bob]);
  expect(made.core.records.all.map(({ amount }) => amount)).toEqual(['5001', '7000']);
  const first = made.chain.head.counter + 1n;
  made.sign(made.operation([transfer(first, ALICE, 5001n)]));
  made.plan([{ ...alice, amount: '4000' }, bob]);
  expect(made.core.records.all.map(({ amount, status }) => [amount, status])).toEqual([
    ['5001', 'signed'],
    ['7000', 'open'],
  ]);
});

test('a row that the engine leaves out says why, and is open again when a plan has it', () => {
  const made = desk();
  made.plan([alice], { leftOut: [{ ...bob, reason: 'below minimum' }] });
  expect(made.core.records.all[1]).toMatchObject({ status: 'left out', reason: 'below minimum' });
  made.plan();
  expect(made.statuses).toEqual(['open', 'open']);
});

test('a row that a person closes waits for nobody, and is paid only if a later plan has it', () => {
  const made = desk();
  made.plan([alice]);
  expect(made.reconcile({ close: [bob] })).toEqual({ generation: 2 });
  made.core = made.opened();
  expect(made.core.records.all[1]).toMatchObject({ status: 'left out', reason: 'a person has closed it' });
  made.sign(made.operation([transfer(made.chain.head.counter + 1n, ALICE, 5000n)]));
  const refused = { refused: 'reconcile-refused', detail: expect.stringMatching(/neither open nor held/) };
  for (const row of [alice, bob, rowOf(9, BOB, '1')]) expect(made.reconcile({ close: [row] })).toEqual(refused);
  made.generation = 2;
  expect(made.plan([bob])).toMatchObject({ rows: [{ status: 'open' }] });
});

test("a delegator's reward of a cycle is paid once, whoever a later plan names as its recipient", () => {
  const made = desk();
  const toCarol = { ...alice, recipient: account(3) };
  const first = made.chain.head.counter + 1n;
  const known = () => made.core.records.all.map(({ recipient, status, reason }) => [recipient, status, reason]);
  // While it is open the newest plan says to whom, and only that one can be signed.
  made.plan([toCarol, bob]);
  expect(known()[0]).toEqual([ALICE, 'left out', `a later plan has ${account(3)} for it`]);
  expect(made.verdict(made.operation([transfer(first, ALICE, 5000n)]))).toBe('no-line');
  made.plan();
  expect(made.core.records.all[2]).toMatchObject({ recipient: account(3), status: 'left out' });
  // While an operation may pay it nobody else is paid; when it can no more, the newest plan counts.
  const other = made.operation([transfer(first, BOB, 7000n)]);
  made.sign(made.operation([transfer(first, ALICE, 5000n)]));
  expect(made.plan([toCarol, bob])).toMatchObject({ rows: [{ status: 'left out' }, { status: 'open' }] });
  expect(made.verdict(made.operation([transfer(first, account(3), 5000n)]))).toBe('no-line');
  expect(made.reconcile({ paid: [toCarol] })).toMatchObject({ detail: expect.stringMatching(/may still be included/) });
  made.generation--;
  made.sign(other);
  made.chain.bake(other);
  made.follow();
  expect(made.plan([toCarol])).toMatchObject({ rows: [{ status: 'open' }] });
  const last = made.operation([transfer(first + 1n, account(3), 5000n)]);
  made.sign(last);
  made.chain.bake(last);
  made.follow();
  // Once it is paid, it is paid to all.
  expect(made.plan([alice])).toMatchObject({ rows: [{ status: 'left out', reason: `it is paid to ${account(3)}` }] });
  made.core = made.opened();
  expect(made.verdict(made.operation([transfer(first + 2n, ALICE, 5000n)]))).toBe('no-line');
});

test('a reward that the chain has paid a second time, to whomever, stops the wallet', () => {
  const made = desk();
  const first = made.chain.head.counter + 1n;
  const late = made.operation([transfer(first, ALICE, 5000n)]);
  made.sign(late);
  const other = made.operation([transfer(first, BOB, 7000n)]);
  made.sign(other);
  made.chain.bake(other);
  made.follow();
  made.plan([{ ...alice, recipient: account(3) }]);
  const last = made.operation([transfer(first + 1n, account(3), 5000n)]);
  made.sign(last);
  made.chain.bake(last);
  made.follow();
  // A chain that breaks its own rule.
  made.chain.bake();
  const level = (made.core.position?.level ?? 0) + 1;
  const contents = [
    { status: 'applied', fee: 10n, burnt: 0n, transfer: { destination: ALICE, amount: 5000n } },
  ] as const;
  const block = made.chain.finalBlock(level);
  made.core.finalBlock({
    ...block,
    counter: block.counter + 1n,
    operations: [{ hash: 'o9', bytes: late.bytes, contents }],
  });
  expect(made.core.state.stops.map(({ reason }) => reason)).toContain('paid-twice');
});

test('what no delegator is owed, as donations, has as many recipients as the plan says', () => {
  const made = desk();
  const gift = (to: string) => ({ ...rowOf(1, '', '300'), kind: 'donation', recipient: to });
  expect(made.plan([gift(ALICE), gift(BOB)])).toMatchObject({ rows: [{ status: 'open' }, { status: 'open' }] });
});

test('what a plan could not say of a row because an operation held it, the same plan says when it is let go', () => {
  const made = desk();
  made.sign(made.operation());
  const leftOut = [{ ...bob, reason: 'below minimum' }];
  made.plan([alice], { leftOut });
  for (let i = 0; i < 130; i++) made.chain.bake();
  made.follow();
  expect(made.statuses).toEqual(['open', 'open']);
  made.plan([alice], { leftOut });
  expect(made.statuses).toEqual(['open', 'left out']);
});
