import { GOOGLE_STORAGE } from '../runtime/google-hosts';

/** The site builder's configuration: one JSON file. */
export interface SiteBuilderConfig {
  readonly chain: { readonly id: string };
  /** In the order in which the site names them. A name is in every URL of its baker, for ever. */
  readonly bakers: readonly { readonly name: string; readonly address: string }[];
  /** Start of the URL of payout-guard's records: `http://payout-guard:8080`. */
  readonly records?: string;
  /** What was paid before payout-guard: objects of the archive bucket. */
  readonly history: readonly History[];
  /** The private bucket in which these objects are. */
  readonly archive?: string;
  /** The public bucket that the site lives in. */
  readonly bucket: string;
  readonly address: SiteAddress;
  /** Start of the explorer's URLs; behind a slash follow addresses and hashes of operations: `https://tzkt.io`. */
  readonly explorer?: string;
  /** Whom to thank for the numbers: their terms ask for it. */
  readonly indexer?: { readonly name: string; readonly url: string };
  /** How the site looks; without one as our own theme has it. */
  readonly theme?: Theme;
  /** A folder on a disk, which need not last: it takes the whole site, up to 2 GB with 20,000 delegators and 100 cycles. */
  readonly work: string;
  /** Path of Jekyll's command. */
  readonly jekyll: string;
}

/** Where visitors find it: below a domain of its own, or at the bucket's own address, which knows no index pages. */
export type SiteAddress = { readonly domain: { readonly name: string } } | { readonly bucketOnly: object };

/** Start of every absolute URL of the site, without a slash at its end. */
export function siteUrl(address: SiteAddress, bucket: string): string {
  return 'domain' in address ? `https://${address.domain.name}` : `${GOOGLE_STORAGE}/${bucket}`;
}

/** An archive (tar.gz) of a Jekyll theme, and the SHA-256 of it in hexadecimal digits. */
export interface Theme {
  readonly archive: string;
  readonly sha256: string;
}

/** Of one baker, by its name. */
export type History = { readonly baker: string } & (
  | {
      readonly backerei: {
        /** Backerei's database, one JSON document. */
        readonly object: string;
        /** Which rewards it has paid (`payEstimatedRewards`): its database does not say. */
        readonly paid: 'final' | 'estimated';
      };
    }
  | {
      readonly tezpay: {
        /** Its reports: `<folder>/<cycle>/payouts.csv`, `invalid.csv` and `summary.json`. */
        readonly folder: string;
      };
    }
);

/** Where the file is in the pod. */
export const SITE_BUILDER_CONFIG = '/etc/site-builder/site-builder.json';

/**
 * A job that has ended cannot be scraped. Its last success is what Kubernetes says
 * (`kube_cronjob_status_last_successful_time`), and `checkedAt` of the object CURRENT, which every success writes.
 */
export const CURRENT = 'current.json';

/** The page of a folder. */
export const INDEX_PAGE = 'index.html';

/** The page that is shown where there is none. */
export const NOT_FOUND = '404.html';

/**
 * Folders at the top of the site that no baker may be called like: of data, of the addresses of 2019, of the frame of our
 * pages while Jekyll builds it, and where themes have their files.
 */
export const siteFolders = { data: 'data', old: 'payouts', frame: 'payouts-template', theme: 'assets' } as const;

/** In front of the names of what never changes; everything else may. */
export const DATA_FOLDER = `${siteFolders.data}/`;

/** What a browser and Cloud CDN may keep, and for how long. */
export const cacheControl = {
  data: 'public, max-age=31536000, immutable',
  page: 'public, max-age=60',
  current: 'no-cache',
} as const;

/** A page for each delegator: more of them, and the site is not made. */
export const MOST_DELEGATORS = 20_000;

/**
 * Room of the folder `work`, MiB. A row takes some 1.1 KB in pages, tables and on its way there: this is for 3 million of
 * them and some more, 20,000 delegators in 150 cycles or 2,000 in 1,500. Whoever exceeds the room is evicted without a word.
 */
export const WORK_MIB = 4096;

/**
 * For Node. Rows of a cycle live until it is written: with the 16 MiB that Node has for what is young they would all grow
 * old, and what is old is collected slowly. It takes up to 192 MiB more.
 */
export const nodeOptions: readonly string[] = ['--max-semi-space-size=64'];

/** Visitors are told that the site is old when the last success is so long ago. Seconds; the job runs each hour. */
export const STALE_SECONDS = 12 * 3600;

/** Where scripts, styles, images and forms of our own pages may come from; for the header, or the page itself. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'";
