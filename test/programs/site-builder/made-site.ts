import { createHash } from 'node:crypto';
import { encode, encodings } from '../../../model/tezos/base58check';
import type { PayoutRecord } from '../../../programs/payout-guard/payout-guard.contract';
import { serve } from '../../../programs/runtime/serve-http';
import { buildSite } from '../../../programs/site-builder/build-site';
import { markers, ROOT_MARKER } from '../../../programs/site-builder/chrome';
import type { Released } from '../../../programs/site-builder/release-site';
import type { SiteBuilderConfig } from '../../../programs/site-builder/site-builder.contract';
import { afterwards, temporaryFolder } from '../temporary';
import { BucketInMemory } from './bucket-in-memory';

export const CHAIN_ID = 'NetXdQprcVkpaWU';
export const BAKER = account(201);
const WALLET = account(202);
export const NOW = Date.parse('2026-11-29T12:00:00Z');
export const DAY_MS = 24 * 3600 * 1000;

/** An address of an account; another number, another one. */
export function account(number: number): string {
  const bytes = createHash('sha256').update(`account ${number}`).digest().subarray(0, 20);
  return encode(Uint8Array.from(bytes), encodings.tz1);
}

/** A hash as operations have them. */
export const operation = (number: number) =>
  `o${String(number + 1)
    .padStart(2, 'n')
    .padEnd(50, 'x')
    .replaceAll('0', 'o')}`;

/** What payout-guard has journalled of one delegator. */
export function record(cycle: number, number: number, more: Partial<PayoutRecord> = {}): PayoutRecord {
  const [delegator, amount] = [account(number), '1234567'];
  return {
    ...{ chainId: CHAIN_ID, wallet: WALLET, cycle, delegator, recipient: delegator, amount, bakerFee: '65000' },
    kind: 'delegator reward',
    status: 'paid',
    ...{ paid: { amount, fee: '500', burnt: '0' }, hash: operation(cycle), level: 1000 * cycle },
    ...{ postedMs: NOW, paidMs: NOW, failures: 0 },
    ...more,
  };
}

/** What Jekyll makes of a theme with one style sheet: its layout, with our markers in it. */
const builtTheme: ReadonlyMap<string, Buffer> = new Map(
  Object.entries({
    'payouts-template/index.html': `<!doctype html><html lang="en"><head><title>${markers.title}</title><link rel="stylesheet" href="${ROOT_MARKER}/assets/theme.css"></head><body><a href="${ROOT_MARKER}/">Payouts</a><main>${markers.content}</main></body></html>`,
    'assets/theme.css': 'body { margin: 0 }',
  }).map(([path, text]) => [path, Buffer.from(text)]),
);

/** A bakery's site: payout-guard's records, an archive, and the bucket that it lives in. */
export class MadeSite {
  readonly bucket = new BucketInMemory();
  readonly archive = new BucketInMemory();
  records: PayoutRecord[] = [];
  theme: ReadonlyMap<string, Buffer> = builtTheme;
  /** What Jekyll does. */
  build = async (): Promise<ReadonlyMap<string, Buffer>> => this.theme;
  /** Hears each path that is asked of payout-guard. */
  heard: (path: string) => void = () => {};
  nowMs = NOW;
  more: Partial<SiteBuilderConfig> = {};
  /** Said by the program. */
  readonly logged: string[] = [];
  /** Start of the URL of the records. */
  url = '';

  async start(): Promise<this> {
    const { port, close } = await serve(
      { port: 0, host: '127.0.0.1' },
      ({ path }) => {
        this.heard(path);
        const cycles = [...new Set(this.records.map(({ cycle }) => cycle))].sort((a, b) => a - b);
        const bakers = [{ baker: BAKER, name: 'alice', wallet: WALLET, cycles }];
        if (path === '/records') return { status: 200, json: { chainId: CHAIN_ID, bakers } };
        const [, cycle] = new RegExp(`^/records/${BAKER}/(\\d+)$`).exec(path) ?? [];
        if (cycle === undefined) return { status: 404, text: '' };
        return { status: 200, json: this.records.filter((each) => each.cycle === Number(cycle)) };
      },
      (error) => {
        throw error;
      },
    );
    afterwards(close);
    this.url = `http://127.0.0.1:${port}`;
    return this;
  }

  /** One run of the program. */
  run(): Promise<Released> {
    const { bucket, archive, nowMs, build } = this;
    const config: SiteBuilderConfig = {
      ...{ chain: { id: CHAIN_ID }, bakers: [{ name: 'alice', address: BAKER }], records: this.url, history: [] },
      ...{ archive: 'archive', bucket: 'site', address: { domain: { name: 'payouts.example.com' } } },
      ...{ explorer: 'https://tzkt.io', work: temporaryFolder(), jekyll: '/usr/bin/jekyll' },
      ...this.more,
    };
    const log = (_: string, message: string) => this.logged.push(message);
    return buildSite({ config, bucket, archive, nowMs, log, build });
  }

  /** Text of a page, by its folder. */
  page(folder: string): string {
    return this.bucket.text(`${folder}/index.html`);
  }
}
