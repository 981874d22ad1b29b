import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PayoutRecord } from '../../../programs/payout-guard/payout-guard.contract';
import { beforeSending, NotPayable } from '../../../programs/preflight/before-sending';
import type { PreflightConfig } from '../../../programs/preflight/preflight.contract';
import { Reading } from '../../../programs/preflight/reading';
import { account } from '../payout-guard/payout-chain';
import { temporaryFolder } from '../temporary';
import { BAKER, blueprint, CHAIN_ID, HEAD, NOW, PayoutSources, PROTOCOL, recipe, WALLET } from './payout-sources';

const ALICE = account(1);
const BOB = account(2);
const usual = () => blueprint(3, [recipe(3, 1), recipe(3, 2)]);

/** What the guard knows of a row of 500 mutez: paid, if so much of it is. */
function recordOf(cycle: number, number: number, paid?: PayoutRecord['paid']): Partial<PayoutRecord> {
  const key = { cycle, kind: 'delegator reward', delegator: account(number), recipient: account(number) } as const;
  return { ...key, amount: '500', status: paid ? 'paid' : 'open', ...(paid ? { paid } : {}) };
}

const HOUR = 3_600_000;

/** The node's head is as old as it was, by another clock. */
const withHead = (nowMs: number, change: (sources: PayoutSources) => void) => (sources: PayoutSources) => {
  sources.headMs = nowMs - 10_000;
  change(sources);
};

interface Run {
  readonly sources: PayoutSources;
  readonly logged: readonly string[];
  readonly approved: any;
  readonly problems: readonly string[];
}

/** One run of the preflight over what the engine has computed. */
async function run(
  computed: readonly object[][],
  change: (sources: PayoutSources) => void = () => {},
  more: Partial<PreflightConfig> = {},
  nowMs = NOW,
): Promise<Run> {
  const sources = await new PayoutSources().start();
  change(sources);
  const folder = temporaryFolder();
  const files = computed.map((each, i) => {
    const path = join(folder, `computed-${i}.json`);
    writeFileSync(path, JSON.stringify(each));
    return path;
  });
  const [approved, problems] = ['approved.json', 'problems.json'].map((name) => join(folder, name));
  const config: PreflightConfig = {
    engine: 'tezpay',
    chain: { id: CHAIN_ID, protocols: [PROTOCOL], blockMs: 6000 },
    ...{ baker: BAKER, wallet: WALLET, firstCycle: 0, delayBlocks: 100, dryRun: false },
    ...{ mostPerCycle: '5000', mostPerDay: '10000', recipients: [], mayLeaveOut: '0' },
    guard: { plan: sources.url, rpc: sources.url },
    tzkt: sources.url,
    computed: files,
    approved,
    problems,
    ...more,
  };
  const logged: string[] = [];
  try {
    await beforeSending(config, (_, message) => logged.push(message), nowMs);
  } catch (error) {
    expect(error).toBeInstanceOf(NotPayable);
    expect(sources.plans).toEqual([]);
    expect(readFileSync(approved, 'utf8')).toBe('[]');
    throw error;
  }
  const [sent, wrong] = [approved, problems].map((path) => JSON.parse(readFileSync(path, 'utf8')));
  return { sources, logged, approved: sent, problems: wrong };
}

test('a cycle that is due is posted, and the engine gets the rows that the guard has taken, as it wrote them', async () => {
  const invalid = recipe(3, 3, { valid: false, note: 'DELEGATOR_LOW_BALANCE', delegator_balance: '0' });
  const income = recipe(3, 4, { kind: 'fee income', delegator: '', delegator_balance: '0', amount: '20' });
  const plan = blueprint(3, [recipe(3, 1), recipe(3, 2), invalid, income]);
  const { sources, approved } = await run([[plan]]);
  const row = { cycle: 3, kind: 'delegator reward', delegator: ALICE, recipient: ALICE, amount: '500', bakerFee: '26' };
  const [posted] = sources.plans;
  expect(posted).toMatchObject({ chainId: CHAIN_ID, wallet: WALLET, baker: BAKER });
  expect(posted.rows[0]).toEqual(row);
  expect(posted.rows.map(({ kind }: any) => kind)).toEqual(['delegator reward', 'delegator reward', 'fee income']);
  expect(posted.leftOut).toMatchObject([{ delegator: account(3), reason: 'DELEGATOR_LOW_BALANCE' }]);
  expect(approved).toEqual([{ ...plan, payouts: [plan.payouts[0], plan.payouts[1], income] }]);
});

