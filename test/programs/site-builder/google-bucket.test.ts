import { createHash } from 'node:crypto';
import { GoogleBucket } from '../../../programs/site-builder/google-bucket';
import { ChangedMeanwhile, NO_GENERATION, textOf } from '../../../programs/site-builder/site-bucket';
import { type Fault, MadeStorage } from './made-storage';

const NAME = 'alice/payouts/tz1/index.html';

async function made() {
  const storage = await new MadeStorage().start();
  const bucket = new GoogleBucket('site', storage.at.urls, [1, 1]);
  return { storage, bucket };
}

function upload(text: string, generation = NO_GENERATION) {
  const body = Buffer.from(text);
  const md5 = createHash('md5').update(body).digest('base64');
  return { name: NAME, body, md5, type: 'text/html; charset=utf-8', cacheControl: 'public, max-age=60', generation };
}

/** The first requests of a method go wrong so; the others go well. */
function firstOnes(method: string, ...faults: Fault[]) {
  return (asked: string) => (asked === method ? faults.shift() : undefined);
}

test('what is written is there with its type and what may be kept of it, and is read again', async () => {
  const { storage, bucket } = await made();
  const generation = await bucket.write(upload('<p>ü'));
  expect(storage.objects.get(NAME)).toMatchObject({
    text: '<p>ü',
    type: 'text/html; charset=utf-8',
    cacheControl: 'public, max-age=60',
  });
  const stored = await bucket.find(NAME);
  expect(stored).toMatchObject({ generation, bytes: 5, md5: upload('<p>ü').md5 });
  expect(await textOf(bucket, stored!)).toBe('<p>ü');
  expect(await bucket.find('another')).toBeUndefined();
});

test('a list is read to its end', async () => {
  const { storage, bucket } = await made();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'other']) storage.put(name, name);
  expect((await bucket.list('')).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'other']);
  expect((await bucket.list('x')).map(({ name }) => name)).toEqual([]);
});

test.each<[string, Fault[]]>([
  ['was refused for a while', ['error', 'error']],
  ['was done, and the answer was lost', ['lost']],
  ['was changed on its way', ['broken']],
])('an upload succeeds that %s', async (_, faults) => {
  const { storage, bucket } = await made();
  storage.fault = firstOnes('POST', ...faults);
  const generation = await bucket.write(upload('new'));
  expect(storage.objects.get(NAME)).toMatchObject({ text: 'new', generation: Number(generation) });
});

test('what a careless storage has kept of a broken upload is mended at once', async () => {
  const { storage, bucket } = await made();
  storage.isStrict = false;
  storage.fault = firstOnes('POST', 'broken');
  await bucket.write(upload('new'));
  expect(storage.objects.get(NAME)?.text).toBe('new');
});

test('what never works fails with what was answered, after some tries', async () => {
  const { storage, bucket } = await made();
  storage.fault = (method) => (method === 'POST' ? 'error' : undefined);
  await expect(bucket.write(upload('new'))).rejects.toThrow(/Cloud Storage answered 503/);
  expect(storage.asked.filter((each) => each.startsWith('POST'))).toHaveLength(3);
});

test('an object that somebody else has written is not written over, nor deleted', async () => {
  const { storage, bucket } = await made();
  const generation = await bucket.write(upload('old'));
  const seen = await bucket.find(NAME);
  storage.put(NAME, 'of somebody else');
  await expect(bucket.write(upload('new', generation))).rejects.toThrow(ChangedMeanwhile);
  await expect(bucket.write(upload('new'))).rejects.toThrow(ChangedMeanwhile);
  await expect(bucket.remove(seen!)).rejects.toThrow(ChangedMeanwhile);
  expect(storage.objects.get(NAME)?.text).toBe('of somebody else');
});

test('an object that is gone already need not be deleted', async () => {
  const { storage, bucket } = await made();
  await bucket.write(upload('old'));
  const seen = await bucket.find(NAME);
  storage.fault = firstOnes('DELETE', 'lost');
  await bucket.remove(seen!);
  expect(storage.objects.size).toBe(0);
});

test('a document that came in parts has no MD5, and is read all the same', async () => {
  const { storage, bucket } = await made();
  storage.putInParts('payouts.json', '{}');
  const stored = await bucket.find('payouts.json');
  expect(stored?.md5).toBe('');
  expect(await textOf(bucket, stored!)).toBe('{}');
});

test('a download that is cut short is no download', async () => {
  const { storage, bucket } = await made();
  await bucket.write(upload('new'));
  const stored = await bucket.find(NAME);
  storage.fault = (_, path) => (path.includes('alt=media') ? 'short' : undefined);
  await expect(textOf(bucket, stored!)).rejects.toThrow(/2 bytes have come, and it has 3/);
});
