import { type RowKey, type RowKind, rowKinds } from './payout-guard.contract';
import type { Proposal, Word } from './reconciliation.contract';

/** A person, asked line by line. */
export interface Person {
  readonly tell: (line: string) => void;
  /** The answer, without blanks around it. */
  readonly ask: (question: string) => Promise<string>;
}

const MUTEZ_IN_TEZ = 1_000_000n;
const DELEGATOR_REWARD: RowKind = 'delegator reward';

/** Shows a proposal and asks what it is; undefined if the person records nothing. */
export async function dialog(proposal: Proposal, person: Person): Promise<Word | undefined> {
  show(proposal, person);
  const paid = await askPaid(proposal, person);
  const notIncluded = await askUnseen(proposal, person);
  if (!notIncluded) return undefined;
  const release: RowKey[] = [];
  for (const row of proposal.held) {
    if (await says('yes', `${named(row)} has failed twice. May it be tried again?`, person)) release.push(row);
  }
  person.tell('');
  person.tell(`To be recorded: ${paid.length + proposal.restored} rows as paid, ${release.length} to be tried again.`);
  person.tell('What is not recorded as paid, and is in a plan, will be paid.');
  if (!(await says('record', 'Write "record" to record it, anything else to leave:', person))) return undefined;
  return { id: proposal.id, paid, notIncluded, release };
}

function show({ status, block, counter, balance, last, ...seen }: Proposal, { tell }: Person): void {
  tell(`Wallet ${status.address}, which pays for ${status.bakerName} (${status.baker})`);
  tell(`  ${status.stopped ? `stopped: ${status.stopped.reason}: ${status.stopped.detail}` : 'it is not stopped'}`);
  tell(`  at final block ${block.level} (${timeOf(block.timeMs)}): ${tez(balance)}, counter ${counter}`);
  if (last) tell(`  reconciled last at level ${last.level}, ${timeOf(last.timeMs)} (number ${last.generation})`);
  else
    tell(
      '  never reconciled: transfers that were made before are not shown. Set firstCycle to one that nobody has paid.',
    );
  if (seen.shownFrom > seen.wantedFrom) {
    tell(
      `  OUR NODE SHOWS NOTHING BEFORE LEVEL ${seen.shownFrom}: look at levels ${seen.wantedFrom} to ${seen.shownFrom - 1} elsewhere.`,
    );
  }
  for (const { hash, level, transfers } of seen.foreign) {
    tell(`  an operation of the wallet that was not asked for here: ${hash}, level ${level}`);
    for (const each of transfers) tell(`    ${tez(each.amount)} to ${each.destination}`);
  }
  if (seen.restored > 0)
    tell(`  ${seen.restored} rows are paid by the records in the bucket, and the journal lacks them`);
  tell(`  ${seen.transfers.length} transfers of wallet and baker since then that have paid no row we know`);
}

async function askPaid({ transfers }: Proposal, person: Person): Promise<Word['paid']> {
  const paid: (RowKey & { transfer: number })[] = [];
  for (const [transfer, { from, to, amount, level, hash, rows }] of transfers.entries()) {
    person.tell('');
    person.tell(`${tez(amount)} from the ${from} to ${to}, level ${level}, ${hash}`);
    for (const { amount: wanted, ...row } of rows) {
      const isSaid = paid.some((each) => named(each) === named(row));
      if (!isSaid && (await says('yes', `  Did it pay ${named(row)} (${tez(wanted)})?`, person)))
        paid.push({ ...row, transfer });
    }
    paid.push(...(await askOtherRows(to, person)).map((row) => ({ ...row, transfer })));
  }
  return paid;
}

/** Rows that no plan here has: of a journal that was lost. */
async function askOtherRows(recipient: string, { tell, ask }: Person): Promise<RowKey[]> {
  const rows: RowKey[] = [];
  for (;;) {
    const said = await ask('  Did it pay another row? Write its cycle, or cycle/kind/delegator; nothing if not:');
    if (said === '') return rows;
    const [cycle, kind = DELEGATOR_REWARD, ofWhom] = said.split('/');
    const delegator = ofWhom ?? (kind === DELEGATOR_REWARD ? recipient : '');
    if (/^\d{1,7}$/.test(cycle) && rowKinds.includes(kind as RowKind)) {
      rows.push({ cycle: Number(cycle), kind: kind as RowKind, delegator, recipient });
    } else tell(`  that is none: kinds are ${rowKinds.join(', ')}`);
  }
}

/** Undefined if one of them may have been included: then nothing can be recorded. */
async function askUnseen({ unseen }: Proposal, person: Person): Promise<string[] | undefined> {
  for (const { firstCounter, askedMs, rows } of unseen) {
    person.tell('');
    person.tell(
      `An operation of ours with counter ${firstCounter}, signed ${timeOf(askedMs)}, is in no block that our node shows:`,
    );
    for (const row of rows) person.tell(`  ${row}`);
    if (await says('yes', 'Have you seen at an explorer that no block has it?', person)) continue;
    person.tell('Then it cannot be recorded: have a node that shows its block, and run reconcile again.');
    return undefined;
  }
  return unseen.map(({ id }) => id);
}

async function says(word: string, question: string, { ask }: Person): Promise<boolean> {
  return (await ask(word === 'yes' ? `${question} [yes/no]` : question)).toLowerCase() === word;
}

const named = ({ cycle, kind, delegator, recipient }: RowKey) => [cycle, kind, delegator, recipient].join('/');
const timeOf = (ms: number) => new Date(ms).toISOString();

/** Mutez as tez, to the last digit. */
export function tez(mutez: string): string {
  const amount = BigInt(mutez);
  return `${amount / MUTEZ_IN_TEZ}.${`${amount % MUTEZ_IN_TEZ}`.padStart(6, '0')} tez`;
}
