import { ROOT_MARKER } from '../../../programs/site-builder/chrome';
import { RETIRED } from '../../../programs/site-builder/retired';
import { CURRENT } from '../../../programs/site-builder/site-builder.contract';
import { SiteFiles } from '../../../programs/site-builder/site-files';
import { temporaryFolder } from '../temporary';
import { Killed } from './bucket-in-memory';
import { deadLinks } from './crawl';
import { account, DAY_MS, MadeSite, NOW, operation, record } from './made-site';

const cycle = (number: number, delegators = 2) => Array.from({ length: delegators }, (_, i) => record(number, i));
const made = async (...cycles: number[]) => {
  const site = await new MadeSite().start();
  site.records = cycles.flatMap((each) => cycle(each));
  return site;
};

test('a release leads from the home page to every delegator and every cycle', async () => {
  const site = await made(7, 8);
  await site.run();
  expect(deadLinks(site.bucket)).toEqual([]);
  expect(site.page(`alice/payouts/${account(1)}`)).toContain('1.234567');
  expect(site.page('alice/cycles/8')).toContain(`https://tzkt.io/${operation(8)}`);
  expect(site.bucket.done.at(-1)).toBe(`write ${CURRENT}`);
});

test('what has not changed is not uploaded again, and a check without news writes one small object', async () => {
  const site = await made(7);
  await site.run();
  site.bucket.done.length = 0;
  site.nowMs = NOW + DAY_MS;
  const { uploaded } = await site.run();
  expect(uploaded).toBe(0);
  expect(site.bucket.done).toEqual([`write ${CURRENT}`]);
  const { checkedAt, changedAt } = JSON.parse(site.bucket.text(CURRENT));
  expect([checkedAt, changedAt]).toEqual([new Date(NOW + DAY_MS).toISOString(), new Date(NOW).toISOString()]);
});

test('killed after any upload, every link from the home page on leads somewhere, and the next run ends it', async () => {
  const site = await made(7);
  await site.run();
  const before = new Map(site.bucket.objects);
  site.records = [...cycle(7), ...cycle(8, 3)]; // new delegators too
  let kills = 0;
  for (let isOver = false; !isOver; kills++) {
    site.bucket.objects.clear();
    for (const [name, kept] of before) site.bucket.objects.set(name, kept);
    site.bucket.left = kills;
    isOver = await site.run().then(
      () => true,
      (error: Error) => {
        expect(error).toBeInstanceOf(Killed);
        return false;
      },
    );
    expect(deadLinks(site.bucket)).toEqual([]);
    if (isOver) continue;
    site.bucket.left = Number.POSITIVE_INFINITY;
    await site.run();
    expect(deadLinks(site.bucket)).toEqual([]);
    expect(site.page(`alice/payouts/${account(2)}`)).toContain('/cycles/8/');
  }
  expect(kills).toBeGreaterThan(12);
});

test('data comes first, then pages that were not there, then those that have changed, then word of the release', async () => {
  const site = await made(7);
  await site.run();
  const before = new Set(site.bucket.names);
  site.bucket.done.length = 0;
  site.records.push(...cycle(8, 3));
  await site.run();
  const written = site.bucket.done.map((each) => each.slice('write '.length));
  const kindOf = (name: string) => {
    if (name === CURRENT || name === RETIRED) return name;
    if (name.startsWith('data/')) return 'data';
    return before.has(name) ? 'changed' : 'new';
  };
  expect(written.map(kindOf).filter((kind, i, all) => kind !== all[i - 1])).toEqual([
    ...['data', 'new', 'changed', CURRENT, RETIRED],
  ]);
});

test('killed after any upload of its first release, a site is not there yet, or has no dead link', async () => {
  for (let left = 0, isOver = false; !isOver; left++) {
    const site = await made(7);
    site.bucket.left = left;
    isOver = await site.run().then(
      () => true,
      () => false,
    );
    expect(deadLinks(site.bucket)).toEqual([]);
  }
});

/** Rows that were computed and are not sent. */
const estimated = (number: number, delegator: number) =>
  record(number, delegator, { status: 'open', paid: undefined, hash: undefined, paidMs: undefined });

