import { rmSync } from 'node:fs';
import { ask } from '../kit/http-client';
import { Payer } from './payer';
import { until, Yard } from './yard';

/** tezpay is as it is: its flags, files and codes, and how it pays twice. */
const yard = new Yard();
const payer = new Payer(yard);
const PLAN = ['generate-payouts', '--cycle=9', '--to-file'];
const pay = (plan = 'plan.json') => ['pay', '--confirm', '--from-file', yard.path(plan)];
const ZERO = 'oneDGhZacw99EEFaYDTtWfz5QEhUW3PPVFsHa7GShnLPuDn7gSd';

beforeAll(async () => {
  await payer.start();
});
afterAll(() => yard.clear());

let appliedHash = '';
const plan = () => JSON.parse(yard.read('plan.json'))[0];
const forget = () => rmSync(yard.path('reports'), { recursive: true, force: true });
const rows = () => {
  const [head, ...lines] = yard.read('reports/9/payouts.csv').trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell])));
};

test('a plan is what TzKT says less the fee, to the mutez', async () => {
  expect(await payer.tezpay([...PLAN, yard.path('plan.json')])).toMatchObject({ code: 0 });
  const { cycle, payouts, fee_income } = plan();
  const amounts = payouts.map(({ kind, recipient, amount, fee, valid }: any) => [kind, recipient, amount, fee, valid]);
  // 10 tez for 1 + 2 + 3 + 4 thousand, the largest first, 10 % of each kept.
  expect(amounts).toEqual([
    ['delegator reward', payer.contracts[0], '3600000', '400000', true],
    ['delegator reward', payer.delegators[2], '2700000', '300000', true],
    ['delegator reward', payer.delegators[1], '1800000', '200000', true],
    ['delegator reward', payer.delegators[0], '900000', '100000', true],
  ]);
  expect([cycle, fee_income]).toEqual([9, '1000000']);
});

test('an amount that is just the minimum is not paid, nor a share behind the fourth decimal of a binary fraction', async () => {
  const config = JSON.parse(yard.read('config.hjson'));
  const planned = async (payouts: object) => {
    yard.write('config.hjson', JSON.stringify({ ...config, payouts: { ...config.payouts, ...payouts } }));
    expect(await payer.tezpay([...PLAN, yard.path('other.json')])).toMatchObject({ code: 0 });
    return JSON.parse(yard.read('other.json'))[0].payouts.map(({ fee, note }: any) => [fee, note]);
  };
  expect((await planned({ minimum_payout_amount: 0.9 })).at(-1)).toEqual(['100000', 'PAYOUT_BELLOW_MINIMUM']);
  expect((await planned({ minimum_payout_amount: 0.899999 })).at(-1)).toEqual(['100000', undefined]);
  expect((await planned({ fee: 0.0029 })).at(-1)).toEqual(['2800', undefined]);
  expect((await planned({ fee: 0.00290001 })).at(-1)).toEqual(['2900', undefined]);
  yard.write('config.hjson', JSON.stringify(config));
});

test('it pays contracts and accounts apart, and believes its own reports afterwards', async () => {
  const before = await Promise.all(payer.delegators.map((address) => payer.balance(address)));
  const counter = await payer.counter();
  const run = await payer.tezpay(pay());
  expect(run).toMatchObject({ code: 0 });
  const after = await Promise.all(payer.delegators.map((address) => payer.balance(address)));
  expect(after.map((balance, i) => balance - before[i])).toEqual([900_000, 1_800_000, 2_700_000]);
  expect(await payer.counter()).toBe(counter + 4);
  expect(new Set(rows().map(({ op_hash }) => op_hash)).size).toBe(2); // a batch of contracts, one of accounts
  expect(rows().map(({ success }) => success)).toEqual(['true', 'true', 'true', 'true']);
  appliedHash = rows()[0].op_hash;
  expect((await payer.tezpay(pay())).output).toContain('nothing to pay out');
  expect(await payer.counter()).toBe(counter + 4);
});

test('killed between broadcast and report, it has the zero hash in its report, and pays again', async () => {
  forget();
  const counter = await payer.counter();
  const run = payer.spawn(pay(), { STAND_IN_WAIT_FACTOR: '1' });
  await until(() => run.output.includes('waiting for confirmation'));
  await run.end('SIGKILL');
  await until(async () => (await payer.counter()) > counter);
  expect(rows().map(({ op_hash, success }) => [op_hash, success])).toContainEqual([ZERO, 'false']);
  const paid = await payer.balance(payer.contracts[0]);
  expect(await payer.tezpay(pay())).toMatchObject({ code: 0 });
  expect((await payer.balance(payer.contracts[0])) - paid).toBe(3_600_000);
});

