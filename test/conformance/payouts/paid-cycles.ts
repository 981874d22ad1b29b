import type { DueRow, GuardedWallet } from './guarded-wallet';
import { reconcileAsPerson } from './informed-person';
import { type MoneyFault, moneyFaults } from './money-faults';
import { paid } from './money-moves';
import { type MoneyWorld, wait } from './money-world';

export interface PayoutTally {
  cycles: number;
  reconciled: number;
  runs: number;
  readonly faults: Map<string, number>;
  /** Rows that were open, and nothing said so. */
  readonly unalerted: string[];
  /** Cycles that could not be paid when nothing was wrong any more. */
  readonly unfinished: string[];
}

export interface CyclesRun {
  readonly cycles: number;
  /** By performance.now(): no new cycle is begun after it. */
  readonly untilMs: number;
  readonly faults?: readonly MoneyFault[];
}

/** After a fault a cycle is paid within so long, or never. */
const HEALED_MS = 45_000;

/** Every wallet pays cycle after cycle, each with a fault, until there are enough. */
export async function playCycles(world: MoneyWorld, run: CyclesRun): Promise<PayoutTally> {
  const tally = madeTally();
  const deck = new Deck(run.faults ?? moneyFaults);
  let begun = 0;
  const play = async (wallet: GuardedWallet) => {
    while (begun < run.cycles && performance.now() < run.untilMs && tally.unfinished.length === 0) {
      begun++;
      await playCycle(wallet, deck.next(), tally);
    }
    tally.runs += wallet.runs;
  };
  await Promise.all(world.wallets.map(play));
  return tally;
}

export const madeTally = (): PayoutTally => ({
  ...{ cycles: 0, reconciled: 0, runs: 0 },
  ...{ faults: new Map(), unalerted: [], unfinished: [] },
});

/** Every fault comes once before any comes again. */
class Deck {
  private left: MoneyFault[] = [];

  constructor(private readonly faults: readonly MoneyFault[]) {}

  next(): MoneyFault {
    if (this.left.length === 0) this.left = [...this.faults].sort(() => Math.random() - 0.5);
    return this.left.pop() as MoneyFault;
  }
}

/** One cycle of a wallet, a fault in it, and the time after it. */
export async function playCycle(
  wallet: GuardedWallet,
  fault: MoneyFault,
  tally: PayoutTally,
  healedMs = HEALED_MS,
): Promise<void> {
  const rows = wallet.addCycle();
  const name = `wallet ${wallet.index}, cycle ${rows[0].cycle}, ${fault.name}`;
  await wallet.post(rows);
  try {
    await fault.run(wallet, rows);
  } catch (error) {
    tally.unfinished.push(`${name}: ${(error as Error).message}`);
    return;
  }
  tally.faults.set(fault.name, (tally.faults.get(fault.name) ?? 0) + 1);
  if (!(await isAlerted(wallet, rows))) tally.unalerted.push(name);
  if (await heal(wallet, rows, tally, healedMs)) tally.cycles++;
  else tally.unfinished.push(`${name}: ${await words(wallet)}`);
}

/** Whoever looks at the metrics hears of a cycle that is not paid: it is late, rows wait, or the wallet is stopped. */
async function isAlerted(wallet: GuardedWallet, rows: readonly DueRow[]): Promise<boolean> {
  try {
    const isLate = (await wallet.metric('lastPaidCycle')) < rows[0].cycle;
    if (isLate || (await wallet.metric('oldestRow')) > 0 || (await wallet.metric('stopped')) > 0) return true;
    const known = await wallet.rows(); // asked last: a block may have come meanwhile
    const isPaid = ({ cycle, recipient }: DueRow) =>
      known.some((row) => row.cycle === cycle && row.recipient === recipient && row.status === 'paid');
    return rows.every(isPaid);
  } catch {
    return true; // it is down, which is an alert of its own
  }
}

/** The engine comes again and again, and a person where one is asked for, until all rows are paid. */
async function heal(
  wallet: GuardedWallet,
  rows: readonly DueRow[],
  tally: PayoutTally,
  healedMs: number,
): Promise<boolean> {
  const endMs = performance.now() + healedMs;
  const reconciles = async () => {
    if (await reconcileAsPerson(wallet, endMs - performance.now())) tally.reconciled++;
  };
  for (; performance.now() < endMs; await wait(150)) {
    if (!wallet.guard?.isRunning) {
      wallet.startGuard();
      await wallet.answers();
    }
    const status = await wallet.status().catch(() => undefined);
    if (status?.stopped) await reconciles();
    const known = await wallet.post(rows);
    if (!known) continue;
    if (known.every((row) => row.status === 'paid')) return true;
    if (known.some((row) => row.status === 'open')) await paid(wallet);
    else if (known.some((row) => row.status === 'held')) await reconciles();
  }
  return false;
}

async function words(wallet: GuardedWallet): Promise<string> {
  const status = await wallet.status().catch((error: Error) => error.message);
  return `${JSON.stringify(status)}\n${wallet.guard?.lastLines.slice(-6).join('\n')}`;
}
