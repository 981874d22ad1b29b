import { statfsSync } from 'node:fs';
import { type Labels, Metrics } from '../runtime/metrics-text';
import type { NodeChoice } from './node-choice';
import type { PayingWallet } from './paying-wallet';
import {
  payoutGuardMetrics as names,
  type RefusalReason,
  type RowStatus,
  refusals,
  stopReasons,
} from './payout-guard.contract';
import type { Position } from './wallet-entries';
import type { Row } from './wallet-rows';

/** What there is to see of a guard. */
export interface PayoutView {
  readonly wallets: readonly PayingWallet[];
  readonly nodes: NodeChoice;
  /** Of the journals. */
  readonly folder: string;
}

type Rows = readonly (readonly [Labels, number])[];

/** Where a request was about none of our wallets: whoever asks shall not make more names. */
export const NOBODY = '';

const answers = ['signed', 'stored', 'refused'] as const;
const unpaid: readonly RowStatus[] = ['open', 'signed', 'held'];

/** What a payout-guard counts. Every counter begins with 0: of one that comes with its first 1, no alert sees that it has risen. */
export class PayoutMetrics {
  private readonly metrics = new Metrics();
  private readonly requests = this.metrics.counter(names.requests, 'Requests to sign, by how they ended.');
  private readonly refusals = this.metrics.counter(names.refusals, 'What was refused, by reason.');

  constructor(
    wallets: readonly string[],
    private readonly view: () => PayoutView,
  ) {
    for (const wallet of [NOBODY, ...wallets]) {
      for (const answer of answers) this.requests({ wallet, answer }, 0);
      for (const reason of Object.keys(refusals)) this.refusals({ wallet, reason }, 0);
    }
    this.countState();
    this.countRows();
    this.countMoney();
    this.countAround();
  }

  get text(): string {
    return this.metrics.text;
  }

  answered(wallet: string, answer: (typeof answers)[number]): void {
    this.requests({ wallet, answer });
  }

  refused(wallet: string, reason: RefusalReason): void {
    this.refusals({ wallet, reason });
  }

  private perWallet(name: string, help: string, of: (wallet: PayingWallet) => number | undefined): void {
    this.metrics.gauge(name, help, () =>
      this.view().wallets.flatMap((wallet) => {
        const value = of(wallet);
        return value === undefined ? [] : [[{ wallet: wallet.config.address }, value] as const];
      }),
    );
  }

  private perWalletAnd(name: string, help: string, of: (wallet: PayingWallet) => Rows): void {
    this.metrics.gauge(name, help, () =>
      this.view().wallets.flatMap((wallet) =>
        of(wallet).map(([labels, value]) => [{ wallet: wallet.config.address, ...labels }, value] as const),
      ),
    );
  }

  private countState(): void {
    this.perWalletAnd(names.stopped, 'Whether nothing is signed until a person has looked.', ({ core }) =>
      Object.keys(stopReasons).map((reason) => [
        { reason },
        Number(core.state.stops.some((stop) => stop.reason === reason)),
      ]),
    );
    const ofPosition = (of: (position: Position) => number) => (wallet: PayingWallet) =>
      wallet.core.position && of(wallet.core.position);
    this.perWallet(
      names.counter,
      "Counter at the journal's last final block.",
      ofPosition(({ counter }) => Number(counter)),
    );
    this.perWallet(
      names.balance,
      'Balance at that block.',
      ofPosition(({ balance }) => Number(balance)),
    );
    this.perWallet(
      names.finalLevel,
      'Level of that block.',
      ofPosition(({ level }) => level),
    );
    this.perWallet(
      names.finalTime,
      'Time of that block.',
      ofPosition(({ timeMs }) => timeMs / 1000),
    );
    this.perWallet(names.generation, 'Number of the last reconciliation here.', ({ core }) => core.state.generation);
    this.perWallet(
      names.newestGeneration,
      'Number of the newest one of any guard.',
      ({ bucket }) => bucket.newestGeneration,
    );
  }

