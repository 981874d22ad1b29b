type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** Keys of a theme's `_config.yml` that say how it looks. Whatever could make Jekyll do something is not among them. */
const allowed: ReadonlySet<string> = new Set([
  ...['title', 'description', 'tagline', 'lang', 'author', 'email', 'logo', 'header_pages', 'navigation', 'footer'],
  ...['minima', 'color_scheme', 'theme_settings', 'show_excerpts', 'show_downloads', 'social', 'social_links'],
  ...['github_username', 'twitter_username', 'rss', 'date_format'],
]);
const MOST_LETTERS = 20_000;
const MOST_DEPTH = 5;

/** What is taken of a theme's configuration, and the keys that are not. */
export interface TakenConfig {
  readonly taken: Readonly<Record<string, Plain>>;
  readonly ignored: readonly string[];
}

/** Of `_config.yml` as JSON. A foreign configuration is data: what is copied cannot name a plugin, a folder or a command. */
export function takenConfig(foreign: unknown): TakenConfig {
  if (foreign === null || foreign === undefined || foreign === false) return { taken: {}, ignored: [] };
  if (typeof foreign !== 'object' || Array.isArray(foreign)) throw new Error('_config.yml is no map');
  const entries = Object.entries(foreign as Record<string, unknown>);
  const taken = Object.fromEntries(entries.filter(([key]) => allowed.has(key))) as Record<string, Plain>;
  if (!isPlain(taken, 0)) throw new Error('_config.yml goes too deep');
  if (JSON.stringify(taken).length > MOST_LETTERS)
    throw new Error(`_config.yml says more than ${MOST_LETTERS} letters`);
  return { taken, ignored: entries.map(([key]) => key).filter((key) => !allowed.has(key)) };
}

function isPlain(value: unknown, depth: number): boolean {
  if (depth > MOST_DEPTH) return false;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every((each) => isPlain(each, depth + 1));
}

/** Plugins of Jekyll's own makers that are in our image, for the tags that themes use. */
const plugins = ['jekyll-feed', 'jekyll-seo-tag'];

export interface OwnConfig {
  readonly url: string;
  readonly baseurl: string;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/**
 * The only configuration that Jekyll gets. JSON is YAML. Ours stands behind what was taken: a key that stands in both is
 * ours. `whitelist` is what `--safe` goes by.
 */
export function ownConfig(taken: TakenConfig['taken'], { url, baseurl, nowMs }: OwnConfig): string {
  const config = {
    ...{ title: 'Payouts', lang: 'en' },
    // Without it minima lists every page in its head, in a time that grows with their cube.
    header_pages: ['index.html'],
    ...taken,
    ...{ url, baseurl, plugins, whitelist: plugins, safe: true, incremental: false, disable_disk_cache: true },
    ...{ plugins_dir: '_plugins', layouts_dir: '_layouts', includes_dir: '_includes', data_dir: '_data' },
    ...{ strict_front_matter: true, limit_posts: 100, show_drafts: false, unpublished: false },
    // What Jekyll takes for now stands in its feed, and in the foot of many themes. Where that changed with each run, so
    // would every page; a year is as much as anybody shows.
    ...{ time: `${new Date(nowMs).getUTCFullYear()}-01-01 00:00:00 +0000`, future: true, timezone: 'UTC' },
    liquid: { error_mode: 'lax', strict_filters: false, strict_variables: false },
    sass: { style: 'compressed', sourcemap: 'never' },
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
