import type { Bakery } from '../../model/bakery';
import { urlOf } from '../../model/components';
import { archiveBucket, siteBucket } from '../../model/google/names';
import { type HistoryDocument, type Site, shownBakers, siteAddress } from '../../model/site';
import type { History, SiteBuilderConfig } from '../../programs/site-builder/site-builder.contract';

/** Where the pages lie until they are in the bucket. */
export const WORK_DIR = '/work';

const JEKYLL = '/usr/bin/jekyll'; // Debian's

/** What the site builder of a bakery is told. */
export function siteBuilderConfig(bakery: Bakery): SiteBuilderConfig {
  const { network, settings, site } = bakery;
  if (!site) throw new Error(`${bakery.name} publishes nothing`);
  const shown = shownBakers(settings);
  const explorer = site.explorer ?? network.tzkt?.explorer;
  return {
    chain: { id: network.chainId },
    bakers: settings.bakers.filter(({ name }) => shown.includes(name)).map(({ name, address }) => ({ name, address })),
    records: urlOf(bakery, 'payout-guard', 'records'),
    history: site.history.map(historyOf),
    ...(site.history.length > 0 ? { archive: archiveBucket(bakery) } : {}),
    bucket: siteBucket(bakery),
    address: siteAddress(site),
    ...(explorer ? { explorer } : {}),
    ...indexerOf(bakery),
    ...themeOf(site),
    work: WORK_DIR,
    jekyll: JEKYLL,
  };
}

function historyOf({ baker, from: { backerei, tezpay } }: HistoryDocument): History {
  if (backerei) return { baker, backerei };
  return { baker, tezpay: { folder: `${tezpay?.folder}`.replace(/\/+$/, '') } };
}

/** TzKT's terms ask for a link where its numbers are shown; tezpay takes from it what a baker has earned, then as now. */
function indexerOf({ network, settings, site }: Bakery): Pick<SiteBuilderConfig, 'indexer'> {
  const { tzkt } = network;
  const isTezpay = settings.payouts?.tezpay !== undefined || site?.history.some(({ from }) => from.tezpay);
  return tzkt && isTezpay ? { indexer: { name: 'TzKT', url: tzkt.explorer } } : {};
}

function themeOf({ theme }: Site): Pick<SiteBuilderConfig, 'theme'> {
  if (!theme) return {};
  return { theme: { archive: theme.archive, sha256: theme.checksum.slice('sha256:'.length) } };
}