test('a dry run looks at everything, posts nothing, and leaves the engine nothing to send', async () => {
  const small = recipe(3, 3, { valid: false, note: 'BELOW_MINIMUM', delegator_balance: '0' });
  const moved = recipe(3, 2, { recipient: account(9) });
  const { sources, approved, logged } = await run(
    [[blueprint(3, [recipe(3, 1), moved, small])]],
    (each) => each.strangers.add(account(9)),
    { dryRun: true, recipients: [{ delegator: BOB, recipient: account(9) }] },
  );
  expect(sources.asked.filter((each) => each.startsWith('POST'))).toEqual([]);
  expect(approved).toEqual([]);
  expect(logged).toEqual([
    `cycle 3: 500 mutez to ${ALICE}, delegator reward`,
    `cycle 3: 500 mutez to ${account(9)}, delegator reward of ${BOB}`,
    `cycle 3: nothing to ${account(3)}: BELOW_MINIMUM`,
    'dry run: nothing is posted; cycle 3 would pay 1000 mutez to 2 rows',
  ]);
});

test('what is paid is struck out, row by row, and a cycle of which nothing is left is not looked at', async () => {
  const paid = (number: number) => recordOf(3, number, { amount: '500', fee: '0', burnt: '0' });
  const some = await run([[usual()]], (sources) => sources.records.push(paid(1)));
  expect(some.sources.plans[0].rows.map(({ recipient }: any) => recipient)).toEqual([BOB]);
  expect(some.approved[0].payouts.map((each: any) => each.recipient)).toEqual([BOB]);
  const all = await run([[usual()]], (sources) => sources.records.push(paid(1), paid(2)));
  expect([all.sources.plans, all.approved]).toEqual([[], []]);
  expect(all.logged).toEqual(['cycle 3 is struck out: nothing of it is left to send']);
});

test.each(['paid', 'signed', 'held'] as const)(
  'a delegator whose reward is %s is struck out, though the bakery file names another recipient since',
  async (status) => {
    const taken = { ...recordOf(3, 1), status };
    const moved = blueprint(3, [recipe(3, 1, { recipient: account(9) }), recipe(3, 2)]);
    const { sources, approved } = await run([[moved]], (each) => each.records.push(taken));
    expect(sources.plans[0].rows.map(({ recipient }: any) => recipient)).toEqual([BOB]);
    expect(approved[0].payouts.map((each: any) => each.recipient)).toEqual([BOB]);
  },
);

test('a reward that is open still goes to the recipient that the bakery file names now', async () => {
  const moved = blueprint(3, [recipe(3, 1, { recipient: account(9) }), recipe(3, 2)]);
  const { sources } = await run([[moved]], (each) => each.records.push({ ...recordOf(3, 1), status: 'open' }));
  expect(sources.plans[0].rows.map(({ recipient }: any) => recipient)).toEqual([account(9), BOB]);
});

test.each([
  ['before the first cycle', 3, { firstCycle: 15 }, /first cycle that is paid is 15/],
  ['not over', 5, {}, /it is not over/],
  ['not due', 4, {}, new RegExp(`due at level 5100, and the head is ${HEAD}`)],
])('a cycle is struck out, and that is no failure: %s', async (_, cycle, more, why) => {
  const plan = blueprint(cycle, [recipe(cycle, 1)]);
  const { sources, approved, logged } = await run([[plan]], () => {}, more);
  expect([sources.plans, approved]).toEqual([[], []]);
  expect(logged.join()).toMatch(why);
});

