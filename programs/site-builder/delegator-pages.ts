import type { Chrome } from './chrome';
import { csvOf, jsonOf, type PublishedRow } from './published-rows';
import type { SiteBuilderConfig } from './site-builder.contract';
import type { SiteFiles } from './site-files';
import { AGE_NOTICE, downloads, footnotes, onChain, payoutTable } from './site-html';
import { groupFolder, groupOf, pageName, payoutsFolder } from './site-links';
import { sumOf } from './tez-text';

/** Of one baker. */
export interface BakerSite {
  readonly config: SiteBuilderConfig;
  readonly chrome: Chrome;
  readonly files: SiteFiles;
  readonly baker: { readonly name: string; readonly address: string };
}

/** Pages and tables of one shard of delegators. */
export function writeDelegators(
  site: BakerSite,
  shard: string,
  delegators: ReadonlyMap<string, readonly PublishedRow[]>,
) {
  const { files, baker } = site;
  const json = [...delegators].map(([address, rows]) => [address, rows.map(jsonOf)] as const);
  const shardName = files.addData(
    `${baker.name}/shards/${shard}`,
    'json',
    `${JSON.stringify(Object.fromEntries(json))}\n`,
  );
  for (const [address, rows] of delegators) writeDelegator(site, { address, rows, shard, shardName });
}

interface DelegatorParts {
  readonly address: string;
  readonly rows: readonly PublishedRow[];
  readonly shard: string;
  readonly shardName: string;
}

function writeDelegator(site: BakerSite, { address, rows, shard, shardName }: DelegatorParts): void {
  const { config, chrome, files, baker } = site;
  const csvName = files.addData(`${baker.name}/payouts/${shard}/${address}`, 'csv', csvOf(rows));
  const name = pageName(payoutsFolder(baker.name, address));
  const links = chrome.links(name);
  const totals = {
    reward: sumOf(rows.map(({ reward }) => reward)),
    paid: sumOf(rows.map(({ paid }) => paid)),
  };
  const content = `<nav class="payouts-path" aria-label="Where you are"><a href="${links.page('')}">Home</a> › <a href="${links.page(baker.name)}">${baker.name}</a> › <a href="${links.page(groupFolder(baker.name, groupOf(address)))}">${groupOf(address)}…</a></nav>
<h1>Payouts to <code>${address}</code></h1>
${AGE_NOTICE}
<p>By the baker ${onChain(config, baker.address)}. The account: ${onChain(config, address)}.</p>
${downloads(links, [
  [csvName, 'This table as CSV'],
  [shardName, 'As JSON, with some others'],
])}
${payoutTable({ config, links, baker }, { first: 'cycle', caption: 'Payouts, the newest cycle first', rows, totals })}
${footnotes(config)}`;
  files.add(name, 'leaf', chrome.page({ name, title: `Payouts to ${address}`, content, isListed: false }));
}
