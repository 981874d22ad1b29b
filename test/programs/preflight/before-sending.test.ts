import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PayoutRecord } from '../../../programs/payout-guard/payout-guard.contract';
import { beforeSending, NotPayable } from '../../../programs/preflight/before-sending';
import type { PreflightConfig } from '../../../programs/preflight/preflight.contract';
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

interface Run {
  readonly sources: PayoutSources;
  readonly logged: readonly string[];
  readonly approved: any;
}

/** One run of the preflight over what the engine has computed. */
async function run(
  computed: readonly object[][],
  change: (sources: PayoutSources) => void = () => {},
  more: Partial<PreflightConfig> = {},
): Promise<Run> {
  const sources = await new PayoutSources().start();
  change(sources);
  const folder = temporaryFolder();
  const files = computed.map((each, i) => {
    const path = join(folder, `computed-${i}.json`);
    writeFileSync(path, JSON.stringify(each));
    return path;
  });
  const approved = join(folder, 'approved.json');
  const config: PreflightConfig = {
    engine: 'tezpay',
    chain: { id: CHAIN_ID, protocols: [PROTOCOL], blockMs: 6000 },
    ...{ baker: BAKER, wallet: WALLET, firstCycle: 0, delayBlocks: 100, dryRun: false, mostPerCycle: '5000' },
    guard: { plan: sources.url, rpc: sources.url },
    tzkt: sources.url,
    computed: files,
    approved,
    ...more,
  };
  const logged: string[] = [];
  try {
    await beforeSending(config, (_, message) => logged.push(message), NOW);
  } catch (error) {
    expect(error).toBeInstanceOf(NotPayable);
    expect(sources.plans).toEqual([]);
    expect(readFileSync(approved, 'utf8')).toBe('[]');
    throw error;
  }
  return { sources, logged, approved: JSON.parse(readFileSync(approved, 'utf8')) };
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
  const { sources, approved, logged } = await run([[usual()]], () => {}, { dryRun: true });
  expect(sources.asked.filter((each) => each.startsWith('POST'))).toEqual([]);
  expect(approved).toEqual([]);
  expect(logged).toEqual(['dry run: nothing is posted; cycles 3 would pay 1000 mutez to 2 rows']);
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
  ['before the first cycle', 3, { firstCycle: 4 }, /first cycle that is paid is 4/],
  ['not over', 5, {}, /it is not over/],
  ['not due', 4, {}, new RegExp(`due at level 5100, and the head is ${HEAD}`)],
])('a cycle is struck out, and that is no failure: %s', async (_, cycle, more, why) => {
  const plan = blueprint(cycle, [recipe(cycle, 1)]);
  const { sources, approved, logged } = await run([[plan]], () => {}, more);
  expect([sources.plans, approved]).toEqual([[], []]);
  expect(logged.join()).toMatch(why);
});

test('several cycles are one plan; a cycle that stands in two files is sent once', async () => {
  const older = blueprint(2, [recipe(2, 1), recipe(2, 2)]);
  const { sources, approved } = await run([[usual()], [older], [usual()]], (each) => {
    each.ownBlocks = [3001, 3002, 2001, 2002];
    each.blocks = [3001, 3002, 2001, 2002];
  });
  expect(sources.plans).toHaveLength(1);
  expect(sources.plans[0].rows.map(({ cycle }: any) => cycle)).toEqual([2, 2, 3, 3]);
  expect(approved.flatMap(({ payouts }: any) => payouts.map(({ cycle }: any) => cycle)).sort()).toEqual([2, 2, 3, 3]);
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