/** Of two cycles that are due, with blocks of both. */
const older = () => blueprint(2, [recipe(2, 1), recipe(2, 2)]);
function bakedBoth(sources: PayoutSources): void {
  sources.ownBlocks = [3001, 3002, 2001, 2002];
  sources.blocks = [3001, 3002, 2001, 2002];
}

const cyclesIn = ({ rows }: any) => rows.map(({ cycle }: any) => cycle);

test('of several cycles each run pays one, so that no transfer is of more than the caps allow, and each has its turn', async () => {
  const paid: number[] = [];
  for (const hour of [0, 1, 2]) {
    const nowMs = NOW + hour * HOUR;
    const files = [[usual()], [older()], [usual()]];
    const { sources, approved } = await run(files, withHead(nowMs, bakedBoth), {}, nowMs);
    const cycles = approved.flatMap(({ payouts }: any) => payouts.map((each: any) => each.cycle));
    expect(sources.plans).toHaveLength(2);
    expect(cyclesIn(sources.plans[1])).toEqual(cycles);
    paid.push(...cycles);
  }
  expect(paid).toHaveLength(6);
  expect(paid[0]).not.toBe(paid[2]);
  expect(paid[0]).toBe(paid[4]);
});

test('a cycle for which the day has no room beside older ones waits, in whichever hour, and an older one is paid', async () => {
  const spent = (sources: PayoutSources) => {
    bakedBoth(sources);
    const today = recordOf(1, 1, { amount: '7000', fee: '1', burnt: '0' });
    sources.records.push({ ...today, signedMs: NOW - 22 * HOUR });
  };
  const small = blueprint(2, [recipe(2, 1, { amount: '498' }), recipe(2, 2)]);
  for (const hour of [0, 1]) {
    const caps = { mostPerDay: '8998', mostPerCycle: '7001' };
    const nowMs = NOW + hour * HOUR;
    const { sources, logged } = await run([[usual()], [small]], withHead(nowMs, spent), caps, nowMs);
    expect(sources.plans.map(cyclesIn)).toEqual([
      [3, 3],
      [2, 2],
    ]);
    expect(logged[0]).toBe('cycle 3 waits: with older ones 8999 mutez would be sent in 24 hours, and 8998 may be');
  }
  const tomorrow = NOW + 2 * HOUR;
  const later = await run([[usual()]], withHead(tomorrow, spent), { mostPerDay: '7999' }, tomorrow);
  expect(later.sources.plans).toHaveLength(1);
});

test('what waits is posted before what is paid, and only once: the guard knows from then on who waits', async () => {
  const waits = (number: number) => recordOf(3, number);
  for (const [known, posted] of [
    [[], [3, 2]],
    [[waits(1)], [3, 2]],
    [[waits(1), waits(2)], [2]],
  ] as const) {
    const { sources, approved } = await run([[usual()], [older()]], (each) => {
      bakedBoth(each);
      each.records.push(...known);
    });
    expect(sources.plans.map((plan) => cyclesIn(plan)[0])).toEqual(posted);
    expect(approved[0].cycle).toBe(2);
  }
});

test('what waits is posted where nothing is paid, too', async () => {
  const { sources, approved } = await run([[usual()]], () => {}, { mostPerDay: '999' });
  expect([sources.plans.map(cyclesIn), approved]).toEqual([[[3, 3]], []]);
});

test('a plan of a cycle that waits which the guard refuses stops no other, and the run ends with it', async () => {
  const { approved, problems } = await run([[usual()], [older()]], (each) => {
    bakedBoth(each);
    each.refusals[3] = { refused: 'cap-cycle', detail: 'too much' };
  });
  expect(approved[0].cycle).toBe(2);
  expect(problems).toEqual(['cycle 3: the guard refuses the plan: cap-cycle; too much']);
});

