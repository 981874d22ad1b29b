import { execFile } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { markers, ROOT_MARKER, TEMPLATE_FOLDER } from './chrome';
import { ownConfig, takenConfig } from './theme-config';
import { FOREIGN_CONFIG, type ThemeFiles } from './theme-files';

/** Liquid can loop; a theme of a few pages takes seconds. */
const TIMEOUT_MS = 180_000;
const MOST_BYTES = 50 * 1024 * 1024;
/** YAML as data alone: no objects of Ruby, no aliases (a few lines of these can fill any memory). Dates become texts. */
const YAML_TO_JSON = 'puts JSON.generate(YAML.safe_load($stdin.read, permitted_classes: [Date, Time]))';

export interface JekyllParts {
  /** Path of its command. */
  readonly command: string;
  /** A folder of its own. */
  readonly work: string;
  readonly theme: ThemeFiles;
  /** `https://payouts.example.com`, without a path. */
  readonly url: string;
  /** Unix milliseconds. */
  readonly nowMs: number;
  /** For Jekyll; TIMEOUT_MS if nothing is said. */
  readonly timeoutMs?: number;
  /** Is told what of the theme's configuration is not used. */
  readonly tell: (sentence: string) => void;
}

/** Files that Jekyll has made of the theme and of a page with our markers, by path. */
export async function jekyllFiles(parts: JekyllParts): Promise<Map<string, Buffer>> {
  const { command, work, theme, url, nowMs, timeoutMs, tell } = parts;
  const [source, site, config] = [join(work, 'source'), join(work, 'built'), join(work, 'jekyll.yml')];
  rmSync(work, { recursive: true, force: true });
  for (const folder of [source, site]) mkdirSync(folder, { recursive: true });
  for (const [path, content] of theme) {
    if (path === FOREIGN_CONFIG) continue;
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), content);
  }
  writeFileSync(join(source, `${TEMPLATE_FOLDER}.html`), templatePage); // over a theme's, if it has one
  const foreign = theme.get(FOREIGN_CONFIG);
  const { taken, ignored } = takenConfig(foreign && (await yamlIn(foreign)));
  if (ignored.length > 0) tell(`of the theme's _config.yml these keys are not used: ${ignored.join(', ')}`);
  writeFileSync(config, ownConfig(taken, { url, baseurl: ROOT_MARKER, nowMs }));
  const words = ['build', '--safe', '--quiet', '--disable-disk-cache', '--source', source, '--destination', site];
  await run(command, [...words, '--config', config], { home: work, timeoutMs });
  return filesIn(site);
}

const templatePage = Buffer.from(`---
layout: default
title: ${markers.title}
permalink: /${TEMPLATE_FOLDER}/
---
${markers.content}
`);

async function yamlIn(text: Buffer): Promise<unknown> {
  const words = ['-ryaml', '-rjson', '-rdate', '-rtime', '-e', YAML_TO_JSON];
  const said = await run('ruby', words, { input: text }).catch((error: Error) => {
    throw new Error(`the theme's _config.yml cannot be read: ${error.message}`);
  });
  return JSON.parse(said) as unknown;
}

interface RunParts {
  readonly home?: string;
  readonly input?: Buffer;
  readonly timeoutMs?: number;
}

/** Neither gets to see what the pod's environment says, except where programs are. */
function run(command: string, words: string[], { home, input, timeoutMs = TIMEOUT_MS }: RunParts): Promise<string> {
  const env = {
    ...{ PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: home ?? '/nonexistent', LANG: 'C.UTF-8' },
    ...{ JEKYLL_ENV: 'production', JEKYLL_NO_BUNDLER_REQUIRE: 'true' },
  };
  return new Promise((resolve, reject) => {
    const options = {
      env,
      cwd: home ?? '/',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: 1024 * 1024,
    } as const;
    const child = execFile(command, words, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const why = error.killed ? `it did not end within ${timeoutMs / 1000} s` : stderr.trim().slice(-500);
      reject(new Error(`${command}: ${why || error.message}`));
    });
    child.stdin?.on('error', () => {}); // it has ended before it has read all
    child.stdin?.end(input);
  });
}

/** Regular files alone: a link is read by whoever follows it, and Jekyll's `--safe` should leave none. */
export function filesIn(folder: string): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    if (stat.isDirectory()) continue;
    if (!stat.isFile()) throw new Error(`${name} is no regular file`);
    bytes += stat.size;
    if (bytes > MOST_BYTES) throw new Error(`the theme makes more than ${MOST_BYTES} bytes`);
    found.set(relative(folder, path), readFileSync(path));
  }
  return found;
}
