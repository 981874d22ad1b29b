import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../kit/root';
import { account, BAKER, MadeSite, operation, record } from './made-site';

const OBJECT = 'alice/backerei/payouts.json';
const history = [{ baker: 'alice', backerei: { object: OBJECT, paid: 'final' } }] as const;
const totals = { totalRewards: '100', bondRewards: '100', feeRewards: '0', looseRewards: '0' };
const fee = { denominator: 10, numerator: 1 };

/** A cycle of Backerei's database whose sums are right, unless `more` says otherwise. */
function cycleOf(delegators: Record<string, object>, more: object = {}) {
  const sum = (name: string) =>
    Object.values(delegators)
      .reduce((all, each: any) => all + BigInt(each[name] ?? 0), 100n)
      .toString();
  return {
    ...{ delegators, fee, stakingBalance: '1', stolenBlocks: [] },
    ...{ estimatedBakerRewards: totals, estimatedTotalRewards: sum('estimatedRewards') },
    ...{ finalBakerRewards: totals, finalTotalRewards: { paid: sum('finalRewards') } },
    ...more,
  };
}
const delegator = (more: object = {}) => ({
  ...{ balance: '5000250000', estimatedRewards: '980', finalRewards: '978', payoutOperationHash: operation(1) },
  ...more,
});

async function fromBackerei(payoutsByCycle: object | string): Promise<MadeSite> {
  const site = await new MadeSite().start();
  site.more = { history };
  site.archive.put(OBJECT, typeof payoutsByCycle === 'string' ? payoutsByCycle : JSON.stringify({ payoutsByCycle }));
  return site;
}

test('amounts have six decimals, and totals are exact where a floating point number is not', async () => {
  const site = await new MadeSite().start();
  const amount = '9007199254740993'; // 2 ** 53 + 1
  const paid = { amount, fee: '0', burnt: '0' };
  site.records = [record(7, 1, { amount, paid }), record(8, 1, { amount: '1', paid: { ...paid, amount: '1' } })];
  await site.run();
  const page = site.page(`alice/payouts/${account(1)}`);
  expect(page).toContain('<td>9007199254.740993</td>');
  expect(page).toContain('<td>0.000001</td>');
  expect(page).toMatch(/<th scope="row">Total<\/th><td>9007199254\.740994<.*<td>9007199254\.740994</);
});

