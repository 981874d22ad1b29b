/**
 * Style of what is ours in a page. It takes the theme's colours, so that it is light where the theme is, and dark; a theme
 * may say `--payouts-ground`, its background, for what stays in place while a table is scrolled.
 */
export const STYLE = `.payouts-path { font-size: 0.9em; overflow-wrap: anywhere; }
.payouts-lead { font-size: 1.15em; }
.payouts-lead strong { font-size: 1.35em; font-variant-numeric: tabular-nums; white-space: nowrap; }
.payouts-facts { display: grid; gap: 0.25rem; margin: 1rem 0; }
.payouts-facts > div { display: grid; grid-template-columns: 7rem 1fr; align-items: baseline; }
.payouts-facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.payouts-facts dt, .payouts-table caption { font-size: 0.9em; opacity: 0.85; }
.payouts-scroll { overflow-x: auto; margin: 1rem 0; }
.payouts-scroll:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.payouts-table { border-collapse: collapse; font-variant-numeric: tabular-nums; min-width: 100%; }
.payouts-table caption { text-align: start; padding: 0.5rem 0; }
.payouts-table th, .payouts-table td { padding: 0.4rem 0.7rem; text-align: end; white-space: nowrap; border-bottom: 1px solid; border-bottom-color: color-mix(in srgb, currentColor 22%, transparent); }
.payouts-table th:first-child, .payouts-table :is(th, td):is(:nth-child(3), :nth-child(4), :nth-child(5)) { text-align: start; }
.payouts-table th:first-child { position: sticky; left: 0; background: var(--payouts-ground, inherit); padding-inline-start: 0; }
.payouts-table tbody th { font-weight: normal; }
.payouts-table tbody tr:hover > * { background: color-mix(in srgb, currentColor 7%, var(--payouts-ground, transparent)); }
.payouts-table thead, .payouts-table tfoot, .payouts-paid { font-weight: bold; }
.payouts-table tfoot :is(th, td) { border-bottom: 0; }
.payouts-paid::before { content: '\\2713\\00a0'; content: '\\2713\\00a0' / ''; }
.payouts-estimated { font-style: italic; }
@media (max-width: 40rem) {
  .payouts-table { font-size: 0.95em; }
  .payouts-table caption::after { content: ', more to the right \\2192'; }
  .payouts-table th, .payouts-table td { padding-inline: 0.35rem; }
  .payouts-table tbody th code { display: inline-block; max-width: 6.2rem; overflow: hidden; text-overflow: ellipsis; text-decoration: underline; vertical-align: bottom; }
}
.payouts-notice { border: 1px solid; border-inline-start-width: 0.4rem; padding: 0.5rem 1rem; margin: 1rem 0; overflow-wrap: anywhere; }
.payouts-notice > :first-child { margin-top: 0; }
.payouts-notice > :last-child { margin-bottom: 0; }
.payouts-downloads, .payouts-groups { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; list-style: none; padding: 0; }
.payouts-groups a, .payouts-downloads a, .payouts-addresses a { display: inline-block; padding: 0.2rem 0; }
.payouts-addresses { columns: 24rem; list-style: none; padding: 0; }
.payouts-bakers { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); list-style: none; padding: 0; }
.payouts-bakers > li { border: 1px solid; border-color: color-mix(in srgb, currentColor 30%, transparent); border-radius: 0.4rem; padding: 0.8rem 1rem; }
.payouts-bakers h3 { margin: 0; overflow-wrap: anywhere; }
h1 code { display: block; font-size: min(0.75em, 4vw); overflow-wrap: anywhere; }
.payouts-addresses code { overflow-wrap: anywhere; }
#payouts-search { margin: 1rem 0; }
#payouts-search label { display: block; margin-bottom: 0.25rem; }
#payouts-search input { box-sizing: border-box; font: inherit; font-family: ui-monospace, monospace; width: min(100%, 25rem); padding: 0.5rem; }
#payouts-search button { font: inherit; padding: 0.5rem 1rem; margin-block: 0.25rem; }
#payouts-found li { margin: 0.3rem 0; overflow-wrap: anywhere; }
.payouts-notes { font-size: 0.9em; margin-top: 2.5rem; border-top: 1px solid; border-top-color: color-mix(in srgb, currentColor 22%, transparent); }
.payouts-notes dt { font-weight: bold; }
.payouts-notes dd { margin: 0; }
@media (min-width: 40rem) {
  .payouts-notes dl { display: grid; grid-template-columns: 9rem 1fr; gap: 0.25rem 0; }
}
`;

/**
 * Script of our pages: search over one index, and the notice that the site is old. It asks this site alone, and keeps
 * nothing. What is shown is set as text, never as HTML.
 */
export const SCRIPT = `'use strict';
(() => {
  const { root, index } = document.currentScript.dataset;
  const found = document.getElementById('payouts-found');
  const form = document.getElementById('payouts-search');
  const MOST_HITS = 50;
  const pageOf = (baker, address) => root + '/' + baker + '/payouts/' + address + '/' + index;

  const say = (text) => {
    found.replaceChildren(text);
  };

  const show = (all, text) => {
    const hits = all.slice(0, MOST_HITS);
    const list = document.createElement('ul');
    for (const [baker, address] of hits) {
      const link = document.createElement('a');
      link.href = pageOf(baker, address);
      link.textContent = address;
      const item = document.createElement('li');
      item.append(link, ', delegator of ' + baker);
      list.append(item);
    }
    const some = hits.length < all.length ? ', the first ' + hits.length : '';
    const head = document.createElement('p');
    head.textContent = all.length + ' found that begin with ' + text + some + ':';
    found.replaceChildren(head, list);
  };

  let asked;
  const addresses = () => {
    asked ??= fetch(form.dataset.index)
      .then((answer) => {
        if (!answer.ok) throw new Error('the index is not there');
        return answer.json();
      })
      .catch((error) => {
        asked = undefined;
        throw error;
      });
    return asked;
  };

  const search = async (text) => {
    if (text.length < 4) return say('Write at least the first four letters of an address.');
    const bakers = await addresses();
    const hits = bakers.flatMap(({ baker, addresses }) =>
      addresses.filter((each) => each.startsWith(text)).map((each) => [baker, each]),
    );
    if (hits.length === 0) return say('No payout to this address is recorded. Whoever has begun to delegate gets the first reward some cycles later.');
    if (hits.length === 1) return location.assign(pageOf(...hits[0]));
    show(hits, text);
  };

  if (form) {
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      search(form.elements.address.value.trim()).catch(() => say('The search does not work just now. The lists below do.'));
    });
  }

  const age = document.getElementById('payouts-age');
  if (age) {
    fetch(root + '/current.json', { cache: 'no-store' })
      .then((answer) => answer.json())
      .then(({ checkedAt, staleSeconds }) => {
        const seconds = (Date.now() - Date.parse(checkedAt)) / 1000;
        if (!(seconds > staleSeconds)) return;
        age.textContent = 'This site has not been brought up to date since ' + checkedAt.slice(0, 16).replace('T', ' ') + ' UTC. Newer payouts may be missing.';
        age.hidden = false;
      })
      .catch(() => {});
  }
})();
`;
