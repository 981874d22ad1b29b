import { type ChildProcess, execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode, encodings } from '../../../model/tezos/base58check';
import type { SiteBuilderConfig } from '../../../programs/site-builder/site-builder.contract';
import { googleAt } from '../../kit/google-at';
import { deadLinks, type Seen } from '../../programs/site-builder/crawl';
import { freePorts } from '../cluster/processes';
import { FaultProxy } from './fault-proxy';
import { StoredObjects } from './stored-objects';

export interface WorldParts {
  readonly folder: string;
  /** Paths: of fake-gcs-server, of the site builder's module, and of Jekyll. */
  readonly storage: string;
  readonly program: string;
  readonly jekyll: string;
}

export const address = (number: number) => encode(new Uint8Array(20).fill(number), encodings.tz1);

/** The site builder as a process, Cloud Storage behind a proxy, and what was paid: Backerei's database in the archive. */
export class SiteWorld {
  private constructor(
    private readonly parts: WorldParts,
    readonly stored: StoredObjects,
    readonly proxy: FaultProxy,
    private readonly url: string,
  ) {}

  static async start(parts: WorldParts): Promise<SiteWorld> {
    const [port] = await freePorts(1);
    const stored = await StoredObjects.start(parts.storage, port, ['site', 'archive']);
    const proxy = new FaultProxy(port);
    return new SiteWorld(parts, stored, proxy, await proxy.listen());
  }

  async stop(): Promise<void> {
    this.proxy.close();
    await this.stored.stop();
  }

  /** From now on cycles 1 to this one are paid, to three delegators each, and in every cycle to one who is new. */
  async pay(cycles: number): Promise<void> {
    await this.stored.put('archive', 'payouts.json', databaseOf(cycles));
  }

  /** One run of the job; `after` so many uploads it is killed. Answers what it said, undefined if all went well. */
  async run(after?: number): Promise<string | undefined> {
    let child: ChildProcess | undefined;
    this.proxy.after =
      after === undefined ? undefined : { uploads: this.proxy.uploads + after, kill: () => child?.kill('SIGKILL') };
    const words = [this.parts.program, '--config', this.config()];
    const google = googleAt(Number(new URL(this.url).port)).env;
    const env = { ...google, PATH: process.env.PATH, HOME: this.parts.folder, LANG: 'C.UTF-8' };
    return new Promise((resolve) => {
      child = execFile(process.execPath, words, { env, timeout: 120_000 }, (error, stdout, stderr) => {
        resolve(error ? `${stdout.trim().split('\n').at(-1)} ${stderr}`.trim() || 'it was killed' : undefined);
      });
    });
  }

  async seen(): Promise<Seen> {
    const objects = await this.stored.all('site');
    return { objects, names: [...objects.keys()] };
  }

  async dead(): Promise<string[]> {
    return deadLinks(await this.seen());
  }

  /** Jekyll itself the first time; then what it has made, since it takes a second and always makes the same. */
  private config(): string {
    const { folder, jekyll } = this.parts;
    const work = join(folder, 'work');
    mkdirSync(work, { recursive: true });
    const config: SiteBuilderConfig = {
      ...{ chain: { id: 'NetXdQprcVkpaWU' }, bakers: [{ name: 'alice', address: address(99) }], bucket: 'site' },
      history: [{ baker: 'alice', backerei: { object: 'payouts.json', paid: 'final' } }],
      ...{ archive: 'archive', address: { domain: { name: 'payouts.example.com' } }, explorer: 'https://tzkt.io' },
      ...{ work, jekyll: this.keptJekyll(work) ?? jekyll },
    };
    const file = join(folder, 'site-builder.json');
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  private keptJekyll(work: string): string | undefined {
    const [built, kept, script] = [
      join(work, 'jekyll', 'built'),
      join(this.parts.folder, 'built'),
      join(this.parts.folder, 'kept.sh'),
    ];
    if (!existsSync(script) && !existsSync(built)) return undefined;
    if (!existsSync(script)) {
      writeFileSync(
        script,
        `#!/bin/sh\n[ -d ${kept} ] || exit 1\nwhile [ $# -gt 1 ]; do [ "$1" = --destination ] && cp -r ${kept}/. "$2"; shift; done\n`,
      );
      chmodSync(script, 0o755);
      cpSync(built, kept, { recursive: true });
    }
    return script;
  }
}

/** Sums that are right, rows that are final, an operation for each cycle. */
function databaseOf(cycles: number): string {
  const baker = { bondRewards: '0', feeRewards: '0', looseRewards: '0', totalRewards: '0' };
  const payoutsByCycle: Record<string, object> = {};
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const amount = `${1_000_000 + cycle}`;
    const row = {
      balance: '5000000000',
      estimatedRewards: amount,
      finalRewards: amount,
      payoutOperationHash: `o${'n'.repeat(50)}`,
    };
    const delegators = Object.fromEntries([1, 2, 100 + cycle].map((number) => [address(number), row]));
    const total = String(3n * BigInt(amount));
    payoutsByCycle[cycle] = {
      ...{ delegators, fee: { denominator: 10, numerator: 1 }, stakingBalance: '1', stolenBlocks: [] },
      ...{ estimatedBakerRewards: baker, finalBakerRewards: baker, estimatedTotalRewards: total },
      finalTotalRewards: { realized: total, paid: total, realizedDifference: '0', estimatedDifference: '0' },
    };
  }
  return JSON.stringify({ payoutsByCycle });
}
