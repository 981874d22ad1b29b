import type { RowKind } from '../../../programs/payout-guard/payout-guard.contract';
import type { ReconcileWord } from '../../../programs/payout-guard/reconciliation';
import type { PayoutWorld } from './payout-world';
import type { WorldWallet } from './world-wallet';

/** A person looks at the chain up to a final block, and says what is paid. */
export function reconcile(world: PayoutWorld, wallet: WorldWallet, release: readonly string[] = []): void {
  const { core, model } = wallet;
  const { chain } = world;
  const isLost = core.position === undefined;
  const level = core.position?.level ?? world.nodeFinal;
  world.bucket++;
  const sent = chain.sentUpTo(level);
  const paid = new Set(world.byHand);
  for (const { included } of sent) for (const name of world.judge.rowsPaidBy(included)) paid.add(name);
  const operations = sent.map(({ included, level: at }) => ({
    hash: included.hash,
    bytes: included.operation.bytes,
    contents: included.receipts,
    level: at,
    timeMs: at * 1000,
  }));
  const isIncluded = (bytes: string) => sent.some(({ included }) => included.operation.bytes === bytes);
  const block = chain.at(level);
  const used = core.state.operations.live.filter(
    ({ first, bytes }) => first <= block.counter && !isIncluded(bytes.slice(2)),
  );
  const word: ReconcileWord = {
    generation: world.bucket,
    block,
    operations: isLost ? operations : [],
    paid: world.rows
      .filter(({ name }) => paid.has(name))
      .map(({ name, amount }) => ({ ...keyOf(name), amount: String(amount) })),
    notIncluded: isLost ? used.map(({ id }) => id) : [],
    release: release.map(keyOf),
    close: [],
  };
  const answer = core.reconcile(word, chain.head.timeMs);
  if ('refused' in answer) {
    const isFull = answer.refused === 'journal-not-written' && Number.isFinite(wallet.disk.free);
    // It has paid what an operation of a journal that was restored may still pay: once that is dead, it is taken.
    const waits = answer.detail.includes('wait until it is final or dead') && !wallet.isIntact;
    if (!isFull && !waits) world.judge.broken.push(`a good reconciliation is refused: ${answer.detail}`);
    return;
  }
  world.count('reconciled');
  model.isStopped = false;
  model.generation = world.bucket;
  model.block = block;
  for (const each of model.live) {
    if (isIncluded(each.operation.bytes)) each.fate = 'final';
    else if (each.operation.first <= block.counter) each.fate = 'dead';
    else {
      each.ttl = Math.max(each.ttl, block.operationsTtl);
      if (level > each.branchLevel + each.ttl) each.fate = 'dead';
    }
  }
  if (isLost) adoptFailures(world, wallet);
  for (const name of paid) model.paid.add(name);
  for (const name of release) model.failures.delete(name);
}

function keyOf(name: string) {
  const [cycle, kind, delegator, recipient] = name.split('/');
  return { cycle: Number(cycle), kind: kind as RowKind, delegator, recipient };
}

/** How often a transfer of a lost time has failed does not matter to the model. */
function adoptFailures(world: PayoutWorld, { core, model }: WorldWallet): void {
  for (const { name } of world.rows) model.failures.set(name, core.state.rows.get(name)?.failures ?? 0);
}