test.each<[string, (sources: PayoutSources) => void, RegExp]>([
  ['a list that is not whole', (each) => (each.delegatedIn[2] = 3), /cycle 2: .*indexer says 3/],
  [
    'states that the node has no more',
    (each) => each.gone.push('/blocks/2999/'),
    /cycle 2: .*participation: our node knows no state of level 2999/,
  ],
  [
    'blocks that it has no more',
    (each) => each.gone.push('/blocks/2001/metadata'),
    /cycle 2: .*no state of level 2001/,
  ],
  ['levels that it has no more', (each) => each.gone.push('offset=-3'), /cycle 2: .*levels_in_current_cycle/],
])('what is wrong with one cycle stops no other, and the run ends with it: %s', async (_, change, why) => {
  for (const hour of [0, 1]) {
    const nowMs = NOW + hour * HOUR;
    const wrong = withHead(nowMs, (each) => {
      bakedBoth(each);
      change(each);
    });
    const { sources, logged, problems } = await run([[usual()], [older()]], wrong, {}, nowMs);
    expect(sources.plans[0].rows.map(({ cycle }: any) => cycle)).toEqual([3, 3]);
    expect(problems).toEqual([expect.stringMatching(why)]);
    expect(logged[0]).toBe(`not paid: ${problems[0]}`);
  }
});

const records = (amounts: readonly number[]) =>
  amounts.map((amount, at) => {
    const key = { cycle: 2 - at, kind: 'delegator reward', delegator: ALICE, recipient: ALICE } as const;
    return { ...key, status: 'paid', paid: { amount: String(amount), fee: '0', burnt: '0' } } as const;
  });

test.each<[string, RegExp, (sources: PayoutSources) => void, Partial<PreflightConfig>]>([
  ['another chain', /of chain NetXother/, (each) => (each.chainId = 'NetXother'), {}],
  ['a protocol that is not known', /protocol Pnew is not known/, (each) => (each.protocol = 'Pnew'), {}],
  ['an old head', /head is 400 s old/, (each) => (each.headMs = NOW - 400_000), {}],
  ['a first cycle that is far ahead', /firstCycle is 16, and the chain is in cycle 5/, () => {}, { firstCycle: 16 }],
  [
    'an indexer of another chain',
    /indexer is of chain Net/,
    (each) => (each.indexer = { level: HEAD, chainId: 'Net' }),
    {},
  ],
  [
    'an indexer that is behind',
    /level 4979, and our node/,
    (each) => (each.indexer = { level: 4979, chainId: CHAIN_ID }),
    {},
  ],
  ['too little in the wallet', /wallet has 999 mutez, and 1000 are due/, (each) => (each.balance = '999'), {}],
  ['more delegated than listed', /indexer says 2000001/, (each) => (each.delegated = 2_000_001), {}],
  ['more than a cycle may cost', /999 is the most of a cycle/, () => {}, { mostPerCycle: '999' }],
  ['more than can be earned', /at most 999 were earned/, (each) => (each.attesting = '699'), {}],
  ['blocks that our node does not know as ours', /at most 850 were/, (each) => (each.ownBlocks = []), {}],
  ['twice what is usual', /cycles before paid 499/, (each) => each.records.push(...records([499, 499, 9999])), {}],
  ['recipients that delegate elsewhere', /of 2 recipients only 1/, (each) => each.strangers.add(BOB), {}],
  [
    'a guard that is stopped',
    /guard is stopped: foreign-operation/,
    (each) => (each.stopped = { reason: 'foreign-operation' }),
    {},
  ],
])('nothing is posted and the run fails: %s', async (_, why, change, more) => {
  await expect(run([[usual()]], change, more)).rejects.toThrow(why);
});