  private countRows(): void {
    this.perWalletAnd(names.rows, 'Rows, by what has become of them.', ({ status }) =>
      Object.entries(status.rows).map(([of, count]) => [{ status: of }, count]),
    );
    this.perWallet(names.oldestRow, 'How long the oldest row has been waiting.', ({ core }) => {
      const waiting = unpaidRows(core).map(({ postedMs }) => postedMs);
      return waiting.length === 0 ? 0 : (Date.now() - waiting.reduce((a, b) => Math.min(a, b))) / 1000;
    });
    this.perWallet(names.lastPaidCycle, 'Cycle up to which nothing is left to pay.', lastPaidCycle);
    this.perWallet(names.failedTransfers, 'Transfers that failed on the chain.', ({ core }) => core.state.failures);
    this.perWallet(
      names.foreignOperations,
      'Final operations that were not asked for here.',
      ({ core }) => core.state.foreignCount,
    );
  }

  private countMoney(): void {
    const total = (of: 'paid' | 'fees' | 'burnt') => (wallet: PayingWallet) => Number(wallet.core.state.totals[of]);
    this.perWallet(names.paid, 'Paid to recipients.', total('paid'));
    this.perWallet(names.fees, 'Fees of the operations.', total('fees'));
    this.perWallet(names.burnt, 'Burnt by them.', total('burnt'));
    this.perWallet(names.cycleTotal, 'All rows of the last cycle that has any.', ({ core }) => {
      const rows = core.state.rows.all;
      const last = highest(rows.map(({ cycle }) => cycle));
      return Number(rows.filter(({ cycle }) => cycle === last).reduce((sum, { amount }) => sum + amount, 0n));
    });
  }

  private countAround(): void {
    this.perWallet(names.journalBytes, 'Length of the journal.', ({ journal }) => journal?.bytes);
    this.perWallet(names.signerUp, 'Whether the signer has the key.', ({ signer }) => Number(signer.problem === ''));
    this.perWallet(names.recordsBehind, 'Paid operations that are not in the bucket.', ({ bucket }) => bucket.behind);
    const disk = (of: (disk: ReturnType<typeof statfsSync>) => number) => () =>
      [[{}, of(statfsSync(this.view().folder))]] as const;
    this.metrics.gauge(
      names.diskFree,
      "Free on the journals' disk.",
      disk(({ bavail, bsize }) => Number(bavail) * Number(bsize)),
    );
    this.metrics.gauge(
      names.diskSize,
      'Size of that disk.',
      disk(({ blocks, bsize }) => Number(blocks) * Number(bsize)),
    );
    this.metrics.gauge(names.nodeUp, 'Whether the node has answered when it was asked last.', () =>
      [...this.view().nodes.problems].map(([node, problem]) => [{ node }, Number(problem === '')] as const),
    );
  }
}

/** Rows that somebody waits for. */
function unpaidRows({ records, state }: PayingWallet['core']): Row[] {
  return state.rows.all.filter((row) => unpaid.includes(records.statusOf(row)));
}

/**
 * Undefined while no row is known. A cycle between others of which no row was ever posted is not paid: it counts until the
 * bakery file names a later one as its first.
 */
function lastPaidCycle({ core, config }: PayingWallet): number | undefined {
  const known = new Set(core.state.rows.all.map(({ cycle }) => cycle));
  if (known.size === 0) return undefined;
  const unfinished = new Set(unpaidRows(core).map(({ cycle }) => cycle));
  let next = [...known].reduce((a, b) => Math.min(a, b));
  next = Math.max(next, config.firstCycle);
  while (known.has(next) && !unfinished.has(next)) next++;
  return next - 1;
}

const highest = (numbers: readonly number[]) =>
  numbers.length === 0 ? undefined : numbers.reduce((a, b) => Math.max(a, b));
