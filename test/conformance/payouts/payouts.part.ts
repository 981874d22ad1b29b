import { join } from 'node:path';
import type { Context, Part } from '../part';
import { ownFolder } from '../signing/child-program';
import { judgePlans } from './checked-plans';
import { judgeMoney } from './judge-money';
import { moneyFaults } from './money-faults';
import { MoneyWorld } from './money-world';
import { type PayoutTally, playCycles } from './paid-cycles';
import { bundledPayouts } from './payouts-bundled';
import { doublesOfSpoiltPayouts } from './spoilt-payouts';

/** Nobody is paid twice for a cycle and nobody is forgotten, whatever is killed, lost, restored, reorganised or late. */
export const payouts: Part = { name: 'payouts', budgetSeconds: 180, run };

const amounts = { short: { cycles: 300, seconds: 420 }, long: { cycles: 10_000, seconds: 4 * 3600 } };
/** Wallets, each with a guard and an engine of its own, beside each other on one chain. */
const WALLETS = 12;

async function run({ root, scratch, report, long }: Context): Promise<void> {
  const folder = ownFolder(scratch('part-payouts'));
  const programs = await bundledPayouts(root, folder);
  const { guard, standIn, engine } = programs;
  const guards = Array.from({ length: WALLETS }, () => guard);
  const world = new MoneyWorld({ folder: join(folder, 'world'), standIn, engine, guards, blockTimeMs: 300 });
  const paying = async () => {
    const { cycles, seconds } = long ? amounts.long : amounts.short;
    try {
      await world.start();
      const startedMs = performance.now();
      const tally = await playCycles(world, { cycles, untilMs: startedMs + seconds * 1000 });
      const took = Math.round((performance.now() - startedMs) / 1000);
      await judgeMoney(world, report);
      tell(report, tally, { wanted: cycles, took });
    } finally {
      await world.stop();
    }
  };
  // The others wait most of the time.
  const spoilt = doublesOfSpoiltPayouts(root, folder);
  const [results] = await Promise.all([spoilt, paying(), judgePlans(programs, join(folder, 'plans'), report)]);
  for (const { name, doubles, mustDouble, told } of results) {
    console.log(`  without ${name}: ${told}`);
    if (!mustDouble) report.pass('a rule is switched off, and what comes of it told');
    else if (doubles > 0) report.pass('a guard that is broken on purpose is noticed');
    else report.fail(`a guard without ${name}`, `the judge sees no row paid twice: ${told}`);
  }
}

/** `took`: seconds. */
function tell(
  report: Context['report'],
  tally: PayoutTally,
  { wanted, took }: { readonly wanted: number; readonly took: number },
): void {
  const told = [...tally.faults].map(([name, count]) => `${name} ${count}`).join(', ');
  console.log(
    `  ${tally.cycles} cycles in ${took} s: ${told}; ${tally.reconciled} reconciliations, ${tally.runs} runs of the engine`,
  );
  for (const each of tally.unalerted) report.fail('a row that is not paid, and no metric that says so', each);
  for (const each of tally.unfinished) report.fail('a cycle that was never paid', each);
  const missing = moneyFaults.filter(({ name }) => !tally.faults.get(name));
  if (missing.length > 0) report.fail('faults that never came', missing.map(({ name }) => name).join(', '));
  if (tally.cycles >= wanted) report.pass('cycles that were paid, each once, with a fault in it', tally.cycles);
  else report.fail('cycles that were paid, each once, with a fault in it', `${tally.cycles}, and not ${wanted}`);
}
