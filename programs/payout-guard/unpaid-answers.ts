import { keyOf, named, type Person, says, tez } from './paid-answers';
import type { RowKey } from './payout-guard.contract';
import type { Proposal, ShownRow, Word } from './reconciliation.contract';

type Unpaid = Pick<Word, 'release' | 'paidElsewhere' | 'close'>;
type Fate = 'paid' | 'close' | 'left';

/** Rows of a cycle that are shown before the question. */
const MOST_SHOWN = 10;

/** Asks what becomes of rows that have failed, and of those that have been open for hours: of a cycle's at once. */
export async function askUnpaid(proposal: Proposal, paid: readonly RowKey[], person: Person): Promise<Unpaid> {
  const release: RowKey[] = [];
  const fates: [ShownRow, Fate][] = [];
  const isNew = (row: ShownRow) => !paid.some((each) => named(each) === named(row));
  for (const row of proposal.held.filter(isNew)) {
    if (await says('yes', `${named(row)} has failed twice. May it be tried again?`, person)) release.push(keyOf(row));
    else fates.push([row, await fateOf('  Then what?', person)]);
  }
  const waiting = proposal.waiting.filter(isNew);
  for (const cycle of new Set(waiting.map((row) => row.cycle))) {
    const own = waiting.filter((row) => row.cycle === cycle);
    fates.push(...(await askOfCycle(own, person)));
  }
  const those = (wanted: Fate) => fates.filter(([, fate]) => fate === wanted).map(([row]) => keyOf(row));
  return { release, paidElsewhere: those('paid'), close: those('close') };
}

async function askOfCycle(rows: readonly ShownRow[], person: Person): Promise<[ShownRow, Fate][]> {
  const sum = rows.reduce((all, { amount }) => all + BigInt(amount), 0n);
  const since = new Date(
    rows.reduce((first, { postedMs }) => Math.min(first, postedMs), rows[0].postedMs),
  ).toISOString();
  person.tell('');
  person.tell(`${rows.length} rows of cycle ${rows[0].cycle} (${tez(`${sum}`)}) are open since ${since}:`);
  for (const row of rows.slice(0, MOST_SHOWN)) person.tell(`  ${named(row)} (${tez(row.amount)})`);
  if (rows.length > MOST_SHOWN) person.tell(`  and ${rows.length - MOST_SHOWN} more`);
  const fate = await fateOf('  What becomes of them? "each": to be asked of each;', person, 'each');
  if (fate !== 'each') return rows.map((row) => [row, fate]);
  const each: [ShownRow, Fate][] = [];
  for (const row of rows) each.push([row, await fateOf(`  ${named(row)} (${tez(row.amount)}):`, person)]);
  return each;
}

/** Until it is a word that is known: a slip must not close anything, nor leave it. */
async function fateOf(question: string, person: Person): Promise<Fate>;
async function fateOf(question: string, person: Person, more: 'each'): Promise<Fate | 'each'>;
async function fateOf(question: string, person: Person, more?: 'each'): Promise<Fate | 'each'> {
  const words =
    '"paid": somebody has paid it elsewhere; "close": nobody pays it, unless a later plan has it; nothing: it stays as it is:';
  for (;;) {
    const said = (await person.ask(`${question} ${words}`)).toLowerCase();
    if (said === '') return 'left';
    if (said === 'paid' || said === 'close' || (said === 'each' && more)) return said;
    person.tell('  that is none');
  }
}
