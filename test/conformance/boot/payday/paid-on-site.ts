import { cycleFolder, pageName } from '../../../../programs/site-builder/site-links';
import { tezText } from '../../../../programs/site-builder/tez-text';
import type { Scene } from '../scene';
import type { GoogleServices } from './google-services';
import type { Payer } from './paying-bakery';
import { completedJob } from './payout-job';
import { sentBy } from './wallet-on-chain';

/** As a cycle's page names the table that holds all of it. */
const CSV = /href="[./]*(data\/[^"]+\.csv)"/;

/** The site's job runs as rendered; then a delegator who looks up the cycle sees what the chain has of it. */
export async function cycleIsOnSite(scene: Scene, payer: Payer, google: GoogleServices): Promise<void> {
  const { bakery, report } = scene;
  const begin = Date.now();
  await completedJob(scene, 'payout-site', 'site');
  const site = await google.siteOf(bakery);
  const name = pageName(cycleFolder(payer.baker, payer.cycle));
  const page = textOf(site, name);
  const table = textOf(site, CSV.exec(page)?.[1] ?? 'a table that the page names');
  const { transfers } = await sentBy(scene);
  for (const [address, mutez] of payer.due) {
    const operation = transfers.get(address)?.[0]?.operation ?? '';
    const amount = tezText(String(mutez));
    mustHold(name, rowOf(page.split('<tr>'), address), [amount, '>paid<', operation.slice(0, 8)]);
    mustHold('the table of the cycle', rowOf(table.split('\n'), address), [amount, 'paid', operation]);
  }
  const seconds = ((Date.now() - begin) / 1000).toFixed(0);
  report.pass(
    `cycle ${payer.cycle} of ${bakery.name} is on its site as the chain has it (${seconds} s)`,
    payer.due.size,
  );
}

const rowOf = (rows: readonly string[], address: string) => rows.find((row) => row.includes(address)) ?? '';

function mustHold(where: string, row: string, texts: readonly string[]): void {
  const missing = texts.filter((text) => text === '' || !row.includes(text));
  if (missing.length > 0) throw new Error(`${where} lacks ${missing.join(', ')} in: ${row}`);
}

function textOf(site: ReadonlyMap<string, { readonly body: Buffer }>, name: string): string {
  const object = site.get(name);
  if (!object) throw new Error(`the site has no ${name}, but ${[...site.keys()].join(', ')}`);
  return object.body.toString();
}
