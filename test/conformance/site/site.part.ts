import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Part } from '../part';
import { judgeInBrowser } from './judge-browser';
import { judgeFaults, judgeTwoAtOnce } from './judge-faults';
import { judgeInput } from './judge-input';
import { judgeKills, judgeNews } from './judge-releases';
import { judgeForeignTheme, judgeThemes } from './judge-themes';
import { renderedSite } from './rendered-site';
import type { WorldParts } from './site-world';
import { judgeSpoilt } from './spoilt-builders';
import { storageServer } from './stored-objects';

/**
 * The payout site: themes of strangers in front of Jekyll itself, releases in front of a Cloud Storage with faults, and
 * pages in a browser.
 */
export const site: Part = { name: 'site', budgetSeconds: 120, run };

async function run(context: Context): Promise<void> {
  const { report, root } = context;
  const parts = await madeParts(context);
  // The machine has two cores, and who waits for a fault to pass needs none.
  await together([
    [
      () => judgeKills(report, parts),
      () => judgeNews(report, parts),
      () => judgeTwoAtOnce(report, parts),
      () => judgeInput(report, parts),
    ],
    [
      () => judgeThemes(context, parts.jekyll),
      () => judgeForeignTheme(report, parts),
      () => judgeSpoilt(report, parts, root),
    ],
    [() => judgeFaults(report, parts), () => judgeInBrowser(context, parts)],
  ]);
}

async function madeParts({ tools, report, root, scratch }: Context): Promise<WorldParts> {
  const jekyll = await tools.debian('jekyll', 'jekyll');
  for (const plugin of ['feed', 'seo-tag']) {
    await tools.debianFile(`ruby-jekyll-${plugin}`, `/usr/share/doc/ruby-jekyll-${plugin}/copyright`);
  }
  const { module, version, program: binary } = storageServer;
  const storage = await tools.goInstall(module, version, binary);
  report.version(binary, version);
  const folder = scratch('part-site');
  const { config, program: text } = renderedSite(root);
  const program = join(folder, 'site-builder.mjs');
  writeFileSync(program, text);
  return { folder, storage, program, jekyll, config };
}

/** Rows of checks, one after the other, beside each other. All come to their end before one that failed is told. */
async function together(rows: readonly (readonly (() => Promise<void>)[])[]): Promise<void> {
  const ends = await Promise.allSettled(
    rows.map(async (row) => {
      for (const check of row) await check();
    }),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