test('data that no release names stays for seven days, and then goes', async () => {
  const site = await made(7);
  await site.run();
  const old = site.bucket.names.filter((name) => name.startsWith('data/alice/payouts/'));
  site.records.push(...cycle(8));
  await site.run();
  for (const days of [1, 6]) {
    site.nowMs = NOW + days * DAY_MS;
    await site.run();
    expect(site.bucket.names).toEqual(expect.arrayContaining(old));
  }
  site.nowMs = NOW + 7 * DAY_MS;
  await site.run();
  expect(site.bucket.names.filter((name) => old.includes(name))).toEqual([]);
  expect(deadLinks(site.bucket)).toEqual([]);
});

test('data that a release names again is as new, though the release before was killed', async () => {
  const site = await made(7);
  const withRow = [...cycle(7), estimated(8, 0)];
  site.records = withRow;
  await site.run();
  const before = new Set(site.bucket.names);
  site.records = cycle(7);
  await site.run(); // from now on the data of the row is named by nobody
  site.nowMs = NOW + 3 * DAY_MS;
  site.records = withRow;
  await site.run();
  site.nowMs = NOW + 8 * DAY_MS;
  site.records = cycle(7);
  await site.run();
  expect(site.bucket.names).toEqual(expect.arrayContaining([...before]));
  site.nowMs = NOW + 15 * DAY_MS;
  await site.run();
  expect(site.bucket.done.some((each) => each.startsWith('remove data/'))).toBe(true);
});

test('data that a release names again, just when another run is about to delete it, stays', async () => {
  const site = await made(7);
  const withRow = [...cycle(7), estimated(8, 0)];
  site.records = withRow;
  await site.run();
  site.records = cycle(7);
  await site.run();
  site.nowMs = NOW + 8 * DAY_MS;
  const remove = site.bucket.remove.bind(site.bucket);
  let other: Promise<unknown> | undefined;
  site.bucket.remove = async (object) => {
    site.records = withRow;
    other ??= site.run();
    await other;
    return remove(object);
  };
  await expect(site.run()).rejects.toThrow(/has changed meanwhile/);
  expect(site.bucket.done.filter((each) => each.startsWith('remove'))).toEqual([]);
  expect(deadLinks(site.bucket)).toEqual([]);
});

test('nothing is deleted once another run has written down that it is named again', async () => {
  const site = await made(7);
  site.records = [...cycle(7), estimated(8, 0)];
  await site.run();
  site.records = cycle(7);
  await site.run();
  site.nowMs = NOW + 8 * DAY_MS;
  const find = site.bucket.find.bind(site.bucket);
  site.bucket.find = async (name) => {
    // Just before the last look.
    if (site.bucket.done.at(-1) === `write ${CURRENT}`) site.bucket.put(RETIRED, '{}');
    return find(name);
  };
  await site.run();
  expect(site.bucket.done.filter((each) => each.startsWith('remove'))).toEqual([]);
  expect(site.logged.join()).toContain('another release has begun');
});

test('only data is ever deleted, and a page that no record supports any more says so at its old address', async () => {
  const site = await made(7);
  site.records = [...cycle(7), estimated(8, 5)];
  await site.run();
  const before = site.bucket.names;
  site.records = cycle(7);
  for (const days of [0, 8]) {
    site.nowMs = NOW + days * DAY_MS;
    await site.run();
  }
  const gone = before.filter((name) => !site.bucket.names.includes(name));
  expect(gone.length).toBeGreaterThan(0);
  expect(gone.filter((name) => !name.startsWith('data/'))).toEqual([]);
  expect(site.page(`alice/payouts/${account(5)}`)).toContain('No payout is recorded here any more');
  expect(site.page('alice/cycles/8')).toContain('No payout is recorded here any more');
  expect(
    deadLinks(
      site.bucket,
      site.bucket.names.filter((name) => name.endsWith('.html')),
    ),
  ).toEqual([]);
});

test('pages of a baker who has left stay whole for ever, once a person has said that it is right so', async () => {
  const site = await made(7);
  await site.run();
  site.more = { bakers: [{ name: 'bob', address: account(203) }] };
  site.bucket.objects.delete(CURRENT);
  for (const days of [0, 8, 16]) {
    site.nowMs = NOW + days * DAY_MS;
    await site.run();
  }
  expect(site.page('alice/cycles/7')).toContain('1.234567');
  expect(
    deadLinks(
      site.bucket,
      site.bucket.names.filter((name) => name.startsWith('alice/') && name.endsWith('.html')),
    ),
  ).toEqual([]);
});

