import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../../../programs/runtime/serve-http';
import { buildSite } from '../../../programs/site-builder/build-site';
import type { SiteAddress, SiteBuilderConfig } from '../../../programs/site-builder/site-builder.contract';
import { BucketInMemory } from '../../programs/site-builder/bucket-in-memory';
import { backereiDatabase, bakers, CHAIN_ID, recordedCycles, recordsOf, tezpayReports } from './browsed-payouts';
import { SiteServer } from './site-server';

export interface BrowsedParts {
  /** Of its own. */
  readonly folder: string;
  readonly jekyll: string;
  readonly address: SiteAddress;
  /** Unix milliseconds: when the job ran. */
  readonly nowMs: number;
}

/** The site of two bakers, as the site builder makes it with Jekyll itself, and as visitors see its bucket. */
export class BrowsedSite {
  private constructor(
    private readonly server: SiteServer,
    /** Start of the URL, without a slash at its end. */
    readonly url: string,
  ) {}

  static async start({ folder, jekyll, address, nowMs }: BrowsedParts): Promise<BrowsedSite> {
    const [bucket, archive, name] = [new BucketInMemory(), new BucketInMemory(), 'alice-payouts'];
    archive.put('backerei.json', backereiDatabase());
    for (const [report, text] of tezpayReports('reports')) archive.put(report, text);
    const guard = await serveRecords();
    mkdirSync(folder, { recursive: true });
    const config: SiteBuilderConfig = {
      ...{ chain: { id: CHAIN_ID }, bakers, records: guard.url, archive: 'archive', bucket: name, address },
      history: [
        { baker: bakers[0].name, backerei: { object: 'backerei.json', paid: 'final' } },
        { baker: bakers[1].name, tezpay: { folder: 'reports' } },
      ],
      ...{ explorer: 'https://tzkt.io', indexer: { name: 'TzKT', url: 'https://tzkt.io' } },
      ...{ work: join(folder, 'work'), jekyll },
    };
    try {
      await buildSite({ config, bucket, archive, nowMs, log: () => {} });
    } finally {
      await guard.close();
    }
    const server = new SiteServer(bucket, address, name);
    return new BrowsedSite(server, await server.listen());
  }

  /** From now on what it serves has a mistake; without one again, if none is given. */
  set spoil(change: ((name: string, text: string) => string) | undefined) {
    this.server.spoil = change;
  }

  close(): void {
    this.server.close();
  }
}

/** payout-guard's records, in its stead. */
async function serveRecords() {
  const [{ address: baker, name }] = bakers;
  const { port, close } = await serve(
    { port: 0, host: '127.0.0.1' },
    ({ path }) => {
      const index = [{ baker, name, wallet: '', cycles: recordedCycles }];
      if (path === '/records') return { status: 200, json: { chainId: CHAIN_ID, bakers: index } };
      const cycle = recordedCycles.find((each) => path === `/records/${baker}/${each}`);
      return cycle === undefined ? { status: 404, text: '' } : { status: 200, json: recordsOf(cycle) };
    },
    (error) => {
      throw error;
    },
  );
  return { url: `http://127.0.0.1:${port}`, close };
}
