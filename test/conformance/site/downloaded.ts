import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PATIENCE_MS, type View } from './browser-view';

/** What of the tables of these pages does not add up to the total that the page shows. JSON is of cycles alone. */
export async function addedUp(view: View, folder: string, paths: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const path of paths) {
    await view.go(path);
    const sums: [where: string, mutez: bigint][] = [['on the page', await total(view)]];
    sums.push(['as CSV', sumOfCsv(await kept(view, folder, 'csv'))]);
    if (path.includes('/cycles/')) sums.push(['as JSON', sumOfJson(await kept(view, folder, 'json'))]);
    const [[, shown]] = sums;
    if (shown === 0n || sums.some(([, each]) => each !== shown)) {
      wrong.push(`${path}: mutez that were paid: ${sums.map(([where, each]) => `${each} ${where}`).join(', ')}`);
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

function sumOfJson(text: string): bigint {
  const { rows } = JSON.parse(text) as { rows: { paidMutez?: string }[] };
  return rows.reduce((all, { paidMutez = '0' }) => all + BigInt(paidMutez), 0n);
}
