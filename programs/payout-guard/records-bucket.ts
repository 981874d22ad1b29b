import { integerIn, type Json, listIn, objectIn } from '../runtime/json';
import type { Log } from '../runtime/json-log';
import { AlreadyThere, type GoogleStorage } from './google-storage';
import type { PayoutRecord } from './payout-guard.contract';
import type { PaidRow } from './wallet-entries';

/** What a reconciliation has said, kept before it takes effect. */
export interface KeptReconciliation {
  readonly generation: number;
  readonly level: number;
  readonly hash: string;
  /** Unix milliseconds. */
  readonly timeMs: number;
  readonly paid: readonly PaidRow[];
}

export interface BucketParts {
  readonly storage: GoogleStorage;
  /** In front of every name. */
  readonly prefix: string;
  readonly chainId: string;
  readonly wallet: string;
  readonly log: Log;
}

type Folder = 'generations' | 'records';

const padded = (number: number) => `${number}`.padStart(10, '0');
/** What a guard calls its objects, behind their folder. */
const OWN_NAME = /^(\d{10})(?:-\w+)?\.json$/;
const READ_AT_ONCE = 8;
/** A bucket that does not answer is asked again after so long. Milliseconds. */
const AGAIN_MS = 30_000;

/** The copy of one wallet's paid rows outside the cluster, and the number of the newest reconciliation. */
export class RecordsBucket {
  /** As far as is known. */
  newestGeneration: number | undefined;
  /** At the last question; '' if it was answered. */
  problem = 'not asked yet';
  /** Operations whose rows are paid and not in the bucket yet; undefined until it has answered. */
  behind: number | undefined;
  private kept: Set<string> | undefined;
  private copying: Promise<void> | undefined;
  /** More was to be copied while a copy was under way. */
  private isOvertaken = false;
  private notBeforeMs = 0;

  constructor(private readonly parts: BucketParts) {}

  /** Number of the newest reconciliation of any guard, asked now: 0 if there was none. Throws where it is not known. */
  async newest(atLeast: number): Promise<number> {
    const { length } = this.folder('generations');
    const names = await this.asked(() => this.list('generations', padded(atLeast)));
    const numbers = names.map((name) => Number(OWN_NAME.exec(name.slice(length))?.[1]));
    this.newestGeneration = numbers.reduce((highest, each) => Math.max(highest, each), 0);
    return this.newestGeneration;
  }

  /** Throws AlreadyThere if another guard has taken the number, and else where it is not known to be kept. */
  async keep(reconciliation: KeptReconciliation): Promise<void> {
    const name = `${this.folder('generations')}${padded(reconciliation.generation)}.json`;
    await this.parts.storage.create(name, textOf(reconciliation));
    this.newestGeneration = reconciliation.generation;
  }

  /** The newest reconciliation; undefined if there was none. Throws where it cannot be read. */
  async lastReconciliation(): Promise<Pick<KeptReconciliation, 'generation' | 'level' | 'timeMs'> | undefined> {
    const generation = await this.newest(0);
    if (generation === 0) return undefined;
    return this.read(`${this.folder('generations')}${padded(generation)}.json`, (json) => ({
      generation,
      level: integerIn(json, 'level'),
      timeMs: integerIn(json, 'timeMs'),
    }));
  }

  /** Every row that was paid, by operations and by what people have said. Throws where one of them cannot be read. */
  async paidRows(): Promise<PaidRow[]> {
    const names = [...(await this.list('records')), ...(await this.list('generations'))];
    const rows: PaidRow[] = [];
    const paidIn = (json: Json) => listIn(json.paid).map(objectIn) as unknown as PaidRow[];
    for (let at = 0; at < names.length; at += READ_AT_ONCE) {
      const some = names.slice(at, at + READ_AT_ONCE);
      for (const paid of await Promise.all(some.map((name) => this.read(name, paidIn)))) rows.push(...paid);
    }
    return rows;
  }

