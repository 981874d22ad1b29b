import {
  CONTENT_SECURITY_POLICY,
  INDEX_PAGE,
  NOT_FOUND,
  type SiteAddress,
  siteUrl,
} from '../programs/site-builder/site-builder.contract';
import { siteBucket } from './google/names';
import { projectIdOf } from './google/project-id';
import type { BakerySettings } from './settings/bakery.settings';
import { chosen } from './settings/chosen';
import { payoutsOf } from './wallets';

type SiteSettings = NonNullable<BakerySettings['site']>;
export type DomainSettings = NonNullable<SiteSettings['domain']>;

/** A document of what was paid before. */
export type HistoryDocument = DomainSettings['history'][number];

/** The payout site: what the file says of it, at whichever address. */
export interface Site {
  /** Its section in the bakery file. */
  readonly path: readonly string[];
  /** Of the bakery's own domain; without it the bucket's address at Google is the site's. */
  readonly domain?: DomainSettings;
  readonly theme?: DomainSettings['theme'];
  readonly explorer?: string;
  readonly history: readonly HistoryDocument[];
}

/** The payout site of a file; undefined where nothing is published. */
export function siteOf({ site }: Pick<BakerySettings, 'site'>): Site | undefined {
  if (!site) return undefined;
  const { name, section } = chosen(site);
  const { theme, explorer, history } = section;
  return { path: ['site', name], ...(site.domain ? { domain: site.domain } : {}), theme, explorer, history };
}

/** What Cloud Storage looks for below an address that ends in a slash, and what it shows where there is nothing. */
export const sitePages = { mainPageSuffix: INDEX_PAGE, notFoundPage: NOT_FOUND } as const;

/** Names of the bakers whose payouts are shown, in the order of the file. */
export function shownBakers({ bakers, site, payouts }: Pick<BakerySettings, 'bakers' | 'site' | 'payouts'>): string[] {
  const paid = payoutsOf({ payouts })?.section.wallets.map(({ baker }) => baker) ?? [];
  const before = siteOf({ site })?.history.map(({ baker }) => baker) ?? [];
  return bakers.map(({ name }) => name).filter((name) => [...paid, ...before].includes(name));
}

/** Where visitors find the site. */
export function siteAddress({ domain }: Pick<Site, 'domain'>): SiteAddress {
  return domain ? { domain: { name: domain.name } } : { bucketOnly: {} };
}

/** The URL of the page that a visitor begins with; the bucket's own address knows no page of a folder. */
export function homePage(name: string, settings: Pick<BakerySettings, 'site' | 'google'>): string {
  const { domain } = settings.site ?? {};
  const bucket = siteBucket({ name, projectId: projectIdOf(settings) });
  return `${siteUrl(siteAddress({ domain }), bucket)}/${domain ? '' : INDEX_PAGE}`;
}

/**
 * Headers of every answer of a site with a domain: nothing from elsewhere is loaded, nobody shows the site inside of
 * another, and where a visitor goes is told to nobody. The bakery file may have others in their place.
 */
const securityHeaders: Readonly<Record<string, string>> = {
  'Strict-Transport-Security': 'max-age=31536000',
  'Content-Security-Policy': `${CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`, // the last part counts in no page's own words
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
};

/** `Name: value` of each, by name. */
export function siteHeaders({ headers }: Pick<DomainSettings, 'headers'>): string[] {
  const isReplaced = (name: string) => Object.keys(headers).some((own) => own.toLowerCase() === name.toLowerCase());
  const kept = Object.entries(securityHeaders).filter(([name]) => !isReplaced(name));
  return [...kept, ...Object.entries(headers)].map(([name, value]) => `${name}: ${value}`).sort();
}

/** Seconds that resolvers keep the site's records. */
export const SITE_TTL = 300;
/** Who may issue certificates for the domain: Google Trust Services, and nobody else. */
export const CERTIFICATE_AUTHORITY = '0 issue "pki.goog"';

/** A record of a domain as zone files have it. */
export function zoneRecord(domain: string, type: string, value: string): string {
  return `${domain}. ${SITE_TTL} IN ${type} ${value}`;
}
