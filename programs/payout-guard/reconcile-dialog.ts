import { askPaid, type Person, says, tez } from './paid-answers';
import type { Proposal, Word } from './reconciliation.contract';
import { askUnpaid } from './unpaid-answers';

/** Shows a proposal and asks what it is; undefined if the person records nothing. */
export async function dialog(proposal: Proposal, person: Person): Promise<Word | undefined> {
  show(proposal, person);
  const paid = await askPaid(proposal, person);
  const notIncluded = await askUnseen(proposal, person);
  if (!notIncluded) return undefined;
  const { release, paidElsewhere, close } = await askUnpaid(proposal, paid, person);
  const sum = paid.length + proposal.restored + paidElsewhere.length;
  person.tell('');
  person.tell(`To be recorded: ${sum} rows as paid, ${release.length} to be tried again, ${close.length} closed.`);
  person.tell('What is not recorded as paid, and is in a plan, will be paid.');
  if (!(await says('record', 'Write "record" to record it, anything else to leave:', person))) return undefined;
  return { id: proposal.id, paid, notIncluded, release, paidElsewhere, close };
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
      `  NOTHING BEFORE LEVEL ${seen.shownFrom} IS SHOWN HERE: look at levels ${seen.wantedFrom} to ${seen.shownFrom - 1} elsewhere.`,
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

const timeOf = (ms: number) => new Date(ms).toISOString();
