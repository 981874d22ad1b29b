import { posix } from 'node:path';

/** Objects of a bucket, as somebody sees them who may read them all. */
export interface Seen {
  readonly objects: ReadonlyMap<string, { readonly body: Buffer }>;
  readonly names: readonly string[];
}

const LINK = /(?:href|src|data-index)="([^"]*)"|url=([^"]*)"/g;

/**
 * Links of the site that lead nowhere, as a visitor finds them who begins at the home page or at a page of 2019, and goes
 * wherever they lead within the site.
 */
export function deadLinks({ objects, names }: Seen, starts = ['index.html']): string[] {
  const dead: string[] = [];
  const entries = names.filter((name) => /^payouts\/\w+\.html$/.test(name));
  const left = [...starts.filter((name) => objects.has(name)), ...entries];
  const seen = new Set(left);
  for (let page = left.pop(); page !== undefined; page = left.pop()) {
    for (const [, plain, refresh] of (objects.get(page)?.body.toString('utf8') ?? '').matchAll(LINK)) {
      const link = plain ?? refresh;
      if (link === '' || /^(https?:|data:)/.test(link)) continue;
      const target = objectOf(page, link);
      if (!objects.has(target)) dead.push(`${page}: ${link}`);
      else if (!seen.has(target)) {
        seen.add(target);
        if (target.endsWith('.html')) left.push(target);
      }
    }
  }
  return dead;
}

function objectOf(page: string, link: string): string {
  const path = posix.join('/', posix.dirname(page), link).slice(1);
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}
