import { objectIn } from '../runtime/json';
import { type CheckedNames, cycleIn, operationIn } from './checked-names';
import { csvRecords } from './csv-records';
import {
  type CycleSource,
  hasLeft,
  leftOutStatus,
  type RecordedTotal,
  type SiteCycle,
  type SiteRow,
  type SiteStatus,
  sum,
} from './site-rows';
import { countedMutezIn, mutezIn } from './tez-text';

export interface TezpayParts {
  /** Folder with the reports, without a slash at its end. */
  readonly folder: string;
  readonly baker: string;
  /** Names of objects that begin so. */
  readonly list: (prefix: string) => Promise<readonly string[]>;
  /** The whole text of an object. */
  readonly read: (name: string) => Promise<string>;
  readonly names: CheckedNames;
}

const columns = [
  ...['baker', 'timestamp', 'cycle', 'kind', 'op_kind', 'delegator', 'delegator_balance', 'amount'],
  ...['fee', 'op_hash', 'success', 'note'],
] as const;
type ReportLine = Record<(typeof columns)[number], string>;

/** What is read of a cycle's folder; tezpay leaves its `.lock` there too, also where it had nothing to pay. */
const reports: readonly string[] = ['payouts.csv', 'invalid.csv', 'summary.json'];

/**
 * Reports of tezpay (tez-capital/tezpay a02dfa3): a folder for each cycle, with payouts.csv if anything was to be paid, and
 * perhaps invalid.csv and summary.json. tezpay writes them in place, so that one may be torn: then the copy in the archive
 * is made anew.
 */
export class TezpaySource implements CycleSource {
  readonly name = 'tezpay';
  private files: ReadonlyMap<number, ReadonlySet<string>> | undefined;

  constructor(private readonly parts: TezpayParts) {}

  async certain(): Promise<ReadonlySet<number>> {
    return new Set((await this.listed()).keys());
  }

  async *read(): AsyncIterable<SiteCycle> {
    for (const [cycle, files] of await this.listed()) {
      try {
        yield await this.cycle(cycle, files);
      } catch (error) {
        throw new Error(`${this.parts.folder}/${cycle}: ${(error as Error).message}`);
      }
    }
  }

  /** Files by cycle. Dry runs lie in a folder that is no number. */
  private async listed(): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
    if (this.files) return this.files;
    const { folder, list } = this.parts;
    const found = new Map<number, Set<string>>();
    for (const name of await list(`${folder}/`)) {
      const [cycle, file, ...more] = name.slice(folder.length + 1).split('/');
      if (!/^\d+$/.test(cycle) || !reports.includes(file) || more.length > 0) continue;
      const number = cycleIn(cycle, folder);
      found.set(number, (found.get(number) ?? new Set()).add(file));
    }
    if (found.size === 0) throw new Error(`${folder}: no cycle lies there`);
    this.files = found;
    return found;
  }

  private async cycle(cycle: number, files: ReadonlySet<string>): Promise<SiteCycle> {
    const read = async (file: string) => (files.has(file) ? this.parts.read(this.path(cycle, file)) : undefined);
    const payouts = await read('payouts.csv');
    const sent = this.rows(cycle, payouts, 'payouts.csv');
    const invalid = this.rows(cycle, await read('invalid.csv'), 'invalid.csv');
    const summary = await read('summary.json');
    const totals = summary === undefined ? [] : totalsOf(summary, sent);
    if (payouts === undefined && totals.some(({ recorded }) => recorded > 0n))
      throw new Error('there is no payouts.csv, and summary.json says that something was sent');
    // A later run that pays what an earlier one could not leaves the list of that one as it is.
    const paid = new Set(sent.filter(hasLeft).map(({ delegator }) => delegator));
    return {
      cycle,
      source: this.name,
      rows: [...sent, ...invalid.filter(({ delegator }) => !paid.has(delegator))],
      totals,
      problems: summary === undefined ? ['There is no summary that its rows could be held against.'] : [],
    };
  }

  private path(cycle: number, file: string): string {
    return `${this.parts.folder}/${cycle}/${file}`;
  }

  /** Transfers of tez to delegators; the rest is the baker's own. */
  private rows(cycle: number, text: string | undefined, file: string): SiteRow[] {
    if (text === undefined) return [];
    return csvRecords(text, columns).flatMap((record, i) => {
      const where = `${file}, line ${i + 2}`;
      if (record.baker !== this.parts.baker)
        throw new Error(`${where}: it is of the baker ${record.baker.slice(0, 40)}`);
      if (cycleIn(record.cycle, where) !== cycle) throw new Error(`${where}: it is of cycle ${record.cycle}`);
      const isShown = record.kind === 'delegator reward' && record.op_kind === 'tez';
      return isShown ? [this.row(record, where)] : [];
    });
  }

  private row(record: ReportLine, where: string): SiteRow {
    const operation = operationIn(record.op_hash, where);
    const isSent = record.success === 'true';
    if (!isSent && record.success !== 'false') throw new Error(`${where}: success is neither true nor false`);
    if (isSent && operation === undefined) throw new Error(`${where}: it is sent, and has no operation`);
    // What is not sent may be less than its fee.
    const amount = mutezIn(record.amount, where);
    if (isSent && amount < 0n) throw new Error(`${where}: ${amount} mutez are below 0`);
    const reward = amount < 0n ? 0n : amount;
    const status: SiteStatus = isSent ? 'sent' : leftOutStatus(record.note);
    const timeMs = Date.parse(record.timestamp);
    return {
      delegator: this.parts.names.address(record.delegator, where),
      balance: countedMutezIn(record.delegator_balance, where),
      reward,
      fee: countedMutezIn(record.fee, where),
      status,
      ...(isSent ? { paid: reward, operation } : {}),
      ...(isSent && !Number.isNaN(timeMs) ? { timeMs } : {}),
    };
  }
}

/** tezpay adds up what it has sent in the same way (utils/payouts.go: GeneratePayoutSummary). */
function totalsOf(summary: string, sent: readonly SiteRow[]): RecordedTotal[] {
  const { distributed_rewards: recorded } = objectIn(JSON.parse(summary));
  const what = 'rewards that were sent';
  return [{ what, recorded: countedMutezIn(recorded, 'distributed_rewards'), rows: sum(sent, ({ paid }) => paid) }];
}
