import { type RowKey, type RowKind, rowKinds } from './payout-guard.contract';
import type { Proposal, ShownTransfer, Word } from './reconciliation.contract';
import { isDelegator } from './tezos-texts';

/** A person, asked line by line. */
export interface Person {
  readonly tell: (line: string) => void;
  /** The answer, without blanks around it. */
  readonly ask: (question: string) => Promise<string>;
}

/** What was said of every transfer of one operation: it pays its only open row of that amount, or the reward of a cycle. */
interface SaidOfAll {
  readonly hash: string;
  readonly cycle?: number;
}

interface Answer {
  readonly rows: readonly RowKey[];
  readonly ofAll?: SaidOfAll;
}

const MUTEZ_IN_TEZ = 1_000_000n;
const DELEGATOR_REWARD: RowKind = 'delegator reward';
const WHICH =
  'Did it pay another row? Write its cycle, or cycle/kind/delegator; "all" behind a cycle if so of this whole operation; nothing if not:';

/** Asks of each transfer which rows it has paid. An operation has a hundred transfers: one answer may do for all of it. */
export async function askPaid(
  { transfers, recipients }: Pick<Proposal, 'transfers' | 'recipients'>,
  person: Person,
): Promise<Word['paid']> {
  const paid: (RowKey & { transfer: number })[] = [];
  let ofAll: SaidOfAll | undefined;
  for (const [transfer, shown] of transfers.entries()) {
    const { from, to, amount, level, hash } = shown;
    person.tell('');
    person.tell(`${tez(amount)} from the ${from} to ${to}, level ${level}, ${hash}`);
    const isNew = (row: RowKey) => !paid.some((each) => named(each) === named(row));
    const open = shown.rows.filter(isNew);
    const others = recipients.filter(({ recipient }) => recipient === to).map(({ delegator }) => delegator);
    const told = ofAll?.hash === hash ? toldOf(ofAll, { shown, open, others }) : undefined;
    const isPlain = told !== undefined && isNew(told);
    if (isPlain) person.tell(`  it pays ${named(told)}`);
    const answer: Answer = isPlain ? { rows: [told] } : await askOf({ shown, open, others }, person);
    paid.push(...answer.rows.map((row) => ({ ...row, transfer })));
    ofAll = answer.ofAll ?? ofAll;
  }
  return paid;
}

interface Asked {
  readonly shown: ShownTransfer;
  /** Rows of its recipient that are not paid. */
  readonly open: ShownTransfer['rows'];
  /** Delegators instead of whom its recipient is paid: it is theirs, or its own. */
  readonly others: readonly string[];
}

/** Undefined where what was said of all does not say it of this one. */
function toldOf({ cycle }: SaidOfAll, { shown: { to, amount }, open, others }: Asked): RowKey | undefined {
  if (cycle !== undefined) {
    return others.length > 0 ? undefined : { cycle, kind: DELEGATOR_REWARD, delegator: to, recipient: to };
  }
  const [row, ...more] = open.filter((each) => each.amount === amount);
  return row && more.length === 0 ? keyOf(row) : undefined;
}

async function askOf({ shown: { to, hash }, open, others }: Asked, person: Person): Promise<Answer> {
  const rows: RowKey[] = [];
  for (const row of open) {
    const said = await person.ask(`  Did it pay ${named(row)} (${tez(row.amount)})? [yes/no/all of this operation]`);
    if (said === 'all') return { rows: [...rows, keyOf(row)], ofAll: { hash } };
    if (said === 'yes') rows.push(keyOf(row));
  }
  if (others.length > 0) person.tell(`  it may be for ${others.join(' or ')}: write cycle/kind/delegator`);
  for (;;) {
    const said = await person.ask(`  ${WHICH}`);
    if (said === '') return { rows };
    const row = rowIn(said.replace(/\s+all$/, ''), to, others.length > 0 ? undefined : to);
    if (!row) person.tell(`  that is none: kinds are ${rowKinds.join(', ')}, and a delegator is an address`);
    else if (!/\sall$/.test(said)) rows.push(row);
    else return { rows: [...rows, row], ofAll: { hash, cycle: row.cycle } };
  }
}

/** A row that no plan here has: of a journal that was lost. `owner`: whose reward it is where nothing else is said. */
function rowIn(said: string, recipient: string, owner: string | undefined): RowKey | undefined {
  const [cycle, word = DELEGATOR_REWARD, ofWhom] = said.split('/');
  const kind = rowKinds.find((each) => each === word);
  const delegator = ofWhom ?? (kind === DELEGATOR_REWARD ? owner : '');
  if (!/^\d{1,7}$/.test(cycle) || !kind || delegator === undefined || !isDelegator(delegator, kind)) return undefined;
  return { cycle: Number(cycle), kind, delegator, recipient };
}

export async function says(word: string, question: string, { ask }: Person): Promise<boolean> {
  return (await ask(word === 'yes' ? `${question} [yes/no]` : question)).toLowerCase() === word;
}

export const keyOf = ({ cycle, kind, delegator, recipient }: RowKey): RowKey => ({ cycle, kind, delegator, recipient });
export const named = ({ cycle, kind, delegator, recipient }: RowKey) => [cycle, kind, delegator, recipient].join('/');

/** Mutez as tez, to the last digit. */
export function tez(mutez: string): string {
  const amount = BigInt(mutez);
  return `${amount / MUTEZ_IN_TEZ}.${`${amount % MUTEZ_IN_TEZ}`.padStart(6, '0')} tez`;
}
