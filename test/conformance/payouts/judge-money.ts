import type { Report } from '../part';
import type { GuardedWallet } from './guarded-wallet';
import { type MoneyWorld, START_LEVEL } from './money-world';

/** Transfers of the wallets on the chain: how often each amount went to each account. */
export async function transfersOn(world: MoneyWorld): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const head = await world.level();
  for (let level = START_LEVEL + 1; level <= head; level++) {
    const operations = await world.rpc<any[]>(`/chains/main/blocks/${level}/operations/3`);
    for (const { contents } of operations) {
      for (const { source, destination, amount, metadata } of contents) {
        if (metadata?.operation_result?.status !== 'applied') continue;
        const key = `${source} ${destination} ${amount}`;
        found.set(key, (found.get(key) ?? 0) + 1);
      }
    }
  }
  return found;
}

export interface Verdict {
  readonly twice: string[];
  readonly never: string[];
  readonly once: number;
}

/** What the chain says of everything that was due. It knows no journal and no record. */
export function verdictOn(wallets: readonly GuardedWallet[], transfers: ReadonlyMap<string, number>): Verdict {
  const verdict: Verdict = { twice: [], never: [], once: 0 };
  let once = 0;
  for (const { index, address, due } of wallets) {
    for (const { cycle, recipient, amount } of due) {
      const count = transfers.get(`${address} ${recipient} ${amount}`) ?? 0;
      const name = `wallet ${index}, cycle ${cycle}, ${recipient}`;
      if (count > 1) verdict.twice.push(`${name}: ${count} times`);
      else if (count === 0) verdict.never.push(name);
      else once++;
    }
  }
  return { ...verdict, once };
}

/** Who was due something has it once, and its payer says so too. */
export async function judgeMoney(world: MoneyWorld, report: Report): Promise<void> {
  const { twice, never, once } = verdictOn(world.wallets, await transfersOn(world));
  if (twice.length > 0) report.fail('somebody was paid twice for a cycle', twice.slice(0, 10).join('\n'));
  if (never.length > 0) report.fail('somebody was forgotten', never.slice(0, 10).join('\n'));
  report.pass('transfers on the chain that were due, each once', once);
  await judgeRecords(world, report);
}

async function judgeRecords({ wallets }: MoneyWorld, report: Report): Promise<void> {
  for (const wallet of wallets) {
    const rows = await wallet.rows();
    const paid = new Set(
      rows.filter(({ status }) => status === 'paid').map(({ cycle, recipient }) => `${cycle} ${recipient}`),
    );
    const missing = wallet.due.filter(({ cycle, recipient }) => !paid.has(`${cycle} ${recipient}`));
    // After a journal is lost, records of cycles that the bucket has and no plan names are not shown again.
    if (missing.length === 0) report.pass('wallets whose records say what the chain says');
    else
      report.fail(
        `records of wallet ${wallet.index}`,
        missing
          .slice(0, 5)
          .map((row) => JSON.stringify(row))
          .join('\n'),
      );
  }
}
