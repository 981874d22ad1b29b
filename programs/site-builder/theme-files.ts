import { createHash } from 'node:crypto';
import { defaultTheme } from './default-theme';
import type { Theme } from './site-builder.contract';
import { tarFiles } from './tar-files';

const MOST_ARCHIVE_BYTES = 20 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** Theme files by path. */
export type ThemeFiles = ReadonlyMap<string, Buffer>;

/**
 * Files of the theme, without what Ruby would run: Gemfile, gemspec, plugins, and whatever begins with a dot. Its own
 * `_config.yml` stays, to be read as data. Throws unless the archive is the one that the configuration names.
 */
export async function themeFiles(theme: Theme | undefined, download = downloaded): Promise<ThemeFiles> {
  if (!theme) return new Map(Object.entries(defaultTheme).map(([path, text]) => [path, Buffer.from(text)]));
  const archive = await download(theme.archive).catch((error: Error) => {
    throw new Error(`${theme.archive}: ${error.message}`);
  });
  const sha256 = createHash('sha256').update(archive).digest('hex');
  if (sha256 !== theme.sha256) throw new Error(`${theme.archive} has the SHA-256 ${sha256}, not ${theme.sha256}`);
  try {
    return harmless(tarFiles(archive));
  } catch (error) {
    throw new Error(`${theme.archive}: ${(error as Error).message}`);
  }
}

/** Where a theme's parts could make a program run, or stand for what is ours. Letters of either case: some disks know one. */
const REFUSED = /^(gemfile.*|gems\.(rb|locked)|rakefile|_plugins|_site|_config.*|node_modules|\..*|.*\.(rb|gemspec))$/i;
export const FOREIGN_CONFIG = '_config.yml';

export function harmless(files: ReadonlyMap<string, Buffer>): Map<string, Buffer> {
  const kept = [...files].filter(
    ([path]) => path === FOREIGN_CONFIG || !path.split('/').some((part) => REFUSED.test(part)),
  );
  return new Map(kept);
}

async function downloaded(url: string): Promise<Uint8Array> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok || !answer.body) throw new Error(`it answered ${answer.status}`);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
    parts.push(part);
    length += part.length;
    if (length > MOST_ARCHIVE_BYTES) throw new Error(`it has more than ${MOST_ARCHIVE_BYTES} bytes`);
  }
  return Buffer.concat(parts);
}
