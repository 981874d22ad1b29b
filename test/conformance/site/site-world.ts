import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteBuilderConfig, Theme } from '../../../programs/site-builder/site-builder.contract';
import { freePorts } from '../cluster/processes';
import { type Change, FaultProxy, type ProxyHooks } from './fault-proxy';
import { GuardStand } from './guard-stand';
import { backereiDocument, guardRecord, LAST_OF_BACKEREI, type Payer, paidRows } from './paid-history';
import { type Objects, StoredObjects } from './stored-objects';

export interface WorldParts {
  /** Its own, which is made. */
  readonly folder: string;
  /** Paths: of fake-gcs-server, of the site builder's module, and of Jekyll. */
  readonly storage: string;
  readonly program: string;
  readonly jekyll: string;
  /** As the pod has it, with Backerei's document in its history. */
  readonly config: SiteBuilderConfig;
}

export interface RunParts extends ProxyHooks {
  /** It is killed after a change of which this is true; nobody has heard of that change then. */
  readonly killWhen?: (change: Change) => boolean;
  /** What is otherwise in its configuration. */
  readonly config?: Partial<SiteBuilderConfig>;
  /** Another module in the place of the world's. */
  readonly program?: string;
}

/** What came of a run of the job. */
export interface Ran {
  readonly isKilled: boolean;
  /** Why it failed, in its own words; undefined if it ended well. */
  readonly error?: string;
  /** In this order. */
  readonly changes: readonly Change[];
}

/** More than any run takes that is not stuck; Cloud Storage that fails is asked again for 15 s. */
const TIMEOUT_MS = 300_000;
const DAY_MS = 24 * 3600 * 1000;

/** Loaded before the program: it is so many milliseconds later. */
const LATER_CLOCK = `const now = Date.now;
Date.now = () => now() + Number(process.env.SITE_LATER_MS);
`;

/** The site builder as a process, Cloud Storage behind a proxy, payout-guard's records, and what was paid before them. */
export class SiteWorld {
  /** How much later it is than on this machine. */
  days = 0;
  readonly guard: GuardStand;
  readonly payer: Payer;
  private records = '';
  private runs = 0;
  /** What Cloud Storage has answered in runs before. */
  private readonly answers: ConstructorParameters<typeof FaultProxy>[2] = new Map();

  private constructor(
    readonly parts: WorldParts,
    readonly stored: StoredObjects,
  ) {
    const { chain, bakers } = parts.config;
    this.payer = { chainId: chain.id, baker: bakers[0]! };
    this.guard = new GuardStand(this.payer);
  }

  static async start(parts: WorldParts): Promise<SiteWorld> {
    mkdirSync(parts.folder, { recursive: true });
    writeFileSync(join(parts.folder, 'later-clock.cjs'), LATER_CLOCK);
    const [port] = await freePorts(1);
    const { bucket, archive = '' } = parts.config;
    const world = new SiteWorld(parts, await StoredObjects.start(parts.storage, port!, [bucket, archive]));
    world.records = await world.guard.listen();
    return world;
  }

  async stop(): Promise<void> {
    this.guard.close();
    await this.stored.stop();
  }

  /** From now on cycles 1 to this one are paid. */
  async pay(cycles: number): Promise<void> {
    const rows = paidRows(cycles);
    const isOld = ({ cycle }: { cycle: number }) => cycle <= LAST_OF_BACKEREI;
    await this.stored.put(this.archive, this.document, backereiDocument(rows.filter(isOld)));
    this.guard.records = rows.filter((row) => !isOld(row)).map((row) => guardRecord(this.payer, row));
  }

  /** What the configuration says of a theme that is this archive; with the right checksum, if none is named. */
  async theme(archive: Buffer, sha256 = createHash('sha256').update(archive).digest('hex')): Promise<Theme> {
    const name = `themes/${sha256}.tar.gz`;
    await this.stored.put(this.archive, name, new Uint8Array(archive));
    return { archive: this.stored.url(this.archive, name), sha256 };
  }

