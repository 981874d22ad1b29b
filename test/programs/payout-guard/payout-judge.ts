import { FUNDS, type Included, operationOf, transfer } from './payout-chain';
import type { ModelGuard } from './payout-model';
import { reconcile } from './payout-person';
import { ask, payoutSteps, posted, standAgain } from './payout-steps';
import type { PayoutWorld } from './payout-world';
import type { WorldWallet } from './world-wallet';

/** Until all is paid when all is well: an operation dies, a new one is asked for, and is final. */
const ROUNDS = 40;

/** Looks at the chain, not at what guards say, and compares. */
export class PayoutJudge {
  readonly doubles: string[] = [];
  readonly broken: string[] = [];

  constructor(private readonly world: PayoutWorld) {}

  /** Rows that an operation in a block has paid. */
  rowsPaidBy({ operation, receipts, byHand }: Included): string[] {
    if (byHand) return [...byHand];
    const lines = this.world.linesOf.get(operation.bytes) ?? [];
    return lines.filter((_, at) => receipts[at].status === 'applied').flat();
  }

  /** To whomever. */
  timesPaid(claim: string): number {
    const { chain, byHand, rows } = this.world;
    const names = rows.filter((row) => row.claim === claim).map(({ name }) => name);
    const paid = chain.sentUpTo(chain.head.level).flatMap(({ included }) => this.rowsPaidBy(included));
    return [...paid, ...byHand].filter((each) => names.includes(each)).length;
  }

  /** A guard that throws has a fault too. */
  try(what: () => void): void {
    try {
      what();
      this.look();
    } catch (error) {
      this.broken.push(`it throws: ${(error as Error).message}`);
    }
  }

  look(): void {
    const { rows, wallets } = this.world;
    for (const claim of new Set(rows.map((row) => row.claim))) {
      const times = this.timesPaid(claim);
      if (times > 1) this.doubles.push(`${claim} is paid ${times} times`);
    }
    this.lookAtMoney();
    for (const wallet of wallets) {
      for (const { name } of rows) {
        const row = wallet.core.state.rows.get(name);
        const said = row && wallet.core.records.statusOf(row);
        if (said && said !== wallet.model.status(name)) {
          this.broken.push(`${name} is called ${said}, and is ${wallet.model.status(name)}`);
        }
      }
      const isStopped = wallet.core.state.stops.length > 0;
      if (isStopped !== wallet.model.isStopped) this.broken.push(`the wallet is ${isStopped ? '' : 'not '}stopped`);
      if (wallet.isIntact) this.lookAtSums(wallet);
    }
  }

  /** Each content of what was taken is one whole line that was open. */
  mustBeLines(taken: readonly (readonly string[])[], model: ModelGuard): void {
    const lines = model.lines.map((rows) =>
      rows
        .map(({ name }) => name)
        .sort()
        .join(),
    );
    const own = taken.map((names) => [...names].sort().join());
    if (new Set(own).size < own.length || own.some((names) => !lines.includes(names))) {
      this.broken.push(`taken for lines: ${own.join(' | ')}`);
    }
  }

  /** From now on everything works: every row is paid once, or was, and none is only called so. */
  letAllBeWell(isOver: () => boolean): void {
    const { world } = this;
    const [wallet] = world.wallets;
    world.wallets.splice(1);
    wallet.disk.free = Number.POSITIVE_INFINITY;
    wallet.restart();
    standAgain(world, wallet);
    for (let round = 0; round < ROUNDS && !isOver(); round++) this.goodRound(wallet);
    const unpaid = world.rows.filter(({ claim }) => this.timesPaid(claim) === 0).map(({ name }) => name);
    const forgotten = unpaid.filter((name) => wallet.model.paid.has(name) || wallet.core.state.rows.get(name)?.paid);
    for (const name of forgotten) this.broken.push(`${name} is forgotten: called paid, and never sent`);
    if (unpaid.length > forgotten.length) this.broken.push(`never paid: ${unpaid.join(', ')}`);
  }

  private goodRound(wallet: WorldWallet): void {
    const { world } = this;
    const { chain } = world;
    const next = [...world.released.values()].find((each) => chain.canInclude(each));
    chain.bake(next);
    payoutSteps.see(world, 0, 0);
    for (let left = 10; left > 0; left--) payoutSteps.follow(world, 4, 0);
    const held = world.rows.filter(
      ({ name }) => (wallet.model.failures.get(name) ?? 0) >= 2 && !wallet.model.isStopped,
    );
    const release = held.map(({ name }) => name).filter((name) => wallet.model.status(name) === 'held');
    if (wallet.model.isStopped || wallet.model.generation !== world.bucket || release.length > 0) {
      reconcile(world, wallet, release);
    }
    const open = world.rows.filter(({ name }) => wallet.model.status(name) === 'open');
    const due = [...new Map(open.map(({ claim, name }) => [claim, name])).values()];
    if (due.length > 0 && wallet.model.live.length === 0) {
      const answer = wallet.core.plan(posted(world, due), chain.head.timeMs);
      if (!('refused' in answer)) wallet.model.take(due);
      const first = chain.head.counter + 1n;
      const contents = wallet.model.lines.map((rows, at) => {
        const amount = rows.reduce((sum, row) => sum + row.amount, 0n);
        return transfer(first + BigInt(at), rows[0].recipient, amount);
      });
      if (contents.length > 0) ask(world, wallet, operationOf(chain.head.hash, first, contents));
    }
    for (let left = wallet.requests.length; left > 0; left--) {
      payoutSteps.sign(world, 0, 0);
      payoutSteps.answer(world, 0, 0);
    }
    this.look();
  }

  /** No recipient gets more than all its rows, whoever counts. */
  private lookAtMoney(): void {
    const { chain, rows, byHand } = this.world;
    for (const to of new Set(rows.map(({ recipient }) => recipient))) {
      const own = rows.filter(({ recipient }) => recipient === to);
      const due = own.reduce((sum, { amount }) => sum + amount, 0n);
      const handed = own.filter(({ name }) => byHand.has(name)).reduce((sum, { amount }) => sum + amount, 0n);
      const sent = chain
        .sentUpTo(chain.head.level)
        .flatMap(({ included }) => included.receipts)
        .filter(({ status, transfer: made }) => status === 'applied' && made?.destination === to)
        .reduce((sum, { transfer: made }) => sum + (made?.amount ?? 0n), 0n);
      if (sent + handed > due) this.doubles.push(`${to} has got ${sent + handed} of ${due}`);
    }
  }

  /** To the last mutez: what came in is what was paid, fees, what was burnt, and what is left. */
  private lookAtSums({ core }: WorldWallet): void {
    const { position, state } = core;
    if (!position || state.stops.length > 0) return;
    const { paid, fees, burnt } = state.totals;
    const left = BigInt(position.balance);
    if (paid + fees + burnt + left !== FUNDS) {
      this.broken.push(`${paid} paid, ${fees} of fees, ${burnt} burnt and ${left} left are not ${FUNDS}`);
    }
    const rows = state.rows.all.flatMap((row) => (row.paid?.hash ? [row.paid] : []));
    const ofRows = rows.reduce((sum, { amount }) => sum + amount, 0n);
    if (ofRows !== paid) this.broken.push(`rows have ${ofRows} of ${paid} that were paid`);
  }
}
