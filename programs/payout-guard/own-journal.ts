import type { Journal } from './journal';
import type { Entry } from './wallet-entries';

/** Each kind of line that is understood here. */
const kinds: Readonly<Record<Entry['type'], true>> = {
  opened: true,
  plan: true,
  asked: true,
  signed: true,
  block: true,
  stopped: true,
  reconciled: true,
};

const MOVE_IT = 'move the file away, and start again';

/** Why a wallet cannot go on with its journal, and what a person does; undefined if it can. None: it is damaged. */
export function unfitFor(opened: Entry, journal: Journal | undefined): string | undefined {
  if (!journal) return `its lines are not those that were written: ${MOVE_IT}`;
  const [first] = journal.entries;
  const isOwn = !first || JSON.stringify(first) === JSON.stringify(opened);
  if (!isOwn) return `it is of another wallet or chain: ${MOVE_IT}`;
  // What a line says cannot be passed over: it may be that something is paid.
  const strange = journal.entries.findIndex(({ type }) => !Object.hasOwn(kinds, type));
  return strange < 0 ? undefined : `line ${strange + 1} is of a later version: run that one again`;
}
