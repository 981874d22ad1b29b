import { encode, encodings } from '../../../model/tezos/base58check';
import { Journal } from '../../../programs/payout-guard/journal';
import type { WalletConfig } from '../../../programs/payout-guard/payout-guard.contract';
import type { ReconcileWord } from '../../../programs/payout-guard/reconciliation';
import { WalletCore } from '../../../programs/payout-guard/wallet-core';
import { ForgetfulDisk } from './forgetful-disk';
import type { RpcContent } from './octez-forger';
import {
  account,
  BAKER,
  type ChainOperation,
  operationOf,
  PayoutChain,
  transfer,
  WALLET,
  WALLET_KEY,
} from './payout-chain';
import { CHAIN_ID, walletConfig } from './world-wallet';

const NOW = 1_700_000_000_000;
const DAY = 86_400_000;
const ALICE = account(1);
const BOB = account(2);
const rowOf = (cycle: number, delegator: string, amount: string) =>
  ({ cycle, kind: 'delegator reward', delegator, recipient: delegator, amount }) as const;
const alice = rowOf(1, ALICE, '5000');
const bob = rowOf(1, BOB, '7000');

/** A wallet with its chain, and an engine that asks. */
class Desk {
  readonly chain = new PayoutChain();
  readonly disk = new ForgetfulDisk();
  core: WalletCore;
  generation = 0;

  constructor(private readonly more: Partial<WalletConfig> = {}) {
    this.core = this.opened();
  }

  opened(disk = this.disk): WalletCore {
    const chain = { id: CHAIN_ID, costPerByte: 250n };
    return new WalletCore({ chain, wallet: walletConfig(0n, this.more), journal: new Journal(disk) });
  }

  word(more: Partial<ReconcileWord> = {}): ReconcileWord {
    const block = this.chain.at(this.core.position?.level ?? this.chain.final);
    const shared = { operations: [], paid: [], notIncluded: [], release: [], close: [] };
    return { generation: ++this.generation, block, ...shared, ...more };
  }

  reconcile(more: Partial<ReconcileWord> = {}) {
    return this.core.reconcile(this.word(more), NOW);
  }

  plan(rows: readonly object[] = [alice, bob], more: object = {}) {
    return this.core.plan({ chainId: CHAIN_ID, wallet: WALLET, baker: BAKER, rows, leftOut: [], ...more }, NOW);
  }

  /** To Alice and Bob, or what is said. */
  operation(contents?: readonly RpcContent[], first = this.chain.head.counter + 1n): ChainOperation {
    const usual = () => [transfer(first, ALICE, 5000n), transfer(first + 1n, BOB, 7000n)];
    return operationOf(this.chain.head.hash, first, contents ?? usual());
  }

  decide(operation: ChainOperation, more: object = {}) {
    const bytes = Buffer.from(`03${operation.bytes}`, 'hex');
    const branchLevel = this.chain.levelOf(operation.branch);
    return this.core.decide({ bytes, branchLevel, newestGeneration: this.generation, nowMs: NOW, ...more });
  }

  /** Why it is not signed; the name of what else becomes of it. */
  verdict(operation: ChainOperation, more: object = {}): string {
    const decision = this.decide(operation, more);
    if ('refused' in decision) return decision.refused.refused;
    return Object.keys(decision)[0];
  }

  sign(operation: ChainOperation): string {
    const decision = this.decide(operation);
    if (!('sign' in decision)) throw new Error(JSON.stringify(decision));
    expect(this.core.signed(decision.id, 'sig', NOW)).toEqual({ signature: 'sig' });
    return decision.id;
  }

  /** Makes all blocks final, and reads them. */
  follow(): void {
    this.chain.bake();
    this.chain.bake();
    while ((this.core.position?.level ?? 0) < this.chain.final) {
      this.core.finalBlock(this.chain.finalBlock((this.core.position?.level ?? 0) + 1));
    }
  }

  get statuses(): string[] {
    return this.core.records.all.map(({ status }) => status);
  }
}

function desk(more: Partial<WalletConfig> = {}): Desk {
  const made = new Desk(more);
  made.reconcile();
  made.plan();
  return made;
}

const limits = { source: WALLET, fee: '10', gas_limit: '1', storage_limit: '0' };
const reveal = (counter: bigint, key = WALLET_KEY) =>
  ({ kind: 'reveal', ...limits, counter: String(counter), public_key: key }) satisfies RpcContent;

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

test('a signature for what was never asked is not kept', () => {
  const made = desk();
  expect(made.core.signed('unknown', 'sig', NOW)).toMatchObject({ refused: 'spent' });
  expect(made.opened().records.status.stopped).toBeUndefined();
});

test('a row that a person calls paid is paid for ever, whether it was ever posted or not', () => {
  const made = desk();
  const never = rowOf(9, ALICE, '1');
  expect(made.reconcile({ paid: [never, alice] })).toEqual({ generation: 2 });
  expect(made.plan([alice, bob, never])).toMatchObject({
    rows: [{ status: 'paid' }, { status: 'open' }, { status: 'paid' }],
  });
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

test('only rows of the newest plan are signed', () => {
  const made = desk();
  made.plan([alice]);
  const first = made.chain.head.counter + 1n;
  expect(made.verdict(made.operation([transfer(first, BOB, 7000n)]))).toBe('no-line');
  expect(made.verdict(made.operation([transfer(first, ALICE, 5000n)]))).toBe('sign');
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
  expect(made.core.state.operations.live).toHaveLength(1);
  expect(made.verdict(next())).toBe('sign');
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
