import { type Json, listIn, objectIn, textIn } from '../runtime/json';
import type { ChainReader, Header } from './chain-reader';
import type { FinalOperation } from './final-block';
import { finalOperation, mutezIn, resultOf } from './receipts';

/** A transfer that was applied in a final block, as a person is shown it. */
export interface SeenTransfer {
  readonly level: number;
  readonly hash: string;
  readonly from: string;
  readonly to: string;
  readonly mutez: bigint;
}

/** An operation of the wallet in a final block. */
export type SeenOperation = FinalOperation & { readonly level: number; readonly timeMs: number };

export interface Seen {
  /** The first level that was looked at. */
  readonly fromLevel: number;
  readonly transfers: readonly SeenTransfer[];
  /** Of the wallet, whatever they are. */
  readonly operations: readonly SeenOperation[];
}

export interface Search {
  readonly chain: ChainReader;
  readonly wallet: string;
  readonly baker: string;
  /** Levels after this one, up to and with `to`. */
  readonly after: number;
  readonly to: Header;
}

/** So far back a person is shown something, whatever nodes have: an archive would be asked for an hour. A week of mainnet. */
const MOST_LEVELS = 100_000;
/** Blocks that are asked for at a time: a node that also serves a baker is not kept busy. */
const AT_ONCE = 4;

/** What wallet and baker have sent since, as far back as our node has blocks, and as anybody waits. Throws where it does not answer. */
export async function transfersSince({ chain, wallet, baker, after, to }: Search): Promise<Seen> {
  const fromLevel = Math.max(after + 1, to.level - MOST_LEVELS + 1, await chain.savepoint());
  const transfers: SeenTransfer[] = [];
  const operations: SeenOperation[] = [];
  for (let first = fromLevel; first <= to.level; first += AT_ONCE) {
    const levels = Array.from({ length: Math.min(AT_ONCE, to.level - first + 1) }, (_, i) => first + i);
    const found = await Promise.all(
      levels.map((level) => operationsAt(chain, `${to.hash}~${to.level - level}`, [wallet, baker])),
    );
    for (const [i, ofBlock] of found.entries()) {
      const level = levels[i];
      for (const operation of ofBlock) transfers.push(...transfersIn(operation, level, [wallet, baker]));
      const own = ofBlock.filter((operation) => contentsOf(operation).some(({ source }) => source === wallet));
      if (own.length === 0) continue;
      const block = await chain.header(`${to.hash}~${to.level - level}`);
      if (!block) throw new Error(`our node does not tell level ${level} any more`);
      operations.push(...own.map((each) => ({ ...finalOperation(each, wallet), level, timeMs: block.timeMs })));
    }
  }
  return { fromLevel, transfers, operations };
}

async function operationsAt(chain: ChainReader, name: string, accounts: readonly string[]): Promise<readonly Json[]> {
  const found = await chain.managerOperations(name, accounts);
  if (!found) throw new Error(`our node does not tell the operations of ${name}`);
  return found;
}

function transfersIn(operation: Json, level: number, accounts: readonly string[]): SeenTransfer[] {
  const hash = textIn(operation, 'hash');
  return contentsOf(operation)
    .filter(({ kind, source }) => kind === 'transaction' && accounts.includes(source as string))
    .filter((content) => isApplied(content))
    .map((content) => ({
      level,
      hash,
      from: textIn(content, 'source'),
      to: textIn(content, 'destination'),
      mutez: mutezIn(content.amount),
    }));
}

const isApplied = (content: Json) => objectIn(resultOf(content)).status === 'applied';

const contentsOf = (operation: Json) => listIn(operation.contents).map(objectIn);
