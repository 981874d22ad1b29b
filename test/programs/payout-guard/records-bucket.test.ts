import { AlreadyThere, GoogleStorage } from '../../../programs/payout-guard/google-storage';
import type { PayoutRecord } from '../../../programs/payout-guard/payout-guard.contract';
import { RecordsBucket } from '../../../programs/payout-guard/records-bucket';
import { key } from '../home';
import { BUCKET, KeptObjects } from './kept-objects';

const wallet = key.address;

const record = (cycle: number, more: Partial<PayoutRecord> = {}): PayoutRecord => ({
  ...{ chainId: 'Net', wallet, cycle, kind: 'delegator reward', delegator: 'tz1d', recipient: 'tz1r', status: 'paid' },
  ...{ amount: '10', paid: { amount: '9', fee: '1', burnt: '0' }, hash: 'ooOne', level: 7, paidMs: 5, postedMs: 1 },
  ...{ failures: 0, ...more },
});

async function bucketWith(objects = new KeptObjects()) {
  await objects.listen();
  const storage = new GoogleStorage(BUCKET, objects.google.urls);
  const logged: string[] = [];
  const log = (_: unknown, message: string) => void logged.push(message);
  const make = () => new RecordsBucket({ storage, prefix: 'p/', chainId: 'Net', wallet, log });
  return { objects, storage, make, logged };
}

test('rows that an operation has paid are copied once, an object for each operation, and read back', async () => {
  const { objects, make } = await bucketWith();
  const bucket = make();
  const rows = [
    record(1),
    record(2),
    record(2, { hash: 'ooTwo', level: 8 }),
    record(3, { status: 'open', paid: undefined }),
  ];
  await bucket.copy(rows);
  expect([...objects.objects.keys()].sort()).toEqual([
    `p/Net/${wallet}/records/0000000007-ooOne.json`,
    `p/Net/${wallet}/records/0000000008-ooTwo.json`,
  ]);
  expect(bucket.behind).toBe(0);
  const posts = () => objects.asked.filter((each) => each.startsWith('POST')).length;
  await bucket.copy(rows);
  await make().copy(rows); // a guard that was started again
  expect(posts()).toBe(2);
  expect(await make().paidRows()).toEqual([
    expect.objectContaining({ cycle: 1, recipient: 'tz1r', amount: '9', hash: 'ooOne', level: 7 }),
    expect.objectContaining({ cycle: 2, hash: 'ooOne' }),
    expect.objectContaining({ cycle: 2, hash: 'ooTwo', level: 8 }),
  ]);
});

test('what comes while a copy is under way is not forgotten: until the next copy nobody says that nothing lacks', async () => {
  const { objects, make } = await bucketWith();
  const bucket = make();
  const both = [record(1), record(2, { hash: 'ooTwo', level: 8 })];
  const first = bucket.copy(both.slice(0, 1));
  await bucket.copy(both);
  await first;
  expect([bucket.behind, objects.objects.size]).toEqual([undefined, 1]);
  await bucket.copy(both);
  expect([bucket.behind, objects.objects.size]).toEqual([0, 2]);
});

test('while the bucket does not answer it is known how many records it lacks, and nothing fails', async () => {
  const { objects, make, logged } = await bucketWith();
  const bucket = make();
  await bucket.copy([]);
  objects.fault = 503;
  await bucket.copy([record(1)]);
  expect([bucket.behind, logged.length]).toEqual([1, 1]);
  await expect(bucket.newest(0)).rejects.toThrow('503');
});

test('the newest reconciliation is found in a long list, from the own number on, and no number is taken twice', async () => {
  const { objects, make } = await bucketWith();
  const bucket = make();
  expect(await bucket.newest(0)).toBe(0);
  expect(await bucket.lastReconciliation()).toBeUndefined();
  objects.pageSize = 2;
  const kept = (generation: number) => ({
    generation,
    level: generation,
    hash: 'B',
    timeMs: 1,
    paid: [{ ...record(9), hash: '' }],
  });
  for (let generation = 1; generation <= 11; generation++) await bucket.keep(kept(generation));
  expect(await bucket.newest(0)).toBe(11);
  expect(await bucket.newest(11)).toBe(11);
  expect(await bucket.newest(12)).toBe(0); // the bucket has forgotten ours
  await expect(bucket.keep(kept(11))).rejects.toThrow(AlreadyThere);
  expect((await bucket.lastReconciliation())?.level).toBe(11);
  expect((await bucket.paidRows()).length).toBe(11);
});

test('what somebody else has put into the bucket counts for nothing, and what cannot be read is never taken for nothing', async () => {
  const { objects, make } = await bucketWith();
  await make().keep({ generation: 1, level: 5, hash: 'B', timeMs: 1, paid: [] });
  await make().copy([record(1)]);
  const folder = `p/Net/${wallet}`;
  for (const name of [
    'generations/copy-9999999999.json',
    'generations/0000000001.json.9999999999.json',
    'records/list.txt',
  ])
    objects.objects.set(`${folder}/${name}`, 'foreign');
  expect(await make().newest(0)).toBe(1);
  expect((await make().lastReconciliation())?.level).toBe(5);
  expect(await make().paidRows()).toHaveLength(1);
  // A level that is none would show a person no transfer at all.
  for (const text of ['{"generation":1,"paid":[]}', '{"generation":1,"level":"x","paid":[]}', '[]', '{"level":5', '']) {
    objects.objects.set(`${folder}/generations/0000000001.json`, text);
    await expect(make().lastReconciliation()).rejects.toThrow('generations/0000000001.json');
  }
  for (const text of ['{}', '{"paid":{}}', '']) {
    objects.objects.set(`${folder}/records/0000000007-ooOne.json`, text);
    await expect(make().paidRows()).rejects.toThrow('json');
  }
});

test('what is there is never replaced, in whichever words the bucket forbids it', async () => {
  const { objects, storage } = await bucketWith();
  for (const replacing of ['checked', 'forbidden', 'allowed'] as const) {
    objects.replacing = replacing;
    await storage.create(replacing, '1');
    await expect(storage.create(replacing, '2')).rejects.toThrow(AlreadyThere);
    expect(await storage.read(replacing)).toBe('1');
  }
  objects.fault = 403;
  await expect(storage.create('b', '1')).rejects.not.toThrow(AlreadyThere);
});

test('without a token nothing is known, and what was answered is not told', async () => {
  const { objects, storage } = await bucketWith();
  await storage.create('a', '1');
  const deaf = new GoogleStorage(BUCKET, { ...objects.google.urls, metadata: 'http://127.0.0.1:1' });
  await expect(deaf.read('a')).rejects.toThrow('The metadata server does not answer');
  objects.tokenFault = 403;
  await expect(storage.read('a')).rejects.toThrow(/^The metadata server answers 403 and no token$/);
  objects.tokenFault = undefined;
  expect(await storage.read('a')).toBe('1');
});
