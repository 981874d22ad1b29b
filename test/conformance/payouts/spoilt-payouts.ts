import { join } from 'node:path';
import { ownFolder } from '../signing/child-program';
import type { Broken } from '../signing/own-programs';
import type { GuardedWallet } from './guarded-wallet';
import { transfersOn, verdictOn } from './judge-money';
import { moneyFaults } from './money-faults';
import { MoneyWorld } from './money-world';
import { madeTally, playCycle } from './paid-cycles';
import { bundledPayouts } from './payouts-bundled';

interface Spoilt {
  /** The rule that is switched off. */
  readonly name: string;
  readonly broken: Broken;
  /** Faults that lead to where the rule counts, each in a wallet of its own. */
  readonly faults: readonly string[];
  /** Without it somebody is paid twice, and the judge must see it. The others come before the pin, or behind it: what comes of their absence is told. */
  readonly mustDouble?: true;
}

export interface SpoiltResult {
  readonly name: string;
  readonly doubles: number;
  readonly mustDouble: boolean;
  readonly told: string;
}

const broken = (file: string, from: string, to: string): Broken => ({ file: `payout-guard/${file}.ts`, from, to });
const YESTERDAY = 'journal of yesterday, operation in a block';
const LONG_AGO = 'journal of yesterday, operation final';

export const spoilt: readonly Spoilt[] = [
  {
    name: 'the pin of the counter',
    broken: broken('judgement', 'first === BigInt(position.counter) + 1n', 'first > 0n'),
    faults: [YESTERDAY, YESTERDAY],
    mustDouble: true,
  },
  {
    name: 'closing rows that are paid',
    broken: broken('wallet-rows', "if (row.paid) return 'paid';", ''),
    faults: ['nothing'],
    mustDouble: true,
  },
  {
    name: 'the stop at operations that are not in the journal',
    broken: broken(
      'final-block',
      'const stops: Stop[] = foreign.map(',
      'const stops: Stop[] = foreign.slice(0, 0).map(',
    ),
    faults: [LONG_AGO],
  },
  {
    name: 'recognition by bytes',
    broken: broken('final-block', 'state.operations.get(idOf(bytes));', 'undefined;'),
    faults: ['nothing'],
  },
  {
    name: 'holding rows of operations that may still be included',
    broken: broken('wallet-rows', "if (row.holder !== undefined) return 'signed';", ''),
    faults: ['two engines', 'operation broadcast late'],
  },
  {
    name: 'the newest generation',
    broken: broken('judgement', 'newest === generation', 'newest !== undefined'),
    faults: ['two guards', YESTERDAY],
  },
  {
    name: 'waiting until an operation can be in no block',
    broken: broken('final-block', 'level > branchLevel + Math.max(seen, operationsTtl) &&', 'level > branchLevel &&'),
    faults: ['operation broadcast late'],
  },
  {
    name: 'looking at the age of the branch',
    broken: broken(
      'judgement',
      'if (last > (position?.level ?? 0)) return undefined;',
      'if (last > 0) return undefined;',
    ),
    faults: ['engine suspended before it has asked'],
  },
  {
    name: 'writing down what the signer is asked for',
    broken: broken('wallet-core', 'this.tryToKeep(judged.entry)', 'void this.state.apply(judged.entry)'),
    faults: ['guard killed', 'engine killed between broadcast and report'],
  },
];

/** After a fault each has so long; most of these guards never come to an end. */
const HEALED_MS = 35_000;
/** Later than on a real chain: what happens before a block is final must have time to happen, also on a busy machine. */
const FINALITY_BLOCKS = 14;
const BLOCK_MS = 1000;

/** What becomes of guards that lack a rule, all at once on a chain of their own. */
export async function doublesOfSpoiltPayouts(root: string, folder: string): Promise<SpoiltResult[]> {
  const all: { rule: Spoilt; guard: string; fault: string }[] = [];
  let parts = { standIn: '', engine: '' };
  for (const [i, rule] of spoilt.entries()) {
    const programs = await bundledPayouts(root, ownFolder(join(folder, `spoilt-${i}`)), [rule.broken]);
    parts = programs;
    for (const fault of rule.faults) all.push({ rule, guard: programs.guard, fault });
  }
  const guards = all.map(({ guard }) => guard);
  const world = new MoneyWorld({
    folder: join(folder, 'spoilt'),
    ...parts,
    guards,
    blockTimeMs: BLOCK_MS,
    finalityBlocks: FINALITY_BLOCKS,
  });
  try {
    await world.start();
    const startedMs = performance.now();
    const reconciled = await Promise.all(
      world.wallets.map((wallet, i) => played(wallet, all[i].fault, all[i].rule.mustDouble)),
    );
    const took = Math.round((performance.now() - startedMs) / 1000);
    console.log(`  guards that lack a rule: ${took} s`);
    const transfers = await transfersOn(world);
    return spoilt.map((rule) => {
      const isOf = (_: unknown, i: number) => all[i].rule === rule;
      const { twice, never } = verdictOn(world.wallets.filter(isOf), transfers);
      const people = reconciled.filter(isOf).reduce((sum, each) => sum + each, 0);
      const told = `${twice.length} rows paid twice, ${never.length} not yet, ${people} reconciliations`;
      return { name: rule.name, doubles: twice.length, mustDouble: rule.mustDouble ?? false, told };
    });
  } finally {
    await world.stop();
  }
}

/** Rows that were paid twice must be found within so long; on a busy machine one cycle may not lead there. */
const MUST_DOUBLE_MS = 150_000;

async function played(wallet: GuardedWallet, name: string, mustDouble = false): Promise<number> {
  const fault = moneyFaults.find((each) => each.name === name);
  if (!fault) throw new Error(`no fault is called ${name}`);
  const tally = madeTally();
  const endMs = performance.now() + MUST_DOUBLE_MS;
  do await playCycle(wallet, fault, tally, HEALED_MS);
  while (mustDouble && performance.now() < endMs && !(await hasDoubles(wallet)));
  return tally.reconciled;
}

async function hasDoubles(wallet: GuardedWallet): Promise<boolean> {
  return verdictOn([wallet], await transfersOn(wallet.world)).twice.length > 0;
}