test('an operation that is dropped is waited for, for ever; a signal ends the wait, and the next batch is sent', async () => {
  forget();
  await payer.chain.control({ censored: [payer.wallet.address] });
  const run = payer.spawn(pay(), { STAND_IN_WAIT_FACTOR: '1' });
  await until(() => run.output.includes('waiting for confirmation'));
  const level = await payer.node.level();
  await until(async () => (await payer.node.level()) > level + 20); // its time was 12 blocks
  expect(run.child.exitCode).toBeNull();
  await payer.chain.control({ censored: [] });
  run.child.kill('SIGTERM');
  expect(await run.ended).toMatchObject({ code: 1 });
  expect(
    rows()
      .map(({ success }) => success)
      .sort(),
  ).toEqual(['false', 'true', 'true', 'true']);
});

test('whatever asks a person says no without a terminal, and each failure has its code', async () => {
  forget();
  const unconfirmed = ['pay', '--from-file', yard.path('plan.json')];
  expect(await payer.tezpay(unconfirmed)).toMatchObject({ code: 2 });
  const prompted = ['--path', yard.folder, ...pay()]; // it donates nothing, and asks whether that is meant
  expect(await yard.run('tezpay', prompted, payer.env())).toMatchObject({ code: 2 });
  yard.write('broken.json', '{');
  expect(await payer.tezpay(pay('broken.json'))).toMatchObject({ code: 11 });
  expect(await payer.tezpay([...PLAN, '/nowhere/plan.json'])).toMatchObject({ code: 10 });
  expect(await payer.tezpay(pay(), { CONFIGURATION_FILE: '/nowhere' })).toMatchObject({ code: 20 });
  expect(await payer.tezpay(pay(), { REPORTS_DIRECTORY: '/nowhere/reports' })).toMatchObject({ code: 30 });
  expect(await payer.tezpay([...pay(), '--no-such-flag'])).toMatchObject({ code: 0 }); // it does nothing, and says it is well
  expect(
    await payer.tezpay(['generate-payouts', '--cycle', '9'], {
      DISABLE_TEZPAY_KILL_SWITCH: 'no',
      STAND_IN_GITHUB: 'http://127.0.0.1:9',
    }),
  ).toMatchObject({ code: 1 });
  yard.write('empty.json', '[]');
  expect(await payer.tezpay(pay('empty.json'))).toMatchObject({ code: 0 });
});

test('a wallet that is known already is not revealed', async () => {
  const counter = await payer.counter();
  expect(await payer.tezpay(['reveal'])).toMatchObject({ code: 1 });
  expect(await payer.counter()).toBe(counter);
});

test('an indexer can leave delegators out, put others in their place, and be behind', async () => {
  const control = (fault: object) => ask(`${payer.url}/control`, { method: 'POST', body: JSON.stringify({ fault }) });
  const get = async (path: string) => JSON.parse((await ask(`${payer.url}/v1/${path}`)).text);
  const split = () => get(`rewards/split/${payer.baker}/9?limit=10000`);
  await control({ truncated: 2 });
  const { delegators, externalDelegatedBalance, delegatorsCount } = await split();
  expect([delegators.length, delegatorsCount, externalDelegatedBalance]).toEqual([2, 4, 10_000_000_000]);
  const [alice, bob] = payer.delegators;
  await control({ others: { [alice]: bob }, times: 3, behind: 5 });
  const lie = await split();
  expect(lie.delegators.at(-1).address).toBe(bob);
  expect(lie.blockRewardsDelegated).toBe(18_000_000);
  const { level, knownLevel, synced } = await get('head');
  expect([knownLevel - level, synced]).toEqual([5, false]);
  await control({ down: true });
  await expect(split()).rejects.toThrow();
  await control({});
  expect((await ask(`${payer.url}/v1/rewards/split/${payer.baker}/9?limit=10001`)).status).toBe(400);
  expect((await ask(`${payer.url}/v1/rewards/split/${payer.baker}/5`)).status).toBe(204);
  const known = await get(`operations/transactions/${appliedHash}`);
  expect([known[0].status, await get(`operations/transactions/${appliedHash}/status`)]).toEqual(['applied', true]);
  await control({ forgets: true });
  expect((await ask(`${payer.url}/v1/operations/transactions/${appliedHash}/status`)).status).toBe(204);
});