test('data is not thrown away where a release names far less than ever before, until a person agrees', async () => {
  const site = await made(7);
  site.records = [...cycle(7), ...Array.from({ length: 40 }, (_, i) => estimated(8, 10 + i))];
  await site.run();
  site.records = cycle(7);
  for (const days of [0, 4, 8]) {
    site.nowMs = NOW + days * DAY_MS;
    await site.run();
  }
  const removed = () => site.bucket.done.filter((each) => each.startsWith('remove')).length;
  expect(removed()).toBe(0);
  expect(site.logged.join()).toMatch(/none is deleted/);
  site.bucket.objects.delete(CURRENT);
  await site.run();
  expect(removed()).toBeGreaterThan(0);
});

test('a run that has stood still for hours between its data and its pages writes none of these', async () => {
  const site = await made(7);
  await site.run();
  site.records.push(...cycle(8));
  const write = site.bucket.write.bind(site.bucket);
  const now = Date.now();
  site.bucket.write = async (upload) => {
    const generation = await write(upload);
    jest.spyOn(Date, 'now').mockReturnValue(now + 2 * 3600_000);
    return generation;
  };
  const pages = () => site.bucket.names.filter((name) => name.endsWith('.html')).map((name) => site.bucket.text(name));
  const before = pages();
  await expect(site.run()).rejects.toThrow(/more than 60 minutes/);
  jest.restoreAllMocks();
  expect(pages()).toEqual(before);
});

test.each<[string, (site: MadeSite) => void, RegExp]>([
  ['a cycle is missing', (site) => (site.records = cycle(8)), /have 1 cycles .* shows 2/],
  ['a delegator is missing', (site) => (site.records = [record(7, 0), record(8, 0)]), /have 1 delegators .* shows 2/],
  ['a row is missing', (site) => site.records.pop(), /have 3 rows .* shows 4/],
  [
    'less was sent',
    (site) => (site.records[0] = record(7, 0, { paid: { amount: '1234566', fee: '0', burnt: '0' } })),
    /4938267 mutez were sent, and the site shows 4938268/,
  ],
  ['there is no record', (site) => (site.records = []), /have 0 cycles/],
  [
    'the baker is called otherwise',
    (site) => (site.more = { bakers: [{ name: 'bob', address: account(201) }] }),
    /the site has the baker alice/,
  ],
  [
    'the last release cannot be read',
    (site) => site.bucket.put(CURRENT, '{"bakers": '),
    /current\.json .* cannot be read/,
  ],
])('the site stays as it was if %s', async (_, change, why) => {
  const site = await made(7, 8);
  await site.run();
  change(site);
  const before = site.bucket.names.map((name) => site.bucket.text(name));
  await expect(site.run()).rejects.toThrow(why);
  expect(site.bucket.names.map((name) => site.bucket.text(name))).toEqual(before);
});

test('what was signed and never came into a block does not stop the job, nor is it counted as sent', async () => {
  const site = await made(7);
  const signed = record(8, 1, { status: 'signed', paid: undefined, paidMs: undefined });
  site.records.push(record(8, 0), signed, record(8, 2, { status: 'signed', paid: undefined, paidMs: undefined }));
  await site.run();
  expect(site.page('alice/cycles/8')).toContain('1.234567 tez</strong> have been sent to 1 of 3 delegators');
  expect(site.page('alice/cycles/8')).toContain('To 2 more it is under way: signed, and not final on the chain yet');
  site.records = [...cycle(7), record(8, 0), estimated(8, 1), estimated(8, 2)];
  await site.run();
  expect(site.page('alice/cycles/8')).toContain('1.234567 tez</strong> have been sent to 1 of 3 delegators');
  expect(site.page('alice/cycles/8')).not.toContain('not final on the chain yet');
  site.records = [...cycle(7), estimated(8, 0)];
  await expect(site.run()).rejects.toThrow(/have 1 cycles .* shows 2/);
});

