import { siteFolders } from '../../programs/site-builder/site-builder.contract';
import { shownBakers, siteOf } from '../site';
import { isMainnet } from '../tezos/networks';
import { hasPublicHost, isPublicHost } from '../tezos/public-host';
import { onMainnet } from './edits';
import { type Edit, finding, type Rule } from './rule';

/** What there is to show. */
const paying: Edit = [
  [
    ['payouts'],
    {
      tezpay: {
        firstCycle: 900,
        donatePercent: 0,
        analytics: false,
        wallets: [{ baker: 'baker', feePercent: 5, maxTezPerCycle: 100 }],
      },
    },
  ],
];

const withDomain = (more: object = {}): Edit => [
  ...paying,
  [['site'], { domain: { name: 'payouts.example.com', ...more } }],
];
const withHistory = (...documents: readonly object[]): Edit => [
  ...paying,
  [['site'], { bucketOnly: { history: documents } }],
];

/** A second bakery of another baker, in a project of its own. */
const elsewhere: Edit = [
  [['google', 'project'], { existing: { id: 'other-project' } }],
  [
    ['bakers', 0],
    {
      name: 'baker',
      address: 'tz2Kk8Ej1zuULjpgv2HtnWxiPm4D1THvis1c',
      publicKey: 'sppk7ZNS9KaHKGQ5A32ZVQiqPCdhccZ7Eno6jTjUCrJS3zQyb3bGx91',
    },
  ],
  [['custody'], { hot: { secret: 'signing-keys' } }],
];

/**
 * What a load balancer refuses (Cloud Load Balancing, "Custom headers in backend services": limitations; backend buckets
 * have the same ones), or fills in by itself: braces are its variables.
 */
const REFUSED_HEADERS =
  /^(x-user-ip|cdn-loop|x-goog.*|x-gfe.*|x-amz-.*|keep-alive|transfer-encoding|te|connection|trailer|upgrade|host|content-length)$/i;
/** What each object brings along, by what it is: one for all of them would keep an old page for a year, or none. */
const OF_OBJECTS = /^(cache-control|content-type|content-encoding|etag|expires|age|location|set-cookie)$/i;
const takenPaths: readonly string[] = Object.values(siteFolders);
const MOST_HEADERS = 16;
const LONGEST_HEADERS = 8192;

/** Why a header is none that may be sent; undefined if it may. */
function headerProblem(name: string, value: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(name))
    return 'is not the name of a header; write letters, digits and dashes';
  if (REFUSED_HEADERS.test(name)) return 'is a header that load balancers set themselves; take it out';
  if (OF_OBJECTS.test(name)) return 'is what each object of the site has of its own; take it out';
  if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value) || /[{}]/.test(value))
    return 'is not a value of a header; write plain ASCII, without braces';
  return undefined;
}

/** Where the search, the looks and the notice of an old site come from: the site itself. */
const ownSources = ['script-src', 'style-src', 'connect-src'];

/** Which of these a Content-Security-Policy does not let a page load from its own site. */
function blockedBy(policy: string): string[] {
  const directives = new Map(
    policy.split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().toLowerCase().split(/\s+/);
      return [name, sources] as const;
    }),
  );
  return ownSources.filter((name) => {
    const sources = directives.get(name) ?? directives.get('default-src');
    return sources !== undefined && !sources.some((source) => ["'self'", '*'].includes(source));
  });
}

