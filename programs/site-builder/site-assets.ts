/** Style of what is ours in a page. It takes the theme's colours, so that it is light where the theme is, and dark. */
export const STYLE = `.payouts-scroll { overflow-x: auto; }
.payouts-scroll:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.payouts-table { border-collapse: collapse; font-variant-numeric: tabular-nums; min-width: 100%; }
.payouts-table caption { text-align: start; padding: 0.5rem 0; }
.payouts-table th, .payouts-table td { padding: 0.35rem 0.6rem; text-align: end; white-space: nowrap; border-bottom: 1px solid; border-bottom-color: color-mix(in srgb, currentColor 25%, transparent); }
.payouts-table th[scope="row"], .payouts-table th:first-child { text-align: start; }
.payouts-table tfoot { font-weight: bold; }
.payouts-paid { font-weight: bold; }
.payouts-estimated { font-style: italic; }
.payouts-notice { border: 2px solid currentColor; padding: 0.5rem 1rem; margin: 1rem 0; }
.payouts-downloads, .payouts-groups { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; list-style: none; padding: 0; }
.payouts-addresses { columns: 24rem; list-style: none; padding: 0; }
h1 code, .payouts-addresses code { overflow-wrap: anywhere; }
#payouts-search { margin: 1rem 0; }
#payouts-search label { display: block; }
#payouts-search input { font: inherit; width: min(100%, 26rem); padding: 0.4rem; }
#payouts-search button { font: inherit; padding: 0.4rem 0.8rem; }
.payouts-notes { font-size: 0.9em; margin-top: 2rem; }
.payouts-notes dt { font-weight: bold; }
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
  const pageOf = (baker, address) => root + '/' + baker + '/payouts/' + address + '/' + index;

  const say = (text) => {
    found.replaceChildren(text);
  };

  const show = (hits) => {
    const list = document.createElement('ul');
    for (const [baker, address] of hits) {
      const link = document.createElement('a');
      link.href = pageOf(baker, address);
      link.textContent = address + ' (' + baker + ')';
      const item = document.createElement('li');
      item.append(link);
      list.append(item);
    }
    found.replaceChildren(list);
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
    if (hits.length === 0) return say('No payout to this address is recorded.');
    if (hits.length === 1) return location.assign(pageOf(...hits[0]));
    show(hits.slice(0, 50));
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