test.each<[string, (sources: PayoutSources) => void]>([
  ['an indexer without a level', (each) => (each.indexer = { chainId: CHAIN_ID })],
  ['an indexer whose level is none', (each) => (each.indexer = { level: 'all', chainId: CHAIN_ID })],
  ['a head without a level', (each) => (each.header = { level: null })],
  ['a head without a time', (each) => (each.header = { timestamp: 'then' })],
  ['a head of no cycle', (each) => (each.level = { cycle: undefined })],
])('what is no number passes no check: %s', async (_, change) => {
  const sources = await new PayoutSources().start();
  change(sources);
  const config = { guard: { rpc: sources.url }, tzkt: sources.url, wallet: WALLET } as PreflightConfig;
  await expect(new Reading(config).world(NOW)).rejects.toThrow(/level|time|cycle/);
});

test('a list that is cut off is seen, though the indexer gives the same sum again', async () => {
  const short = { ...usual(), external_delegated_balance: '3000000' };
  await expect(run([[short]], (each) => (each.delegated = 3_000_000))).rejects.toThrow(/list is not whole/);
});

test('most of the money, and not only most of the rows, goes to delegators of the baker', async () => {
  const many = Array.from({ length: 19 }, (_, i) => recipe(3, i + 1, { amount: '10', delegator_balance: '0' }));
  const lie = recipe(3, 50, { amount: '500', delegator_balance: '2000000' });
  const attempt = run([[blueprint(3, [...many, lie])]], (each) => each.strangers.add(account(50)));
  await expect(attempt).rejects.toThrow(/of 690 mutez only 190/);
});

test.each<[string, RegExp, Partial<PreflightConfig>, readonly number[]]>([
  ['can be earned', /pays 2000 mutez with 1000 that are sent already, and at most 1100 were earned/, {}, []],
  ['a cycle may cost', /and 2019 is the most/, { mostPerCycle: '2019', tzkt: undefined }, []],
  ['twice the usual is', /cycles before paid 999/, { tzkt: undefined }, [999]],
])('what a cycle has sent to others counts, so that it pays no more than %s', async (_, why, more, before) => {
  const others = [
    recordOf(3, 21, { amount: '500', fee: '20', burnt: '0' }),
    { ...recordOf(3, 22), status: 'signed' },
  ] as const;
  const attempt = run([[usual()]], (each) => each.records.push(...others, ...records(before)), more);
  await expect(attempt).rejects.toThrow(why);
});

test('what is usual is said by every cycle that has paid anything, also one with a row that waits', async () => {
  const waits = { ...recordOf(2, 7), status: 'held' } as const;
  const attempt = run([[usual()]], (each) => each.records.push(...records([499]), waits));
  await expect(attempt).rejects.toThrow(/cycles before paid 499/);
});

test('whom the bakery file names for a delegator need not delegate; anybody else must', async () => {
  const moved = [[blueprint(3, [recipe(3, 1, { recipient: account(9) }), recipe(3, 2)])]];
  const stranger = (each: PayoutSources) => each.strangers.add(account(9));
  const named = { recipients: [{ delegator: ALICE, recipient: account(9) }] };
  expect((await run(moved, stranger, named)).sources.plans).toHaveLength(1);
  await expect(run(moved, stranger)).rejects.toThrow(/of 2 recipients only 1/);
  const gone = (each: PayoutSources) => stranger(each).add(ALICE);
  await expect(run(moved, gone, named)).rejects.toThrow(/of 2 recipients only 1/);
});

test('who is left out is told once for each reason, and nothing is looked at for it', async () => {
  const small = recipe(3, 2, { valid: false, note: 'BELOW_MINIMUM' });
  const paid = recordOf(3, 1, { amount: '500', fee: '0', burnt: '0' });
  const files = [[blueprint(3, [recipe(3, 1), small])]];
  const known = (reason: string) => ({ ...recordOf(3, 2), status: 'left out', reason }) as const;
  const cap = { mostPerCycle: '1' }; // lowered since
  const told = await run(files, (each) => each.records.push(paid, known('BELOW_MINIMUM')), cap);
  expect([told.sources.plans, told.problems]).toEqual([[], []]);
  const other = await run(files, (each) => each.records.push(paid, known('a later plan has another')), cap);
  expect(other.sources.plans[0].leftOut).toMatchObject([{ reason: 'BELOW_MINIMUM' }]);
});

