import type { Chrome } from './chrome';
import { type CycleSummary, stateOf } from './cycle-pages';
import type { BakerSite } from './delegator-pages';
import { scrolled } from './payout-table';
import { NOT_FOUND, type SiteBuilderConfig, siteFolders } from './site-builder.contract';
import { SEARCH, type SiteFiles } from './site-files';
import { AGE_NOTICE, facts, footnotes, onChain, pathTo } from './site-html';
import { cycleFolder, groupFolder, groupOf, pageName, payoutsFolder, type SiteLinks } from './site-links';
import { tezText } from './tez-text';

/** What a baker's page shows. */
export interface BakerLists {
  /** Falling. */
  readonly cycles: readonly CycleSummary[];
  /** Rising. */
  readonly addresses: readonly string[];
}

/** A baker's page, and one for each group of delegators: from the home page an address is three clicks away. */
export function writeBaker(site: BakerSite, { cycles, addresses }: BakerLists): void {
  const { config, chrome, files, baker } = site;
  const groups = new Map<string, string[]>();
  for (const address of addresses) {
    const group = groups.get(groupOf(address)) ?? [];
    groups.set(groupOf(address), group);
    group.push(address);
  }
  for (const [letters, group] of groups) writeGroup(site, letters, group);
  const name = pageName(baker.name);
  const links = chrome.links(name);
  const each = [...groups].map(
    ([letters, { length }]) =>
      `<li><a href="${links.page(groupFolder(baker.name, letters))}">${letters}&hellip; (${length})</a></li>`,
  );
  const body = cycles.map(
    (summary) =>
      `<tr><th scope="row"><a href="${links.page(cycleFolder(baker.name, summary.cycle))}">${summary.cycle}</a></th><td>${tezText(String(summary.paid))}</td><td>${stateOf(summary)}</td><td>${summary.day}</td><td>${summary.sentRows} of ${summary.rows}</td><td>${tezText(String(summary.reward))}</td></tr>\n`,
  );
  const heads = ['Cycle', 'Paid, tez', 'State', 'Last payment', 'Delegators', 'Rewards after fee, tez'];
  const content = `${pathTo(links, [])}
<h1>Payouts of ${baker.name}</h1>
${AGE_NOTICE}
${facts([
  ['Baker', onChain(config, baker.address)],
  ['Sent in all', `${tezText(String(sentBy(cycles)))} tez`],
])}
<h2>Delegators by the first letters of their address</h2>
<ul class="payouts-groups">${each.join('')}</ul>
<h2>Cycles</h2>
${scrolled('Cycles, the newest first', { heads, body: body.join('') })}
${footnotes(config)}`;
  files.add(name, 'list', chrome.page({ name, title: `Payouts of ${baker.name}`, content }));
}

function writeGroup({ chrome, files, baker }: BakerSite, letters: string, addresses: readonly string[]): void {
  const name = pageName(groupFolder(baker.name, letters));
  const links = chrome.links(name);
  const each = addresses.map(
    (address) => `<li><a href="${links.page(payoutsFolder(baker.name, address))}"><code>${address}</code></a></li>`,
  );
  const content = `${pathTo(links, [[baker.name, baker.name]])}
<h1>Delegators whose address begins with ${letters}</h1>
<ul class="payouts-addresses">
${each.join('\n')}
</ul>`;
  const title = `Delegators of ${baker.name}: ${letters}`;
  files.add(name, 'leaf', chrome.page({ name, title, content, isListed: false }));
}

export interface HomeParts {
  readonly config: SiteBuilderConfig;
  readonly chrome: Chrome;
  readonly files: SiteFiles;
  /** In the order of the configuration. */
  readonly bakers: readonly { readonly name: string; readonly address: string; readonly lists: BakerLists }[];
}

/** The home page with the search, its index, and what is shown where there is no page. */
export function writeHome({ config, chrome, files, bakers }: HomeParts): void {
  const index = bakers.map(({ name, lists }) => ({ baker: name, addresses: lists.addresses }));
  const indexName = files.addData(SEARCH, 'json', `${JSON.stringify(index)}\n`);
  const name = pageName('');
  const links = chrome.links(name);
  const each = bakers.map((baker) => bakerCard(config, links, baker));
  const content = `<h1>Payouts to delegators</h1>
${AGE_NOTICE}
<form id="payouts-search" role="search" data-index="${links.file(indexName)}" hidden>
<label for="payouts-address">Your address, or how it begins</label>
<input id="payouts-address" name="address" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="60">
<button>Show what I was paid</button>
</form>
<div id="payouts-found" role="status"></div>
<h2>${bakers.length === 1 ? 'The baker' : 'Bakers'}</h2>
<p>A baker's page leads to every cycle, and by the first letters of an address to every delegator.</p>
<ul class="payouts-bakers">${each.join('\n')}</ul>
${footnotes(config)}`;
  files.add(name, 'home', chrome.page({ name, title: 'Payouts to delegators', content }));
  if (files.has(NOT_FOUND)) return; // the theme has its own
  const home = chrome.links(NOT_FOUND).page('');
  const nothing = `<h1>Nothing is here</h1>\n<p>The <a href="${home}">home page</a> leads to every cycle and every delegator.</p>`;
  files.add(
    NOT_FOUND,
    'home',
    chrome.page({ name: NOT_FOUND, title: 'Nothing is here', content: nothing, isListed: false }),
  );
}

function bakerCard(config: SiteBuilderConfig, links: SiteLinks, { name, address, lists }: HomeParts['bakers'][number]) {
  const { cycles, addresses } = lists;
  const last = cycles.find(({ sentRows }) => sentRows > 0);
  const day = last?.day ? `, on ${last.day}` : '';
  const payment = last
    ? `<a href="${links.page(cycleFolder(name, last.cycle))}">cycle ${last.cycle}</a>${day}`
    : 'nothing has been paid yet';
  return `<li><h3><a href="${links.page(name)}">${name}</a></h3>
${facts([
  ['Baker', onChain(config, address)],
  ['Delegators', String(addresses.length)],
  ['Last paid', payment],
  ['Sent in all', `${tezText(String(sentBy(cycles)))} tez`],
])}</li>`;
}

const sentBy = (cycles: readonly CycleSummary[]) => cycles.reduce((all, { paid }) => all + paid, 0n);

/** What takes the place of a page that no record supports any more: its address stays alive. */
export function writeGone({ config, chrome, files, baker }: BakerSite, name: string): void {
  const links = chrome.links(name);
  const content = `<h1>No payout is recorded here any more</h1>
<p>What was computed and never sent may vanish when it is computed anew. <a href="${links.page(baker.name)}">All payouts of ${baker.name}</a>.</p>
${footnotes(config)}`;
  files.add(name, 'leaf', chrome.page({ name, title: 'No payout is recorded here', content, isListed: false }));
}

/** The addresses of 2019, `/payouts/<address>.html`, lead to where the payouts are now. */
export function writeRedirect({ chrome, files, baker }: BakerSite, address: string): void {
  const name = `${siteFolders.old}/${address}.html`;
  const links = chrome.links(name);
  const target = links.page(payoutsFolder(baker.name, address));
  const head = `<meta http-equiv="refresh" content="0; url=${target}"><link rel="canonical" href="${target}">`;
  const content = `<h1>The payouts are elsewhere now</h1>\n<p><a href="${target}">Payouts to <code>${address}</code></a></p>`;
  files.add(name, 'entry', chrome.page({ name, title: `Payouts to ${address}`, content, isListed: false, head }));
}
