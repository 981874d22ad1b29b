import type { SiteBuilderConfig } from './site-builder.contract';
import type { SiteLinks } from './site-links';
import type { SiteStatus } from './site-rows';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter]);
}

/** What pages share. */
export interface PageContext {
  readonly config: Pick<SiteBuilderConfig, 'explorer' | 'indexer'>;
  readonly links: SiteLinks;
  readonly baker: { readonly name: string; readonly address: string };
}

/** An address, with a link to the explorer if there is one. */
export function onChain({ explorer }: PageContext['config'], address: string): string {
  const code = `<code>${address}</code>`;
  return explorer === undefined ? code : `<a href="${escaped(explorer)}/${address}">${code}</a>`;
}

/** Where a page is: what leads to it from the home page, as paths of folders and words. */
export function pathTo(links: SiteLinks, steps: readonly (readonly [folder: string, words: string])[]): string {
  const all = [['', 'Home'] as const, ...steps];
  const each = all.map(([folder, words]) => `<a href="${links.page(folder)}">${words}</a>`);
  return `<nav class="payouts-path" aria-label="Where you are">${each.join(' &rsaquo; ')}</nav>`;
}

/** Names and what they are, HTML: what a page says first. */
export function facts(all: readonly (readonly [name: string, html: string])[]): string {
  const each = all.map(([name, html]) => `<div><dt>${name}</dt><dd>${html}</dd></div>`);
  return `<dl class="payouts-facts">${each.join('')}</dl>`;
}

/** An object of data: what a person reads, and what the file is called that is kept of it. */
export interface Download {
  readonly name: string;
  readonly words: string;
  readonly file: string;
}

export function downloads(links: SiteLinks, files: readonly Download[]): string {
  const each = files.map(
    ({ name, words, file }) => `<li><a href="${links.file(name)}" download="${file}">${escaped(words)}</a></li>`,
  );
  return `<ul class="payouts-downloads">${each.join('')}</ul>`;
}

/** Sentences that say what is wrong with a cycle; '' if nothing is. */
export function problemNotice(problems: readonly string[]): string {
  if (problems.length === 0) return '';
  const each = problems.map((problem) => `<li>${escaped(problem)}</li>`).join('');
  return `<div class="payouts-notice"><p><strong>This cycle does not add up.</strong> Its numbers are shown as the record has them; ask the baker.</p><ul>${each}</ul></div>`;
}

/** The script shows it if the site is old. */
export const AGE_NOTICE = '<p id="payouts-age" class="payouts-notice" role="status" hidden></p>';

/** What the words of a table mean. */
export const meanings: Readonly<Record<SiteStatus, string>> = {
  estimated: 'computed, and not sent yet; it may still change',
  sent: 'signed, or a record says that it was sent; where an operation stands, it shows whether it was included',
  paid: "in a block that is final, seen by the baker's own node",
  'below minimum': 'too little to be sent',
  'not paid': 'left out for another reason; ask the baker',
};

/** What the words mean, how to check them, and whose numbers these are. */
export function footnotes({ explorer, indexer }: PageContext['config']): string {
  const words = Object.entries(meanings).map(([status, meaning]) => `<dt>${status}</dt><dd>${meaning}</dd>`);
  const check = explorer
    ? '<p>You need not believe this site: each operation leads to an explorer of the chain, where anybody can see it.</p>\n'
    : '';
  const credit = indexer ? `<p>Powered by <a href="${escaped(indexer.url)}">${escaped(indexer.name)} API</a></p>` : '';
  return `<section class="payouts-notes" aria-labelledby="payouts-words"><h2 id="payouts-words">What the words mean</h2>
<dl>${words.join('\n')}</dl>
${check}<p>These are rewards of those who delegate. Who stakes gets the rewards for it from the protocol itself: they are on the chain, and not on this site.</p>
${credit}</section>`;
}