test('two rows for one recipient are paid, but not where fees come off: nobody could tell them apart', async () => {
  const shared = [[blueprint(3, [recipe(3, 1, { recipient: BOB }), recipe(3, 2)])]];
  const named = { recipients: [{ delegator: ALICE, recipient: BOB }] };
  expect((await run(shared, () => {}, named)).sources.plans).toHaveLength(1);
  await expect(run(shared, () => {}, { ...named, mayLeaveOut: '1' })).rejects.toThrow(`${BOB} is to get several rows`);
});

test('the last rows of a cycle are looked at with all of it: one whose delegator has left is paid', async () => {
  const paid = Array.from({ length: 9 }, (_, i) => recordOf(3, i + 1, { amount: '50', fee: '0', burnt: '0' }));
  const rows = Array.from({ length: 10 }, (_, i) => recipe(3, i + 1, { amount: '50', delegator_balance: '200000' }));
  const { sources } = await run([[blueprint(3, rows)]], (each) => {
    each.records.push(...paid);
    each.strangers.add(account(10));
  });
  expect(sources.plans[0].rows).toHaveLength(1);
});

test.each([
  ['has sent others while they were there', NOW - 5 * HOUR, NOW - 4 * HOUR, true],
  ['has sent nothing since they are there', NOW - 4 * HOUR, NOW - 5 * HOUR, false],
  ['has had an hour for them', NOW - HOUR, NOW - HOUR / 2, false],
])('what the engine may find too small is left out when it %s', async (_, postedMs, signedMs, isLeftOut) => {
  const paid = { ...recordOf(3, 1, { amount: '400', fee: '0', burnt: '0' }), signedMs };
  const small = { ...recordOf(3, 2), postedMs };
  const { sources } = await run([[usual()]], (each) => each.records.push(paid, small), { mayLeaveOut: '500' });
  const [{ rows, leftOut }] = sources.plans;
  expect([rows.length, leftOut.length]).toEqual(isLeftOut ? [0, 1] : [1, 0]);
});

test('what the guard may have refused is not too small: it stays to be sent', async () => {
  const paid = { ...recordOf(3, 1, { amount: '400', fee: '0', burnt: '0' }), signedMs: NOW - 4 * HOUR };
  const small = { ...recordOf(3, 2), postedMs: NOW - 5 * HOUR };
  const { sources } = await run(
    [[usual()]],
    (each) => {
      each.records.push(paid, small);
      each.refusedMs = NOW - 4 * HOUR + 1;
    },
    { mayLeaveOut: '500' },
  );
  expect([sources.plans[0].rows.length, sources.plans[0].leftOut.length]).toEqual([1, 0]);
});

test.each<[string, object, Partial<PayoutRecord>[], RegExp]>([
  ['a list that is cut short to nothing', { external_delegated_balance: '9' }, [], /0 mutez, and 9 are delegated/],
  ['nobody of a cycle that others were paid for', {}, records([400]), /one before has paid 400 mutez/],
  ['nobody of a cycle of which rows are open', {}, [{ ...recordOf(3, 1), status: 'open' }], /rows of it are open/],
])('a cycle of which nobody is to get anything is looked at: %s', async (_, change, known, why) => {
  const files = [[{ ...blueprint(3, []), ...change }]];
  const attempt = run(files, (each) => each.records.push(...known));
  await expect(attempt).rejects.toThrow(why);
  const small = recipe(3, 1, { valid: false, note: 'PAYOUT_BELLOW_MINIMUM' });
  const first = await run([[blueprint(3, [small])]]);
  expect(first.sources.plans[0]).toMatchObject({ rows: [], leftOut: [{ reason: 'PAYOUT_BELLOW_MINIMUM' }] });
});

