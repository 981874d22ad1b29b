import { CURRENT } from '../../../programs/site-builder/site-builder.contract';
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
    // CURRENT stands behind all pages: as long as it is the old one, not all of them need be new.
    if (site.bucket.done.at(-1) !== `write ${CURRENT}` && !site.bucket.text(CURRENT).includes('"cycles": 2')) {
      expect(site.bucket.text(CURRENT)).toBe(before.get(CURRENT)?.body.toString());
    }
    site.bucket.left = Number.POSITIVE_INFINITY;
    await site.run();
    expect(deadLinks(site.bucket)).toEqual([]);
    expect(site.page(`alice/payouts/${account(2)}`)).toContain('/cycles/8/');
  }
  expect(kills).toBeGreaterThan(20);
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
