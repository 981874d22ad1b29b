import type { RowStatus } from '../../../programs/payout-guard/payout-guard.contract';
import type { ChainBlock, ChainOperation } from './payout-chain';

/** A row of the world. */
export interface ModelRow {
  readonly name: string;
  readonly cycle: number;
  readonly line: string;
  /** Of all rows with one, one is paid. */
  readonly claim: string;
  readonly recipient: string;
  readonly amount: bigint;
  readonly window: bigint;
}

interface ModelOperation {
  readonly operation: ChainOperation;
  readonly branchLevel: number;
  ttl: number;
  /** For each content. */
  readonly rows: readonly (readonly string[])[];
  fate: 'live' | 'final' | 'dead';
  isSigned: boolean;
}

/** What a guard must answer: its rules once more, as few words as they need, without a journal, a parser or an index. */
export class ModelGuard {
  isStopped = true;
  generation = 0;
  /** Last final block that it has seen. */
  block: ChainBlock | undefined;
  readonly operations: ModelOperation[] = [];
  readonly paid = new Set<string>();
  readonly failures = new Map<string, number>();
  plan: readonly string[] = [];
  /** Of each claim the row that the last plan with any of it had. */
  readonly named = new Map<string, string>();

  constructor(private readonly rows: readonly ModelRow[]) {}

  get copy(): ModelGuard {
    const copy = new ModelGuard(this.rows);
    Object.assign(copy, { isStopped: this.isStopped, generation: this.generation, block: this.block, plan: this.plan });
    copy.operations.push(...this.operations.map((each) => ({ ...each })));
    for (const each of this.paid) copy.paid.add(each);
    for (const [name, count] of this.failures) copy.failures.set(name, count);
    for (const [claim, name] of this.named) copy.named.set(claim, name);
    return copy;
  }

  status(name: string): RowStatus {
    if (this.paid.has(name)) return 'paid';
    if (this.isHeld(name)) return 'signed';
    const claim = this.claimOf(name);
    const others = this.rows.filter((row) => row.claim === claim && row.name !== name);
    if (others.some((row) => this.paid.has(row.name) || this.isHeld(row.name))) return 'left out';
    if ((this.named.get(claim) ?? name) !== name) return 'left out';
    return this.isStopped || (this.failures.get(name) ?? 0) >= 2 ? 'held' : 'open';
  }

  take(plan: readonly string[]): void {
    this.plan = plan;
    for (const name of plan) this.named.set(this.claimOf(name), name);
  }

  private claimOf(name: string): string {
    return this.rows.find((row) => row.name === name)?.claim ?? name;
  }

  private isHeld(name: string): boolean {
    return this.live.some(({ rows }) => rows.flat().includes(name));
  }

  get live(): ModelOperation[] {
    return this.operations.filter(({ fate }) => fate === 'live');
  }

  known(operation: ChainOperation): ModelOperation | undefined {
    return this.operations.find((each) => each.operation.bytes === operation.bytes);
  }

  see(block: ChainBlock): void {
    this.block = block;
    const { included } = block;
    const known = included && this.known(included.operation);
    if (included && !known) this.isStopped = true;
    if (included && known) {
      known.fate = 'final';
      for (const [at, { status }] of included.receipts.entries()) {
        for (const name of known.rows[at]) {
          if (status === 'applied') this.paid.add(name);
          if (status === 'failed') this.failures.set(name, (this.failures.get(name) ?? 0) + 1);
        }
      }
    }
    for (const each of this.live) {
      each.ttl = Math.max(each.ttl, block.operationsTtl);
      const isUsed = known && each.operation.first === known.operation.first;
      const isOld = block.level > each.branchLevel + each.ttl && block.counter < each.operation.first;
      if (isUsed || isOld) each.fate = 'dead';
    }
  }

  /** `undefined`: refused. */
  answer(operation: ChainOperation, branchLevel: number | undefined, newest: number): 'sign' | 'stored' | undefined {
    const { block } = this;
    if (this.isStopped || newest !== this.generation || !block) return undefined;
    const isNext = operation.first === block.counter + 1n;
    const known = this.known(operation);
    if (known) return known.isSigned ? 'stored' : known.fate === 'live' && isNext ? 'sign' : undefined;
    const canBeIncluded = branchLevel !== undefined && branchLevel + block.operationsTtl > block.level;
    return isNext && canBeIncluded && this.canBeLines(operation) ? 'sign' : undefined;
  }

  /** Names of the rows of each line of the plan that is open. */
  get lines(): ModelRow[][] {
    const planned = this.rows.filter(({ name }) => this.plan.includes(name));
    const names = [...new Set(planned.map(({ line }) => line))];
    return names
      .map((line) => planned.filter((row) => row.line === line && this.status(row.name) === 'open'))
      .filter((rows) => rows.length > 0);
  }

  private canBeLines({ contents }: ChainOperation): boolean {
    const { lines } = this;
    const planned = this.rows.filter(({ name }) => this.plan.includes(name));
    const fits = (rows: readonly ModelRow[], to: string, amount: bigint) => {
      const most = rows.reduce((sum, row) => sum + row.amount, 0n);
      const linesTo = new Set(planned.filter(({ recipient }) => recipient === to).map(({ line }) => line));
      const window = linesTo.size > 1 ? 0n : rows[0].window;
      return rows[0].recipient === to && amount <= most && amount >= most - window && amount > 0n;
    };
    const canBe = (at: number, left: readonly ModelRow[][]): boolean =>
      at === contents.length ||
      left.some(
        (rows) =>
          fits(rows, contents[at].destination, BigInt(contents[at].amount)) &&
          canBe(
            at + 1,
            left.filter((each) => each !== rows),
          ),
      );
    return canBe(0, lines);
  }
}
