import type { PayoutRecord, RecordsIndex, RowStatus } from '../payout-guard/payout-guard.contract';
import { ask } from '../runtime/ask-http';
import { integerIn, listIn, objectIn, textIn } from '../runtime/json';
import { type CheckedNames, cycleIn, operationIn } from './checked-names';
import { type CycleSource, leftOutStatus, type SiteCycle, type SiteRow, type SiteStatus } from './site-rows';
import { countedMutezIn } from './tez-text';

const TIMEOUT_MS = 60_000;
/** A cycle of 20,000 rows is some 10 MB. */
const MOST_BYTES = 64 * 1024 * 1024;

/** payout-guard's statuses in the site's words. Who must look at a held row is nobody's business but the baker's. */
const statuses: Readonly<Record<Exclude<RowStatus, 'left out'>, SiteStatus>> = {
  open: 'estimated',
  held: 'estimated',
  signed: 'sent',
  paid: 'paid',
};

export interface GuardParts {
  /** Start of the URL of its records. */
  readonly url: string;
  readonly chainId: string;
  readonly baker: { readonly name: string; readonly address: string };
  readonly names: CheckedNames;
}

/** What payout-guard has journalled for one baker: the one record that has seen operations become final. */
export class GuardSource implements CycleSource {
  readonly name = 'payout-guard';
  private cycles: ReadonlySet<number> | undefined;

  constructor(private readonly parts: GuardParts) {}

  async certain(): Promise<ReadonlySet<number>> {
    if (this.cycles) return this.cycles;
    const { chainId, baker } = this.parts;
    const index = objectIn(await this.get('/records')) as unknown as RecordsIndex;
    if (index.chainId !== chainId) throw new Error(`payout-guard is of chain ${index.chainId}, the site of ${chainId}`);
    const own = listIn(index.bakers)
      .map(objectIn)
      .find((each) => each.baker === baker.address);
    const cycles = own ? listIn(own.cycles).map((cycle) => cycleIn(cycle, 'payout-guard')) : [];
    this.cycles = new Set(cycles);
    return this.cycles;
  }

  async *read(): AsyncIterable<SiteCycle> {
    for (const cycle of await this.certain()) {
      const records = listIn(await this.get(`/records/${this.parts.baker.address}/${cycle}`)).map(objectIn);
      if (records.length === 0) throw new Error(`payout-guard names cycle ${cycle}, and has no row of it`);
      const known = records as unknown as PayoutRecord[];
      const own = withoutOldRecipients(known.filter(({ kind }) => kind === 'delegator reward'));
      const rows = own.map((record) => this.row(record, cycle));
      yield { cycle, source: this.name, rows, totals: [], problems: problemsIn(own) };
    }
  }

  /** Nothing that is answered is trusted to be of the contract's form. */
  private row(record: PayoutRecord, cycle: number): SiteRow {
    const where = `payout-guard, cycle ${cycle}`;
    if (record.chainId !== this.parts.chainId || record.cycle !== cycle)
      throw new Error(`${where}: a row of another one`);
    const delegator = this.parts.names.address(record.delegator, where);
    const status = statusOf(record, where);
    const fee = record.bakerFee === undefined ? undefined : countedMutezIn(record.bakerFee, where);
    const operation = operationIn(record.hash, where);
    const paid = record.paid === undefined ? undefined : countedMutezIn(objectIn(record.paid).amount, where);
    if (record.status === 'paid' && paid === undefined)
      throw new Error(`${where}: ${delegator} is paid, and it is not said what`);
    const timeMs = record.paidMs === undefined ? undefined : integerIn(objectIn(record), 'paidMs');
    return { delegator, reward: countedMutezIn(record.amount, where), fee, paid, status, operation, timeMs };
  }

  private async get(path: string): Promise<unknown> {
    const question = { method: 'GET', path, timeoutMs: TIMEOUT_MS, mostBytes: MOST_BYTES } as const;
    const { status, text } = await ask({ url: this.parts.url }, question).catch((error: Error) => {
      throw new Error(`payout-guard, ${path}: ${error.message}`);
    });
    if (status !== 200) throw new Error(`payout-guard, ${path}: it answered ${status}`);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`payout-guard, ${path}: ${(error as Error).message}`);
    }
  }
}

/** A row that was planned before the delegator named another recipient stays in the journal when that one is paid. */
function withoutOldRecipients(records: readonly PayoutRecord[]): PayoutRecord[] {
  const settled = records.filter(({ status }) => status === 'paid' || status === 'signed');
  const recipients = new Map(settled.map(({ delegator, recipient }) => [delegator, recipient]));
  return records.filter(({ status, delegator, recipient }) => {
    const other = status === 'open' || status === 'held' ? recipients.get(delegator) : undefined;
    return other === undefined || other === recipient;
  });
}

function statusOf(record: PayoutRecord, where: string): SiteStatus {
  const word = textIn(objectIn(record), 'status');
  // A person has said that it is paid, and has named no operation: nobody of ours has seen a block.
  if (word === 'paid' && !record.hash) return 'sent';
  if (word === 'left out') return leftOutStatus(record.reason ?? '');
  if (Object.hasOwn(statuses, word)) return statuses[word as keyof typeof statuses];
  throw new Error(`${where}: a row has the status ${word.slice(0, 40)}`);
}

/** A row is there once; what has left is not more than what was to be paid. */
function problemsIn(records: readonly PayoutRecord[]): string[] {
  const keys = records.map(({ delegator, recipient }) => `${delegator} ${recipient}`);
  const tooMuch = records.filter(({ paid, amount }) => paid !== undefined && BigInt(paid.amount) > BigInt(amount));
  return [
    ...(new Set(keys).size < keys.length ? ['The record has a row twice.'] : []),
    ...(tooMuch.length > 0 ? [`To ${tooMuch.length} delegators more was paid than was due.`] : []),
  ];
}
