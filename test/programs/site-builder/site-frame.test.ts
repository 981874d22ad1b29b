import { deadLinks } from './crawl';
import { MadeSite, record } from './made-site';

const MANY = 120;

async function made(): Promise<MadeSite> {
  const site = await new MadeSite().start();
  site.records = Array.from({ length: MANY }, (_, i) => record(i + 1, 1));
  return site;
}

/** When the records of this cycle are asked for. */
const asked = (site: MadeSite, cycle: number) =>
  new Promise<void>((resolve) => {
    site.heard = (path) => {
      if (path.endsWith(`/${cycle}`)) resolve();
    };
  });

test('pages of cycles that are read while Jekyll makes the theme are all there afterwards', async () => {
  const site = await made();
  const late = asked(site, 100);
  site.build = () => late.then(() => site.theme);
  await site.run();
  expect(deadLinks(site.bucket)).toEqual([]);
  const pages = site.bucket.names.filter((name) => /^alice\/cycles\/\d+\/index\.html$/.test(name));
  expect(pages).toHaveLength(MANY);
});

test('a theme that cannot be built ends the run in its words, and nothing is written', async () => {
  for (const cycle of [1, 50]) {
    const site = await made();
    const late = asked(site, cycle);
    site.build = async () => {
      await late;
      throw new Error('no layout');
    };
    await expect(site.run()).rejects.toThrow(/no layout/);
    expect(site.bucket.done).toEqual([]);
  }
});

test('records that cannot be read end the run once Jekyll has ended too', async () => {
  const site = await made();
  site.records[1] = { ...site.records[1], status: 'done' as any };
  const late = asked(site, 2);
  let isOver = false;
  site.build = async () => {
    await late;
    await new Promise<void>((resolve) => setImmediate(resolve));
    isOver = true;
    return site.theme;
  };
  await expect(site.run()).rejects.toThrow(/status done/);
  expect(isOver).toBe(true);
});
