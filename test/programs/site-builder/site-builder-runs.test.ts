import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CURRENT, type SiteBuilderConfig } from '../../../programs/site-builder/site-builder.contract';
import { bundledProgram } from '../bundled-program';
import { temporaryFolder } from '../temporary';
import { inItsPlace, layoutOnly } from './jekyll-in-its-place';
import { account, BAKER, CHAIN_ID, MadeSite, record } from './made-site';
import { MadeStorage } from './made-storage';

/** The program as its pod runs it; answers its exit code and what it said. */
async function run(config: SiteBuilderConfig, { env }: MadeStorage['at']): Promise<{ code: number; said: string }> {
  const file = join(config.work, 'site-builder.json');
  writeFileSync(file, JSON.stringify(config));
  const program = await bundledProgram('site-builder');
  return new Promise((resolve) => {
    execFile(process.execPath, [program, '--config', file], { env: { ...process.env, ...env } }, (error, said) =>
      resolve({ code: error ? 1 : 0, said }),
    );
  });
}

test('the program makes the site, uploads nothing twice, and leaves it as it was where records have become fewer', async () => {
  const site = await new MadeSite().start();
  site.records = [record(7, 1), record(7, 2)];
  const storage = await new MadeStorage().start();
  const config: SiteBuilderConfig = {
    ...{ chain: { id: CHAIN_ID }, bakers: [{ name: 'alice', address: BAKER }], records: site.url, history: [] },
    ...{ bucket: 'site', address: { domain: { name: 'payouts.example.com' } }, explorer: 'https://tzkt.io' },
    ...{ work: temporaryFolder(), jekyll: inItsPlace(layoutOnly) },
  };
  const uploads = () => storage.asked.filter((each) => each.startsWith('POST')).length;

  const first = await run(config, storage.at);
  expect(first).toMatchObject({ code: 0 });
  expect(storage.objects.get(`alice/payouts/${account(1)}/index.html`)?.text).toContain('1.234567');
  const [before, objects] = [uploads(), new Map(storage.objects)];

  expect(await run(config, storage.at)).toMatchObject({ code: 0 });
  expect(uploads()).toBe(before + 1);
  for (const [name, { generation }] of objects) {
    if (name !== CURRENT) expect(storage.objects.get(name)?.generation).toBe(generation);
  }

  site.records.pop();
  const failed = await run(config, storage.at);
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.said.trim().split('\n').at(-1) ?? '')).toMatchObject({
    severity: 'ERROR',
    message: expect.stringMatching(/^the site is not made: alice: the records have 1 delegators/),
  });
  expect(uploads()).toBe(before + 1);
});