test('of two runs at once the one that ends later fails, and no page is half of each', async () => {
  const site = await made(7);
  await site.run();
  site.records = cycle(7).concat(cycle(8));
  const write = site.bucket.write.bind(site.bucket);
  let isFirst = true;
  site.bucket.write = async (upload) => {
    if (isFirst && upload.name === CURRENT) {
      isFirst = false;
      await site.run(); // another one, which sees all that this one has uploaded
    }
    return write(upload);
  };
  await expect(site.run()).rejects.toThrow(/current\.json has changed meanwhile/);
  expect(deadLinks(site.bucket)).toEqual([]);
});

test('more delegators than there may be pages are refused by name of the limit', async () => {
  const site = await new MadeSite().start();
  site.records = [record(7, 1)];
  const many = Array.from({ length: 20_001 }, (_, i) => account(i));
  const delegators = Object.fromEntries(many.map((each) => [each, { balance: '1', estimatedRewards: '1' }]));
  const zero = { totalRewards: '0' };
  const fee = { denominator: 1, numerator: 0 };
  const only = { delegators, fee, estimatedBakerRewards: zero, estimatedTotalRewards: '20001' };
  site.archive.put('old.json', JSON.stringify({ payoutsByCycle: { 6: only } }));
  site.more = { history: [{ baker: 'alice', backerei: { object: 'old.json', paid: 'final' } }] };
  await expect(site.run()).rejects.toThrow(
    /20001 delegators or more, and the site has a page for each of 20000 at most/,
  );
  expect(site.bucket.done).toEqual([]);
}, 300_000);

test('a site too large for its folder is refused in words, before its pod is evicted', async () => {
  const files = new SiteFiles(temporaryFolder(), 4098);
  files.add('one.html', 'leaf', 'x');
  files.add('two.html', 'leaf', 'x'.repeat(4097));
  expect(() => files.add('three.html', 'leaf', 'x')).toThrow(/more than 4098 bytes: 2 objects, up to three\.html/);
  await files.close();
});

test("a theme's script finds the site's files from whatever page it runs on", async () => {
  const site = await made(7);
  site.theme = new Map([...site.theme, ['assets/find.js', Buffer.from(`fetch('${ROOT_MARKER}/search.json')`)]]);
  await site.run();
  expect(site.bucket.text('assets/find.js')).toBe("fetch('/search.json')");
});

test('at the address of a bucket every link names an object, and each page says what it may load', async () => {
  const site = await made(7);
  site.more = { address: { bucketOnly: {} } };
  await site.run();
  const home = site.bucket.text('index.html');
  expect(home).toContain('href="./alice/index.html"');
  expect(home).toMatch(/<head><meta http-equiv="Content-Security-Policy" content="[^"]+">/); // it binds what follows
  for (const name of site.bucket.names.filter((each) => each.endsWith('.html'))) {
    expect(site.bucket.text(name).match(/href="[^"]*\/"/g)).toBeNull();
  }
  expect(deadLinks(site.bucket)).toEqual([]);
});

test('pages of delegators are not for search engines, those of cycles are', async () => {
  const site = await made(7);
  await site.run();
  expect(site.page(`alice/payouts/${account(1)}`)).toContain('content="noindex"');
  expect(site.page('alice/cycles/7')).not.toContain('noindex');
});

test('without a script an address is three clicks away from the home page', async () => {
  const site = await made(7);
  await site.run();
  const letters = account(1).slice(0, 4);
  expect(site.bucket.text('index.html')).toContain('href="./alice/"');
  expect(site.page('alice')).toContain(`href="../alice/delegators/${letters}/"`);
  expect(site.page(`alice/delegators/${letters}`)).toContain(`href="../../../alice/payouts/${account(1)}/"`);
});

test('data may be kept for a year, pages for a minute, and what says which release it is not at all', async () => {
  const site = await made(7);
  await site.run();
  const kept = (start: string) =>
    new Set(
      [...site.bucket.objects.values()].filter(({ name }) => name.startsWith(start)).map((each) => each.cacheControl),
    );
  expect([...kept('data/')]).toEqual(['public, max-age=31536000, immutable']);
  expect([...kept('alice/')]).toEqual(['public, max-age=60']);
  expect([...kept(CURRENT)]).toEqual(['no-cache']);
});
