import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PATIENCE_MS, type View } from './browser-view';

/** What of the tables of these pages does not add up to the total that the page shows. */
export async function addedUp(view: View, folder: string, paths: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const path of paths) {
    await view.go(path);
    const [csv, json] = [await kept(view, folder, 'csv'), await kept(view, folder, 'json')];
    const own = path.includes('/payouts/') ? path.split('/').at(-2) : undefined;
    const sums = { page: await total(view), csv: sumOfCsv(csv), json: sumOfJson(json, own) };
    if (new Set(Object.values(sums)).size !== 1 || sums.page === 0n) {
      wrong.push(`${path}: mutez that were paid: ${sums.page} on the page, ${sums.csv} as CSV, ${sums.json} as JSON`);
    }
  }
  return wrong;
}

/** Text of the file that a click on the link keeps. */
async function kept(view: View, folder: string, ending: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const session = await view.page.createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder, eventsEnabled: true });
  const ended = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no ${ending} was kept`)), PATIENCE_MS);
    session.on('Browser.downloadProgress', ({ state }) => {
      if (state === 'inProgress') return;
      clearTimeout(late);
      resolve();
    });
  });
  await view.page.$eval(`.payouts-downloads a[href$=".${ending}"]`, (link) => (link as HTMLAnchorElement).click());
  await ended;
  await session.detach();
  const [name] = readdirSync(folder);
  if (!name?.endsWith(`.${ending}`) || /\.[0-9a-f]{32}\./.test(name))
    throw new Error(`what was kept is called ${name}`);
  return readFileSync(join(folder, name), 'utf8');
}

async function total(view: View): Promise<bigint> {
  return mutez(await view.text('.payouts-table tfoot td'));
}

const mutez = (tez: string) => BigInt(tez.replace('.', ''));

function sumOfCsv(text: string): bigint {
  const [header, ...lines] = text.trimEnd().split('\n');
  const at = header.split(',').indexOf('paid_tez');
  return lines.reduce((all, line) => all + mutez(line.split(',')[at] || '0'), 0n);
}

/** Of a cycle all rows; of a shard those of one address. */
function sumOfJson(text: string, address: string | undefined): bigint {
  const json = JSON.parse(text);
  const rows: { paidMutez?: string }[] = address === undefined ? json.rows : json[address];
  return rows.reduce((all, { paidMutez = '0' }) => all + BigInt(paidMutez), 0n);
}
