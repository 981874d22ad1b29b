import { readFileSync } from 'node:fs';
import { googleUrls } from '../runtime/google-hosts';
import { type Log, logTo } from '../runtime/json-log';
import { buildSite } from './build-site';
import { GoogleBucket } from './google-bucket';
import { SITE_BUILDER_CONFIG, type SiteBuilderConfig } from './site-builder.contract';

/** `site-builder [--config <file>]`: makes the site once; ends with 0 if the bucket holds it, with 1 if nothing is sure. */
async function main([flag, named]: string[], log: Log): Promise<void> {
  const file = flag === '--config' && named !== undefined ? named : SITE_BUILDER_CONFIG;
  const config = JSON.parse(readFileSync(file, 'utf8')) as SiteBuilderConfig;
  const urls = googleUrls();
  const archive = config.archive === undefined ? {} : { archive: new GoogleBucket(config.archive, urls) };
  await buildSite({ config, bucket: new GoogleBucket(config.bucket, urls), ...archive, log, nowMs: Date.now() });
}

const log = logTo((line) => process.stdout.write(line));
main(process.argv.slice(2), log).catch((error: Error) => {
  log('ERROR', `the site is not made: ${error.message}`);
  process.exitCode = 1;
});
