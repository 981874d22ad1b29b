import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { distObjects } from '../dist-objects';
import type { Context, Part } from '../part';
import { judgeReleases } from './judge-releases';
import { judgeThemes } from './judge-themes';

/** The Go module at a release that has `ifGenerationMatch` on uploads. */
const storage = { module: 'github.com/fsouza/fake-gcs-server', version: 'v1.56.1', program: 'fake-gcs-server' };

/** The payout site: themes of strangers in front of Jekyll itself, and releases in front of a Cloud Storage with faults. */
export const site: Part = { name: 'site', budgetSeconds: 120, run };

async function run(context: Context): Promise<void> {
  const { tools, report, root } = context;
  const jekyll = await tools.debian('jekyll', 'jekyll');
  for (const plugin of ['feed', 'seo-tag']) {
    await tools.debianFile(`ruby-jekyll-${plugin}`, `/usr/share/doc/ruby-jekyll-${plugin}/copyright`);
  }
  await judgeThemes(context, jekyll);
  const module = siteBuilder(
    root,
    context.bakeries.map(({ name }) => name),
  );
  if (module === undefined) return report.skip('releases of the site', 'no bakery has a site', 'another bakery');
  const folder = context.scratch('part-site');
  const program = join(folder, 'site-builder.mjs');
  writeFileSync(program, module);
  const server = await tools.goInstall(storage.module, storage.version, storage.program);
  report.version(storage.program, storage.version);
  await judgeReleases(context, { folder, storage: server, program, jekyll });
}

/** The program as dist/ holds it. */
function siteBuilder(root: string, bakeries: readonly string[]): string | undefined {
  const texts = bakeries.flatMap((bakery) =>
    distObjects(root, bakery).flatMap(({ manifest }) => (manifest as any).data?.['site-builder.mjs'] ?? []),
  );
  return texts[0];
}