export const siteRules: readonly Rule[] = [
  {
    name: 'a payout site shows what is paid from here',
    reads: ['site', 'payouts'],
    find({ settings }) {
      const site = siteOf(settings);
      const message = 'shows the records of payouts, and there are none in this file; write payouts, or take it out';
      return finding(site?.path ?? [], site && !settings.payouts ? message : undefined, null);
    },
    broken: { by: [[['site'], 'bucketOnly']], says: 'shows the records of payouts, and there are none in this file' },
  },
  {
    name: 'on mainnet the payout site has a domain',
    reads: ['network', 'site'],
    severity: 'warning',
    find({ settings }) {
      const isBare = settings.site?.bucketOnly && isMainnet(settings);
      const message =
        "keeps the site at Google's own address, where links die with the project, and without the headers that keep visitors safe; write a domain";
      return finding(['site', 'bucketOnly'], isBare ? message : undefined, null);
    },
    broken: {
      by: [...onMainnet, ...paying, [['site'], 'bucketOnly']],
      says: "keeps the site at Google's own address, where links die with the project",
    },
  },
  {
    name: 'the domain of a payout site is one that the internet knows',
    reads: ['site'],
    find({ settings }) {
      const name = settings.site?.domain?.name;
      const isLocal = name !== undefined && !isPublicHost(name);
      const message = 'is known to no resolver of the internet; write a domain that is yours';
      return finding(['site', 'domain', 'name'], isLocal ? message : undefined);
    },
    broken: { by: withDomain({ name: 'payouts.internal' }), says: 'is known to no resolver of the internet' },
  },
  {
    name: 'a domain leads to one payout site',
    reads: ['site'],
    find(candidate, all) {
      const name = candidate.settings.site?.domain?.name;
      const other = all.find((each) => each !== candidate && name && each.settings.site?.domain?.name === name);
      const message = `is the domain of the site of ${other?.file} too; write another one, payouts2.example.org for one`;
      return finding(['site', 'domain', 'name'], other && message);
    },
    broken: {
      by: withDomain(),
      beside: [...elsewhere, ...withDomain()],
      says: 'too; write another one, payouts2.example.org for one',
    },
  },
  {
    name: 'headers of a payout site are such as a load balancer sends',
    reads: ['site'],
    find({ settings }) {
      const { headers = {} } = settings.site?.domain ?? {};
      const path = ['site', 'domain', 'headers'];
      const entries = Object.entries(headers);
      const known = entries.map(([name]) => name.toLowerCase());
      const found = entries.flatMap(([name, value], i) => {
        const isTwice = known.indexOf(name.toLowerCase()) < i;
        return finding([...path, name], headerProblem(name, value) ?? (isTwice ? 'stands here twice' : undefined));
      });
      const isLong = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0) > LONGEST_HEADERS / 2;
      const isMuch = entries.length > MOST_HEADERS / 2 || isLong;
      const message = `are more than a load balancer takes beside ours, ${MOST_HEADERS} of ${LONGEST_HEADERS} letters together; keep ${MOST_HEADERS / 2}`;
      return [...found, ...(found.length === 0 ? finding(path, isMuch ? message : undefined, null) : [])];
    },
    broken: {
      by: withDomain({ headers: { 'Cache-Control': 'max-age=60' } }),
      says: 'is what each object of the site has of its own; take it out',
    },
    alsoBroken: [
      { by: withDomain({ headers: { 'X-Goog-Meta': 'x' } }), says: 'is a header that load balancers set themselves' },
      { by: withDomain({ headers: { 'X Y': 'x' } }), says: 'is not the name of a header' },
      { by: withDomain({ headers: { 'X-Place': '{client_city}' } }), says: 'is not a value of a header' },
      { by: withDomain({ headers: { 'X-Y': 'a', 'x-y': 'b' } }), says: 'stands here twice' },
      {
        by: withDomain({ headers: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`X-${i}`, 'x'])) }),
        says: 'are more than a load balancer takes beside ours',
      },
    ],
  },
  {
    name: 'a Content-Security-Policy lets the payout site load what is its own',
    reads: ['site'],
    severity: 'warning',
    find({ settings }) {
      const entries = Object.entries(settings.site?.domain?.headers ?? {});
      return entries
        .filter(([name]) => name.toLowerCase() === 'content-security-policy')
        .flatMap(([name, policy]) => {
          const blocked = blockedBy(policy);
          const message = `takes the search from the payout site, or its looks: add 'self' to ${blocked.join(', ')}`;
          return finding(['site', 'domain', 'headers', name], blocked.length > 0 ? message : undefined, null);
        });
    },
    broken: {
      by: withDomain({
        headers: { 'content-security-policy': "default-src 'none'; style-src 'self' https://a.example" },
      }),
      says: "takes the search from the payout site, or its looks: add 'self' to script-src, connect-src",
    },
  },
  {
    name: 'a theme and an explorer are where the internet can see them',
    reads: ['site'],
    find({ settings }) {
      const site = siteOf(settings);
      const message = 'names a host that nobody outside knows; write one of the internet';
      const isHidden = (url: string | undefined) => url !== undefined && !hasPublicHost(url);
      return [
        ...finding([...(site?.path ?? []), 'theme', 'archive'], isHidden(site?.theme?.archive) ? message : undefined),
        ...finding([...(site?.path ?? []), 'explorer'], isHidden(site?.explorer) ? message : undefined),
      ];
    },
    broken: {
      by: withDomain({ theme: { archive: 'https://10.0.0.1/theme.tar.gz', checksum: `sha256:${'0'.repeat(64)}` } }),
      says: 'names a host that nobody outside knows',
    },
    alsoBroken: [
      { by: withDomain({ explorer: 'https://explorer.local' }), says: 'names a host that nobody outside knows' },
    ],
  },
  {
    name: 'what was paid before is of a baker who is paid for',
    reads: ['site', 'bakers[].name'],
    find({ settings }) {
      const site = siteOf(settings);
      const known = settings.bakers.map(({ name }) => name);
      return (site?.history ?? []).flatMap(({ baker }, i) => {
        const message = `is no baker of this file; write one of: ${known.join(', ')}`;
        return finding([...(site?.path ?? []), 'history', i, 'baker'], known.includes(baker) ? undefined : message);
      });
    },
    broken: {
      by: withHistory({ baker: 'bob', from: { tezpay: { folder: 'reports' } } }),
      says: '"bob" is no baker of this file; write one of: baker',
    },
  },
  {
    name: 'what was paid before is read once',
    reads: ['site'],
    find({ settings }) {
      const site = siteOf(settings);
      const places = (site?.history ?? []).map(({ from }) =>
        (from.backerei?.object ?? from.tezpay?.folder)?.replace(/\/+$/, ''),
      );
      return places.flatMap((place, i) => {
        const isSecond = places.indexOf(place) < i;
        const message = 'stands above already: what it says would be counted twice; take one of them out';
        return finding([...(site?.path ?? []), 'history', i, 'from'], isSecond ? message : undefined, null);
      });
    },
    broken: {
      by: withHistory(
        { baker: 'baker', from: { tezpay: { folder: 'reports' } } },
        { baker: 'baker', from: { tezpay: { folder: 'reports/' } } },
      ),
      says: 'stands above already: what it says would be counted twice',
    },
  },
  {
    name: 'a name in the addresses of a payout site is no other page',
    reads: ['site', 'payouts', 'bakers[].name'],
    find({ settings }) {
      if (!settings.site) return [];
      const shown = shownBakers(settings);
      return settings.bakers.flatMap(({ name }, i) => {
        const isTaken = shown.includes(name) && takenPaths.includes(name);
        const message =
          'is a folder of the payout site, where each baker has one of its own; give the baker another name';
        return finding(['bakers', i, 'name'], isTaken ? message : undefined);
      });
    },
    broken: {
      by: [
        [['bakers', 0, 'name'], 'payouts'],
        [['custody', 'homes', 'signers', 0, 'keys'], ['payouts']],
        [
          ['payouts'],
          {
            tezpay: {
              firstCycle: 900,
              donatePercent: 0,
              analytics: false,
              wallets: [{ baker: 'payouts', feePercent: 5, maxTezPerCycle: 100 }],
            },
          },
        ],
        [['site'], 'bucketOnly'],
      ],
      says: 'is a folder of the payout site, where each baker has one of its own',
    },
  },
];