  /** Copies what is paid and not there yet: an object for each operation. Never throws; tries again later. */
  async copy(records: readonly PayoutRecord[]): Promise<void> {
    if (this.copying) this.isOvertaken = true;
    if (this.copying || performance.now() < this.notBeforeMs) return;
    try {
      await this.complete(records);
    } catch (error) {
      this.notBeforeMs = performance.now() + AGAIN_MS;
      this.parts.log('WARNING', `records are not in the bucket: ${(error as Error).message}`);
    }
  }

  /** The same at once. When it resolves, all of them are there; throws where that is not known. */
  async complete(records: readonly PayoutRecord[]): Promise<void> {
    const before = this.copying;
    const turn = (async () => {
      await before?.catch(() => {});
      await this.copyMissing(records);
    })();
    this.copying = turn;
    try {
      await turn;
    } finally {
      if (this.copying === turn) this.copying = undefined;
      if (this.isOvertaken) this.behind = undefined; // until it is asked for again
      this.isOvertaken = false;
    }
  }

  private async copyMissing(records: readonly PayoutRecord[]): Promise<void> {
    const kept = this.kept ?? new Set(await this.asked(() => this.list('records')));
    this.kept = kept;
    const missing = [...byOperation(records, this.folder('records'))].filter(([name]) => !kept.has(name));
    this.behind = missing.length;
    for (const [name, rows] of missing) await this.asked(() => this.copyOne(name, rows));
  }

  private async copyOne(name: string, rows: readonly PayoutRecord[]): Promise<void> {
    const { storage, chainId, wallet } = this.parts;
    const [{ hash, level }] = rows;
    const paid = rows.map(paidRowOf);
    try {
      await storage.create(name, textOf({ chainId, wallet, hash, level, paid, records: rows }));
    } catch (error) {
      if (!(error instanceof AlreadyThere)) throw error; // else an earlier process has kept it
    }
    this.kept?.add(name);
    if (this.behind !== undefined) this.behind--;
  }

  /** Names of the guards' own objects, from a number on: what somebody else has put there is none of them. */
  private async list(kind: Folder, from = ''): Promise<string[]> {
    const folder = this.folder(kind);
    const names = await this.parts.storage.list(folder, `${folder}${from}`);
    return names.filter((name) => OWN_NAME.test(name.slice(folder.length)));
  }

  private async read<T>(name: string, of: (json: Json) => T): Promise<T> {
    const text = await this.parts.storage.read(name);
    try {
      return of(objectIn(JSON.parse(text)));
    } catch (error) {
      throw new Error(`${name} in the bucket cannot be read: ${(error as Error).message}`);
    }
  }

  private async asked<T>(question: () => Promise<T>): Promise<T> {
    try {
      const answer = await question();
      this.problem = '';
      return answer;
    } catch (error) {
      this.problem = (error as Error).message;
      throw error;
    }
  }

  private folder(kind: Folder): string {
    const { prefix, chainId, wallet } = this.parts;
    return `${prefix}${chainId}/${wallet}/${kind}/`;
  }
}

/** Rows that an operation has paid, by the name of their object. What a person has said is kept with the reconciliation. */
function byOperation(records: readonly PayoutRecord[], folder: string): Map<string, PayoutRecord[]> {
  const found = new Map<string, PayoutRecord[]>();
  for (const record of records) {
    const { status, hash, level } = record;
    if (status !== 'paid' || !hash || level === undefined) continue;
    const name = `${folder}${padded(level)}-${hash}.json`;
    found.set(name, [...(found.get(name) ?? []), record]);
  }
  return found;
}

function paidRowOf({ cycle, kind, delegator, recipient, paid, amount, hash, level, paidMs }: PayoutRecord): PaidRow {
  return {
    ...{ cycle, kind, delegator, recipient, amount: paid?.amount ?? amount },
    ...(hash === undefined ? {} : { hash }),
    ...(level === undefined ? {} : { level }),
    ...(paidMs === undefined ? {} : { timeMs: paidMs }),
  };
}

const textOf = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