test('what the engine cannot send now is owed all the same: it is posted, and not sent', async () => {
  const failed = recipe(3, 3, { valid: false, note: 'FAILED_TO_ESTIMATE_TX_COSTS', delegator_balance: '0' });
  const files = [[blueprint(3, [recipe(3, 1), recipe(3, 2), failed])]];
  const { sources, approved } = await run(files, (each) => {
    each.attesting = '2000';
  });
  expect(sources.plans[0].rows.map(({ recipient }: any) => recipient)).toEqual([ALICE, BOB, account(3)]);
  expect(approved[0].payouts.map(({ recipient }: any) => recipient)).toEqual([ALICE, BOB]);
});

test('who has left is paid what is owed still, if this wallet has paid them before, by the same recipient', async () => {
  const paid = { ...recordOf(2, 2, { amount: '500', fee: '0', burnt: '0' }) };
  const left = (each: PayoutSources) => each.strangers.add(BOB);
  const { sources } = await run([[usual()]], (each) => {
    left(each);
    each.records.push(paid);
  });
  expect(sources.plans[0].rows).toHaveLength(2);
  const moved = { ...paid, recipient: account(9) };
  const attempt = run([[usual()]], (each) => {
    left(each);
    each.records.push(moved);
  });
  await expect(attempt).rejects.toThrow(/of 2 recipients only 1/);
});

test('just as much as can be earned, and twice the usual, is paid', async () => {
  const { sources } = await run([[usual()]], (each) => {
    each.attesting = '700';
    each.records.push(...records([500]));
  });
  expect(sources.plans).toHaveLength(1);
});

test('tokens are left out: the guard signs plain transfers alone', async () => {
  const token = recipe(3, 3, { tx_kind: 'fa2', delegator_balance: '0' });
  const { sources, approved } = await run([[blueprint(3, [recipe(3, 1), recipe(3, 2), token])]]);
  expect(sources.plans[0].leftOut).toMatchObject([{ delegator: account(3), reason: 'not paid in tez' }]);
  expect(approved[0].payouts).toHaveLength(2);
});

test('of Backerei the final rewards of cycles that are due are posted, without an indexer', async () => {
  const delegator = (finalRewards?: string) => ({ balance: '1', estimatedRewards: '9', finalRewards });
  const database = {
    payoutsByCycle: {
      3: { delegators: { [ALICE]: delegator('500'), [BOB]: delegator('0') }, finalTotalRewards: {} },
      6: { delegators: { [ALICE]: delegator() } },
    },
  };
  const { sources, approved } = await run([database as any], () => {}, { engine: 'backerei', tzkt: undefined });
  expect(sources.plans[0].rows).toEqual([
    { cycle: 3, kind: 'delegator reward', delegator: ALICE, recipient: ALICE, amount: '500' },
  ]);
  expect(sources.asked.filter((each) => each.includes('/v1/'))).toEqual([]);
  expect(unpaidIn(approved)).toEqual([`3 ${ALICE}`]);
});

/** Whom Backerei takes for not paid yet: by cycle and delegator. */
const unpaidIn = ({ payoutsByCycle }: any) =>
  Object.entries<any>(payoutsByCycle).flatMap(([cycle, { delegators }]) =>
    Object.entries<any>(delegators).flatMap(([delegator, each]) =>
      each.payoutOperationHash === undefined ? [`${cycle} ${delegator}`] : [],
    ),
  );

test('of Backerei nobody is left to be sent to where all is paid', async () => {
  const delegators = { [ALICE]: { balance: '1', estimatedRewards: '9', finalRewards: '500' } };
  const database = { payoutsByCycle: { 3: { delegators, finalTotalRewards: {} } } };
  const paid = {
    cycle: 3,
    kind: 'delegator reward',
    delegator: ALICE,
    recipient: ALICE,
    amount: '500',
    status: 'paid',
  };
  const { sources, approved } = await run([database as any], (each) => each.records.push(paid as any), {
    engine: 'backerei',
    tzkt: undefined,
  });
  expect(sources.plans).toEqual([]);
  expect(unpaidIn(approved)).toEqual([]);
});
