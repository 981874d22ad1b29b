import { numberOf, objectIn } from '../runtime/json';
import { blockPath, type Rpc } from '../runtime/rpc';
import type { Head } from './chain-block';
import { type DelegateField, delegateMetric, type NamedAddress } from './chain-exporter.contract';

/** By address, by name of the metric. */
type Numbers = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What does not change with each block is read so often. Milliseconds. */
const SELDOM_MS = 60_000;

export interface DelegateNumbersParts {
  readonly delegates: readonly NamedAddress[];
  readonly wallets: readonly NamedAddress[];
  readonly fields: readonly DelegateField[];
}

/** What nodes say of our delegates and wallets, field by field. */
export class DelegateNumbers {
  /** Unix milliseconds; undefined before the first time. */
  readAtMs: number | undefined;
  readonly balances = new Map<string, number>();
  /** Denunciations that are not punished yet, by delegate. */
  readonly denunciations = new Map<string, number>();
  private readonly numbers = new Map<string, Map<string, number>>();
  private seldomAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: DelegateNumbersParts) {}

  get all(): Numbers {
    return this.numbers;
  }

  /** Reads what is due at this block. Throws where the node does not answer: what was read before stands. */
  async follow(rpc: Rpc, { hash }: Head): Promise<void> {
    const { delegates, wallets, fields } = this.parts;
    for (const delegate of delegates) {
      await this.read(
        rpc,
        hash,
        delegate,
        fields.filter(({ eachBlock }) => eachBlock),
      );
      await this.readDenunciations(rpc, hash, delegate);
    }
    this.readAtMs = Date.now();
    const nowMs = performance.now();
    if (nowMs - this.seldomAtMs < SELDOM_MS) return;
    for (const delegate of delegates) {
      await this.read(
        rpc,
        hash,
        delegate,
        fields.filter(({ eachBlock }) => !eachBlock),
      );
    }
    for (const { address } of wallets) {
      const balance = await rpc.find(blockPath(hash, `/context/contracts/${address}/balance`));
      this.balances.set(address, numberOf(balance) ?? 0); // an account that never held anything is not there
    }
    this.seldomAtMs = nowMs;
  }

  private async read(
    rpc: Rpc,
    hash: string,
    { address }: NamedAddress,
    fields: readonly DelegateField[],
  ): Promise<void> {
    const numbers = this.numbers.get(address) ?? new Map<string, number>();
    this.numbers.set(address, numbers);
    for (const { field, numbers: parts } of fields) {
      const answer = await rpc.find(blockPath(hash, `/context/delegates/${address}/${field}`));
      for (const part of parts) {
        const value = numberIn(answer, part);
        if (value === undefined) numbers.delete(delegateMetric(field, part));
        else numbers.set(delegateMetric(field, part), value);
      }
    }
  }

  private async readDenunciations(rpc: Rpc, hash: string, { address }: NamedAddress): Promise<void> {
    const list = await rpc.find(blockPath(hash, `/context/delegates/${address}/denunciations`));
    if (Array.isArray(list)) this.denunciations.set(address, list.length);
  }
}

function numberIn(answer: unknown, part: string): number | undefined {
  if (answer === undefined || answer === null) return undefined;
  return numberOf(part === '' ? answer : objectIn(answer)[part]);
}