  get archive(): string {
    return this.parts.config.archive ?? '';
  }

  /** Name of Backerei's document. */
  get document(): string {
    const [history] = this.parts.config.history;
    return history && 'backerei' in history ? history.backerei.object : '';
  }

  /** What visitors may get. */
  objects(bucket = this.parts.config.bucket): Promise<Objects> {
    return this.stored.all(bucket);
  }

  nowMs(): number {
    return Date.now() + this.days * DAY_MS;
  }

  /** The job, once. Several at once have folders of their own. */
  async run({ killWhen, config, program = this.parts.program, ...hooks }: RunParts = {}): Promise<Ran> {
    const folder = join(this.parts.folder, `run-${this.runs++}`);
    let end = () => {};
    const after = async (change: Change) => {
      await hooks.after?.(change);
      if (killWhen?.(change)) end();
    };
    const proxy = new FaultProxy(this.stored, { ...hooks, after }, this.answers);
    const host = (await proxy.listen()).replace('http://', '');
    const file = this.config(folder, config);
    const words = ['--require', join(this.parts.folder, 'later-clock.cjs'), program, '--config', file];
    let isKilled = false;
    const error = await new Promise<string | undefined>((resolve) => {
      // It ends with this process, however that ends.
      const child = execFile(
        'setpriv',
        ['--pdeathsig', 'KILL', process.execPath, ...words],
        { env: this.env(folder, host), timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 },
        (failure, stdout, stderr) => resolve(failure ? wordsOf(stdout, stderr) : undefined),
      );
      end = () => {
        isKilled = true;
        proxy.close();
        child.kill('SIGKILL');
      };
    });
    proxy.close();
    this.keepJekyll(folder);
    rmSync(folder, { recursive: true, force: true });
    return { isKilled, changes: proxy.changes, ...(isKilled || error === undefined ? {} : { error }) };
  }

  /** As the pod has it; and where Google is. */
  private env(folder: string, host: string): NodeJS.ProcessEnv {
    const google = { STORAGE_EMULATOR_HOST: host, GCE_METADATA_HOST: host };
    const ours = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', JEKYLL_NO_BUNDLER_REQUIRE: 'true' };
    return { ...google, ...ours, SITE_LATER_MS: String(this.days * DAY_MS) };
  }

  private config(folder: string, more: Partial<SiteBuilderConfig> = {}): string {
    const work = join(folder, 'work');
    mkdirSync(work, { recursive: true });
    const { jekyll } = this.parts;
    const config: SiteBuilderConfig = {
      ...{ ...this.parts.config, records: this.records, work },
      jekyll: existsSync(this.kept) ? join(this.parts.folder, 'kept.sh') : jekyll,
      ...more,
    };
    const file = join(folder, 'site-builder.json');
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  private get kept(): string {
    return join(this.parts.folder, 'kept');
  }

  /** Jekyll itself the first time; then what it has made, since it takes a second, and of the same makes the same. */
  private keepJekyll(folder: string): void {
    const built = join(folder, 'work', 'jekyll', 'built');
    if (existsSync(this.kept) || !existsSync(join(built, 'payouts-template', 'index.html'))) return;
    const script = join(this.parts.folder, 'kept.sh');
    const copy = `while [ $# -gt 1 ]; do [ "$1" = --destination ] && cp -r ${this.kept}/. "$2"; shift; done`;
    writeFileSync(script, `#!/bin/sh\n${copy}\n`);
    chmodSync(script, 0o755);
    cpSync(built, `${this.kept}.new`, { recursive: true });
    renameSync(`${this.kept}.new`, this.kept);
  }
}

/** The last that it has logged, and what Node says of an end that was not its own. */
function wordsOf(stdout: string, stderr: string): string {
  const last = stdout.trim().split('\n').at(-1) ?? '';
  try {
    return (JSON.parse(last) as { message: string }).message;
  } catch {
    return `${last} ${stderr}`.trim() || 'it was ended';
  }
}
