import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDestination } from '../runtime/address-texts';
import type { Log } from '../runtime/json-log';
import { allCycles } from './all-cycles';
import { BACKEREI } from './backerei-source';
import { bakerName, CheckedNames } from './checked-names';
import type { Chrome } from './chrome';
import type { BakerFacts } from './current-release';
import { type CycleSummary, writeCycle } from './cycle-pages';
import { type BakerSite, type BakerTables, writeDelegator } from './delegator-pages';
import { Frame } from './frame';
import { GrowingText } from './growing-text';
import { jekyllFiles } from './jekyll';
import { type BakerLists, writeBaker, writeGone, writeHome, writeRedirect } from './list-pages';
import { makeChrome } from './make-chrome';
import { type Released, releaseSite } from './release-site';
import type { Bucket } from './site-bucket';
import { MOST_DELEGATORS, type SiteBuilderConfig, siteUrl } from './site-builder.contract';
import { SiteFiles } from './site-files';
import { sourcesOf } from './sources-of';
import { Spill } from './spill';
import { themeFiles } from './theme-files';

export interface SiteParts {
  readonly config: SiteBuilderConfig;
  /** The site's, and the archive's if there is one. */
  readonly bucket: Bucket;
  readonly archive?: Bucket;
  readonly log: Log;
  readonly nowMs: number;
  /** Files that Jekyll makes of the theme; by the real Jekyll if nothing is said. */
  readonly build?: (config: SiteBuilderConfig, log: Log, nowMs: number) => Promise<ReadonlyMap<string, Buffer>>;
}

/**
 * Makes the whole site anew of all records, and brings what has changed into the bucket. Throws where anything is not as
 * it must be: then the site is as it was, or a mix of whole pages that the next run brings together.
 */
export async function buildSite({ config, bucket, archive, log, nowMs, build = built }: SiteParts): Promise<Released> {
  for (const { name, address } of config.bakers) {
    bakerName(name);
    if (!isDestination(address)) throw new Error(`${name}: ${address} is no address`);
  }
  const site = join(config.work, 'site');
  for (const folder of [site, join(config.work, 'rows')]) rmSync(folder, { recursive: true, force: true });
  const files = new SiteFiles(site);
  const chromeOf = async () => makeChrome(config, await build(config, log, nowMs), files);
  const frame = new Frame(chromeOf(), files);
  try {
    const bakers = new Bakers({ config, frame, files, archive });
    for (const baker of config.bakers) await bakers.add(baker);
    const chrome = await frame.ready();
    writeHome({ config, chrome, files, bakers: bakers.listed });
    const replace = (name: string) => bakers.replace(name, chrome);
    return await releaseSite({ bucket, files, bakers: bakers.facts, replace, nowMs, log });
  } finally {
    await frame.settled();
    await files.close();
  }
}

/** What Jekyll makes of the configured theme. */
async function built({ theme, work, jekyll, address, bucket }: SiteBuilderConfig, log: Log, nowMs: number) {
  return jekyllFiles({
    command: jekyll,
    work: join(work, 'jekyll'),
    theme: await themeFiles(theme),
    url: siteUrl(address, bucket),
    nowMs,
    tell: (sentence) => log('WARNING', sentence),
  });
}

interface BakersParts {
  readonly config: SiteBuilderConfig;
  readonly frame: Frame;
  readonly files: SiteFiles;
  readonly archive: Bucket | undefined;
}

type NamedBaker = SiteBuilderConfig['bakers'][number];

/** The pages of one baker after the other. */
class Bakers {
  readonly listed: (NamedBaker & { readonly lists: BakerLists })[] = [];
  readonly facts: Record<string, BakerFacts> = {};
  private readonly names = new CheckedNames();
  private delegators = 0;
  private readonly text = new GrowingText();
  /** Of 2019: there was one baker, and a page for each of its delegators. */
  private readonly redirected = new Set<string>();

  constructor(private readonly parts: BakersParts) {}

  async add(baker: NamedBaker): Promise<void> {
    const tables = this.tables(baker);
    const { config, archive, frame, files } = this.parts;
    const spill = new Spill(join(config.work, 'rows', baker.name));
    const cycles: CycleSummary[] = [];
    const oldDelegators = new Set<string>();
    for await (const cycle of allCycles(sourcesOf({ config, baker, archive, names: this.names }))) {
      const { summary, rows, page } = writeCycle(tables, cycle);
      cycles.push(summary);
      spill.add(cycle.cycle, rows);
      this.mustBeFew(spill);
      if (cycle.source === BACKEREI) for (const { delegator } of cycle.rows) oldDelegators.add(delegator);
      await frame.add(page);
      await files.room();
    }
    const site = { ...tables, chrome: await frame.ready() };
    await this.writeDelegators(site, spill, oldDelegators);
    this.delegators += spill.size;
    const lists = { cycles: cycles.sort((a, b) => b.cycle - a.cycle), addresses: spill.addresses };
    writeBaker(site, lists);
    this.listed.push({ ...baker, lists });
    this.facts[baker.name] = factsOf(baker.address, cycles, spill.paid);
  }

  private async writeDelegators(site: BakerSite, spill: Spill, old: ReadonlySet<string>): Promise<void> {
    for (const address of old) {
      if (!this.redirected.has(address)) writeRedirect(site, address);
      this.redirected.add(address);
    }
    for (const delegator of spill.delegators()) {
      writeDelegator(site, delegator);
      await site.files.room();
    }
  }

  /** A page for one of ours that no record supports any more; false for what is none. */
  replace(name: string, chrome: Chrome): boolean {
    const [, baker] = /^([^/]+)\/(?:payouts|cycles|delegators)\/[^/]+\/index\.html$/.exec(name) ?? [];
    const known = this.parts.config.bakers.find((each) => each.name === baker);
    if (known) writeGone({ ...this.tables(known), chrome }, name);
    return known !== undefined;
  }

  private mustBeFew(spill: Spill): void {
    const count = this.delegators + spill.size;
    if (count <= MOST_DELEGATORS) return;
    throw new Error(
      `there are ${count} delegators or more, and the site has a page for each of ${MOST_DELEGATORS} at most`,
    );
  }

  private tables(baker: NamedBaker): BakerTables {
    const { config, files } = this.parts;
    return { config, files, text: this.text, baker };
  }
}

function factsOf(address: string, cycles: readonly CycleSummary[], delegators: number): BakerFacts {
  return {
    address,
    cycles: cycles.filter(({ sentRows }) => sentRows > 0).length,
    delegators,
    rows: cycles.reduce((rows, { sentRows }) => rows + sentRows, 0),
    sentMutez: String(cycles.reduce((mutez, { paid }) => mutez + paid, 0n)),
  };
}