test('cycles stand in the order of their numbers, and not of their letters', async () => {
  const site = await fromBackerei({ 100: cycleOf({}), 11: cycleOf({}), 9: cycleOf({}) });
  await site.run();
  const order = [...site.page('alice').matchAll(/cycles\/(\d+)\//g)].map(([, cycle]) => cycle);
  expect(order).toEqual(['100', '11', '9']);
});

test("the worked example of Backerei's database adds up, and each of its delegators has the right status", async () => {
  const site = await fromBackerei(
    readFileSync(join(ROOT, 'test/programs/site-builder/backerei-database.json'), 'utf8'),
  );
  await site.run();
  expect(site.page('alice/cycles/200')).not.toContain('does not add up');
  expect(site.page('alice/cycles/200')).toContain('<dt>The baker kept</dt><dd>10 % of the rewards</dd>');
  expect(site.page('alice/cycles/206')).toContain('<dt>The baker kept</dt><dd>9.5 % of the rewards</dd>');
  const row = (address: string, cycle: number) =>
    new RegExp(`cycles/${cycle}/">${cycle}</a></th>(.*)</tr>`).exec(site.page(`alice/payouts/${address}`))?.[1] ?? '';
  expect(row('tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb', 200)).toContain(
    '<td>1174.674458</td><td class="payouts-sent">sent',
  );
  expect(row('tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb', 206)).toContain('<td>1197.535135</td>');
  expect(row(account(3), 200)).toContain('<td></td><td class="payouts-estimated">');
});

test('a cycle whose sums do not add up is on the site, and says so', async () => {
  const site = await fromBackerei({
    7: cycleOf({ [account(1)]: delegator() }, { finalTotalRewards: { paid: '1077' } }),
  });
  await site.run();
  expect(site.page('alice/cycles/7')).toContain(
    'The record says 0.001077 tez of final rewards; its rows make 0.001078 tez.',
  );
  expect(site.page('alice')).toContain('does not add up');
});

test('the dialect that says what was sent is believed before the configuration', async () => {
  const sent = delegator({ payoutAmount: '970', payoutWithheldDebt: '8', withheldDebtForCycle: 6 });
  const withheld = delegator({ payoutAmount: '0', payoutOperationHash: undefined });
  const site = await fromBackerei({ 7: cycleOf({ [account(1)]: sent, [account(2)]: withheld }) });
  await site.run();
  expect(site.page(`alice/payouts/${account(1)}`)).toContain('<td>0.000970</td><td class="payouts-sent">');
  expect(site.page(`alice/payouts/${account(2)}`)).toContain('class="payouts-not-paid"');
});

test('the addresses of 2019 lead to where the payouts are now', async () => {
  const site = await fromBackerei({ 7: cycleOf({ [account(1)]: delegator() }) });
  site.records = [record(8, 2)];
  await site.run();
  expect(site.bucket.text(`payouts/${account(1)}.html`)).toContain(`url=../alice/payouts/${account(1)}/`);
  expect(site.bucket.names).not.toContain(`payouts/${account(2)}.html`);
});

const good = JSON.stringify({ payoutsByCycle: { 7: cycleOf({ [account(1)]: delegator() }) } });
test.each<[string, string, RegExp]>([
  ['is cut off', good.slice(0, -40), /ends too early/],
  ['is empty', '', /ends too early/],
  ['is no JSON inside a cycle', good.replace('"balance":', '"balance"'), /payouts\.json: /],
  ['has something behind it', `${good} {}`, /behind the document/],
  ['has a cycle twice', good.replace(/\{"7":(.*)\}\}$/, '{"7":$1,"7":$1}}'), /7 stands there twice/],
  ['has no cycles', '{}', /no payoutsByCycle/],
  ['has an amount that is a number', good.replace('"978"', '978'), /amount of mutez.*not 978/],
  ['has an amount with a decimal point', good.replace('"978"', '"978.0"'), /amount of mutez/],
  ['has a reward below 0', good.replace('"978"', '"-978"'), /below 0/],
  ['has an address with a wrong checksum', good.replace(account(1), `${account(1).slice(0, -1)}1`), /is no address/],
  ['has a path for an address', good.replace(account(1), '../../index'), /is no address/],
  ['has HTML for an operation', good.replace(operation(1), '<script>'), /no hash of an operation/],
  ['has a cycle that is no number', good.replace('"7"', '"7/../8"'), /no number of a cycle/],
])('nothing is written if a document %s', async (_, text, why) => {
  const site = await fromBackerei(text);
  await expect(site.run()).rejects.toThrow(why);
  expect(site.bucket.done).toEqual([]);
});

const HEADER =
  'id,baker,timestamp,cycle,kind,op_kind,contract,token_id,fa_alias,fa_decimals,delegator,delegator_balance,staked_balance,recipient,amount,fee_rate,fee,tx_fee,op_hash,success,note';
const ZERO_HASH = 'oneDGhZacw99EEFaYDTtWfz5QEhUW3PPVFsHa7GShnLPuDn7gSd';
const line = (number: number, { kind = 'delegator reward', op = operation(3), success = 'true', note = '' } = {}) =>
  `x,${BAKER},2026-01-02T03:04:05Z,7,${kind},tez,,,,0,${account(number)},1000000,0,${account(number)},500,0.05,26,1,${op},${success},${note}`;

async function fromTezpay(files: Record<string, string>): Promise<MadeSite> {
  const site = await new MadeSite().start();
  site.more = { history: [{ baker: 'alice', tezpay: { folder: 'reports' } }] };
  for (const [name, text] of Object.entries(files)) site.archive.put(`reports/${name}`, text);
  return site;
}
const csv = (...lines: string[]) => `${[HEADER, ...lines].join('\n')}\n`;

test("tezpay's reports show delegators' rewards alone, and are held against its summary", async () => {
  const site = await fromTezpay({
    '7/payouts.csv': csv(line(1), line(2, { op: ZERO_HASH, success: 'false' }), line(3, { kind: 'fee income' })),
    '7/invalid.csv': csv(line(4, { op: ZERO_HASH, success: 'false', note: '"PAYOUT_BELLOW_MINIMUM, ""so"""' })),
    '7/summary.json': JSON.stringify({ distributed_rewards: '500' }),
    'dry/7/payouts.csv': csv(line(5)),
  });
  await site.run();
  const page = site.page('alice/cycles/7');
  expect(page).not.toContain('does not add up');
  expect(page).toContain('<strong>0.000500 tez</strong> have been sent to 1 of 3 delegators');
  expect(site.page(`alice/payouts/${account(2)}`)).toContain('payouts-not-paid');
  expect(site.page(`alice/payouts/${account(4)}`)).toContain('payouts-below-minimum');
  for (const number of [3, 5]) expect(page).not.toContain(account(number));
});

test('a cycle in which tezpay had nothing to pay is no fault, nor is one of which it has only its own lock', async () => {
  const site = await fromTezpay({
    '6/.lock': '',
    '7/invalid.csv': csv(line(1, { op: ZERO_HASH, success: 'false', note: 'PAYOUT_ZERO' })),
    '7/summary.json': '{"distributed_rewards": "0"}',
    '7/.lock': '',
  });
  await site.run();
  expect(site.bucket.names.filter((name) => name.startsWith('alice/cycles/'))).toEqual(['alice/cycles/7/index.html']);
  expect(site.page(`alice/payouts/${account(1)}`)).toContain('payouts-below-minimum');
  expect(site.page('alice/cycles/7')).not.toContain('does not add up');
});

test('who is paid by a later run of tezpay is not shown as left out besides, though the older list still says so', async () => {
  const site = await fromTezpay({
    '7/payouts.csv': csv(line(1)),
    '7/invalid.csv': csv(
      line(1, { op: ZERO_HASH, success: 'false', note: 'FAILED' }),
      line(2, { op: ZERO_HASH, success: 'false' }),
    ),
    '7/summary.json': '{"distributed_rewards": "500"}',
  });
  await site.run();
  expect(site.page('alice/cycles/7')).toContain('have been sent to 1 of 2 delegators');
  expect(site.page(`alice/payouts/${account(1)}`)).toContain('have been sent for 1 of 1 cycles');
  expect(site.page(`alice/payouts/${account(1)}`)).not.toContain('payouts-not-paid');
});

test('what tezpay does not say of a payout is told, and rewards that are not tez belong to its sum', async () => {
  const recorded = { op: ZERO_HASH, success: 'false', note: 'payout already recorded before execution' };
  const site = await fromTezpay({
    '7/payouts.csv': csv(line(1), line(2, recorded)),
    '7/summary.json': '{"distributed_rewards": "500"}',
    '8/payouts.csv': csv(line(1), line(2).replace(',tez,', ',fa2,')).replaceAll('Z,7,', 'Z,8,'),
    '8/summary.json': '{"distributed_rewards": "1000"}',
  });
  await site.run();
  expect(site.page('alice/cycles/7')).toContain('Of 1 rows the record does not say whether they were sent');
  expect(site.page('alice/cycles/8')).toContain('have been sent to 1 of 1 delegators');
  expect(site.page('alice/cycles/8')).not.toContain('The record says');
});

test('a cycle in which some were left out for a reason of their own is not called paid', async () => {
  const failed = { op: ZERO_HASH, success: 'false', note: 'FAILED' };
  const site = await fromTezpay({
    '7/payouts.csv': csv(line(1), line(2, failed)),
    '7/summary.json': '{"distributed_rewards": "500"}',
    '8/invalid.csv': csv(line(2, failed)).replaceAll('Z,7,', 'Z,8,'),
    '8/summary.json': '{"distributed_rewards": "0"}',
  });
  await site.run();
  expect(site.page('alice').match(/1 not paid/g)).toHaveLength(2);
});

test('a row that was planned for another recipient is not shown once the delegator is paid', async () => {
  const site = await new MadeSite().start();
  const old = record(7, 1, {
    recipient: account(9),
    status: 'open',
    paid: undefined,
    hash: undefined,
    paidMs: undefined,
  });
  site.records = [old, record(7, 1)];
  await site.run();
  expect(site.page('alice/cycles/7')).toContain('have been sent to 1 of 1 delegators');
  expect(site.page(`alice/payouts/${account(1)}`)).not.toContain('payouts-estimated');
  site.records = [old];
  site.bucket.objects.clear();
  await site.run();
  expect(site.page(`alice/payouts/${account(1)}`)).toContain('payouts-estimated');
});

test('what a person has said is paid, and names no operation of, is not said to be seen in a block', async () => {
  const site = await new MadeSite().start();
  site.records = [record(7, 1, { hash: '' })];
  await site.run();
  expect(site.page(`alice/payouts/${account(1)}`)).toContain('payouts-sent');
  expect(site.page(`alice/payouts/${account(1)}`)).not.toContain('"payouts-paid"');
});

test.each<[string, Record<string, string>, RegExp]>([
  ['has lost what was paid', { '7/summary.json': '{"distributed_rewards": "500"}' }, /there is no payouts\.csv/],
  ['is torn', { '7/payouts.csv': csv(line(1)).slice(0, -3) }, /cut off/],
  ['is empty', { '7/payouts.csv': '' }, /empty/],
  ["is another baker's", { '7/payouts.csv': csv(line(1)).replace(BAKER, account(9)) }, /of the baker/],
  ['is of another cycle', { '8/payouts.csv': csv(line(1)) }, /of cycle 7/],
  ['says it was sent and names no operation', { '7/payouts.csv': csv(line(1, { op: ZERO_HASH })) }, /no operation/],
])('nothing is written if a report %s', async (_, files, why) => {
  const site = await fromTezpay(files);
  await expect(site.run()).rejects.toThrow(why);
  expect(site.bucket.done).toEqual([]);
});

test('a cycle that two records have is shown once, and what the other one says was sent is told', async () => {
  const site = await fromTezpay({ '7/payouts.csv': csv(line(1)), '7/summary.json': '{"distributed_rewards": "500"}' });
  site.records = [record(7, 2)];
  await site.run();
  const page = site.page('alice/cycles/7');
  expect(page).toContain(
    'A record of tezpay has this cycle too, and says that 0.000500 tez were sent to 1 delegators.',
  );
  expect(page).toContain('<strong>1.234567 tez</strong> have been sent to 1 of 1 delegators');
});

test('who went from Backerei to tezpay sees what tezpay has sent, though Backerei had computed that cycle ahead', async () => {
  const site = await fromTezpay({ '7/payouts.csv': csv(line(1)), '7/summary.json': '{"distributed_rewards": "500"}' });
  site.more = { history: [...history, { baker: 'alice', tezpay: { folder: 'reports' } }] };
  const unsent = delegator({ payoutOperationHash: undefined });
  const payoutsByCycle = { 6: cycleOf({ [account(1)]: delegator() }), 7: cycleOf({ [account(1)]: unsent }) };
  site.archive.put(OBJECT, JSON.stringify({ payoutsByCycle }));
  await site.run();
  expect(site.page('alice/cycles/6')).toContain('<strong>0.000978 tez</strong> have been sent');
  expect(site.page('alice/cycles/7')).toContain('<strong>0.000500 tez</strong> have been sent to 1 of 1 delegators');
  expect(site.page('alice/cycles/7')).not.toContain('A record of Backerei');
});

test('of two documents of Backerei the newer one is shown, and a cycle that both have paid is no cycle to show', async () => {
  const site = await new MadeSite().start();
  const documents = ['old.json', 'new.json'];
  site.more = {
    history: documents.map((object) => ({ baker: 'alice', backerei: { object, paid: 'final' as const } })),
  };
  const put = (name: string, payoutsByCycle: object) => site.archive.put(name, JSON.stringify({ payoutsByCycle }));
  const paid = { [account(1)]: delegator() };
  put('old.json', { 6: cycleOf(paid), 7: cycleOf({ [account(1)]: delegator({ payoutOperationHash: undefined }) }) });
  put('new.json', { 7: cycleOf(paid) });
  await site.run();
  for (const cycle of [6, 7]) expect(site.page(`alice/cycles/${cycle}`)).toContain('have been sent to 1 of 1');
  put('old.json', { 6: cycleOf(paid), 7: cycleOf(paid) });
  await expect(site.run()).rejects.toThrow(
    /cycle 7 stands in two documents of Backerei, and something was sent by the/,
  );
});

test('of a row that payout-guard holds, or has not sent, no more is told than that it is estimated', async () => {
  const site = await new MadeSite().start();
  const unpaid = { paid: undefined, hash: undefined, paidMs: undefined } as const;
  site.records = [
    record(7, 1, { ...unpaid, status: 'held', reason: 'the wallet is stopped: foreign-operation' }),
    record(7, 2, { ...unpaid, status: 'left out', reason: 'DELEGATOR_LOW_BALANCE' }),
    record(7, 3, { ...unpaid, status: 'left out', reason: 'not paid in tez' }),
  ];
  await site.run();
  const page = site.page('alice/cycles/7');
  expect(page.match(/payouts-(estimated|below-minimum|not-paid)">/g)?.sort()).toEqual([
    'payouts-below-minimum">',
    'payouts-estimated">',
    'payouts-not-paid">',
  ]);
  expect([...site.bucket.objects.values()].filter(({ body }) => body.includes('foreign-operation'))).toEqual([]);
});

test('nothing of a record is published but what stands in the list of columns', async () => {
  const site = await new MadeSite().start();
  site.records = [
    record(7, 1, { recipient: account(77), failures: 31_337 }),
    record(7, 2, { kind: 'fee income', delegator: '', recipient: account(78) }),
  ];
  await site.run();
  const texts = [...site.bucket.objects.values()].map(({ body }) => body.toString('utf8'));
  for (const secret of [account(77), account(78), account(202), '31337', '"postedMs"', '"level"']) {
    expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  }
  const json = site.bucket.names.find((name) => name.startsWith('data/alice/cycles/7.') && name.endsWith('.json'));
  expect(Object.keys(JSON.parse(site.bucket.text(json!)).rows[0]).sort()).toEqual([
    'delegator',
    'feeMutez',
    'operation',
    'paidMutez',
    'rewardMutez',
    'status',
    'time',
  ]);
});

test('the same row stands on the page and in the CSV of a delegator, and in the JSON of its cycle, to the mutez', async () => {
  const site = await new MadeSite().start();
  site.records = [record(7, 1, { amount: '1000001', paid: { amount: '999999', fee: '0', burnt: '0' } })];
  await site.run();
  const folder = `alice/payouts/${account(1)}`;
  const page = site.page(folder);
  const dataOf = (html: string, ending: string) =>
    site.bucket.text(new RegExp(`href="[./]*(data/[^"]*\\.${ending})"`).exec(html)?.[1] ?? '');
  const [csv, json] = [dataOf(page, 'csv'), dataOf(site.page('alice/cycles/7'), 'json')];
  expect(page).toMatch(
    /<td>0\.999999<\/td><td class="payouts-paid">paid<.*<td>1\.000001<\/td><td>0\.065000<\/td><\/tr>/,
  );
  expect(csv.split('\n')[1]).toBe(
    `7,${account(1)},,1.000001,0.065000,0.999999,paid,${operation(7)},2026-11-29T12:00:00Z`,
  );
  const { cycle, rows } = JSON.parse(json);
  expect(cycle).toBe(7);
  expect(rows).toEqual([
    {
      ...{ delegator: account(1), rewardMutez: '1000001', feeMutez: '65000', paidMutez: '999999' },
      ...{ status: 'paid', operation: operation(7), time: '2026-11-29T12:00:00Z' },
    },
  ]);
});

test.each<[string, (site: MadeSite) => void, RegExp]>([
  [
    'is of another chain',
    (site) => (site.records[0] = { ...site.records[0], chainId: 'NetXother' }),
    /a row of another one/,
  ],
  ['has an unknown status', (site) => (site.records[0] = { ...site.records[0], status: 'done' as any }), /status done/],
  [
    'is paid and names no amount',
    (site) => (site.records[0] = { ...site.records[0], paid: undefined }),
    /not said what/,
  ],
  ['has a path for an address', (site) => (site.records[0] = { ...site.records[0], delegator: '../x' }), /no address/],
  ['has an amount that is a number', (site) => (site.records[0] = { ...site.records[0], amount: 5 as any }), /not 5/],
])('nothing is written if a row of payout-guard %s', async (_, change, why) => {
  const site = await new MadeSite().start();
  site.records = [record(7, 1)];
  change(site);
  await expect(site.run()).rejects.toThrow(why);
  expect(site.bucket.done).toEqual([]);
});

test('a row that stands twice, or of which more has left than was due, is shown as a fault of its cycle', async () => {
  const site = await new MadeSite().start();
  const paid = { amount: '1234568', fee: '0', burnt: '0' };
  site.records = [record(7, 1, { paid }), record(8, 1), record(8, 1)];
  await site.run();
  expect(site.page('alice/cycles/7')).toContain('To 1 delegators more was paid than was due.');
  expect(site.page('alice/cycles/8')).toContain('The record has a row twice.');
});

test('a delegator reads first what was sent in all, and in words why the newest cycle was not', async () => {
  const site = await new MadeSite().start();
  const unpaid = { paid: undefined, hash: undefined, paidMs: undefined } as const;
  site.records = [record(7, 1), record(8, 1, { ...unpaid, status: 'open' }), record(7, 2)];
  site.records.push(record(8, 2, { ...unpaid, status: 'left out', reason: 'PAYOUT_BELLOW_MINIMUM' }));
  await site.run();
  const page = site.page(`alice/payouts/${account(1)}`);
  expect(page).toContain('<strong>1.234567 tez</strong> have been sent for 1 of 2 cycles.');
  expect(page).toContain('1.234567 tez for cycle 7, on 2026-11-29');
  expect(page).toContain('Cycle 8 is estimated: computed, and not sent yet; it may still change.');
  expect(site.page(`alice/payouts/${account(2)}`)).toContain('Cycle 8 is below minimum: too little to be sent.');
});

test("a baker's page says of each cycle what has become of it", async () => {
  const site = await new MadeSite().start();
  const unpaid = { paid: undefined, hash: undefined, paidMs: undefined } as const;
  const [open, signed] = [{ ...unpaid, status: 'open' } as const, { paid: undefined, status: 'signed' } as const];
  const small = { ...unpaid, status: 'left out', reason: 'PAYOUT_ZERO' } as const;
  site.records = [
    ...[record(5, 1, small), record(6, 1), record(7, 1, signed), record(7, 2)],
    ...[record(8, 1, open), record(8, 2), record(9, 1, open)],
  ];
  await site.run();
  const state = (cycle: number) =>
    new RegExp(`>${cycle}</a></th><td>[\\d.]+</td><td>([^<]*)`).exec(site.page('alice'))?.[1];
  expect([5, 6, 7, 8, 9].map(state)).toEqual(['nothing to send', 'paid', 'sent', '1 not sent yet', 'estimated']);
});

test('a column that no row knows anything of is not shown', async () => {
  const site = await fromBackerei({ 7: cycleOf({ [account(1)]: delegator() }) });
  await site.run();
  expect(site.page('alice/cycles/7')).toContain('Delegated, tez');
  expect(site.page('alice/cycles/7')).not.toContain('Fee, tez');
});

test('where there is no page, the way home is a link that works at any depth', async () => {
  const site = await new MadeSite().start();
  site.records = [record(7, 1)];
  await site.run();
  expect(site.bucket.text('404.html')).toContain('The <a href="/">home page</a>');
  const other = await new MadeSite().start();
  other.records = [record(7, 1)];
  other.more = { address: { bucketOnly: {} } };
  await other.run();
  expect(other.bucket.text('404.html')).toContain('The <a href="/site/index.html">home page</a>');
});
