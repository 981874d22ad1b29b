import { encode, encodings } from '../../../model/tezos/base58check';
import type { FinalBlock, FinalOperation } from '../../../programs/payout-guard/final-block';
import { forge, type RpcContent } from './octez-forger';

export const account = (number: number) => encode(new Uint8Array(20).fill(number), encodings.tz1);
export const WALLET = encode(new Uint8Array(20).fill(200), encodings.tz3);
export const WALLET_KEY = encode(new Uint8Array(33).fill(2), encodings.p2pk);
export const BAKER = account(201);

/** A block is final when so many stand on it. */
export const FINALITY = 2;
const FIRST_LEVEL = 100;
const FIRST_COUNTER = 1000n;
export const FUNDS = 1_000_000n;
/** Burnt for each transfer whose storage limit is above 0. */
const BURN = 3n;

/** An operation of the wallet; what it stands for is what its contents say. */
export interface ChainOperation {
  readonly branch: string;
  readonly contents: readonly RpcContent[];
  /** Unsigned bytes, as hexadecimal digits. */
  readonly bytes: string;
  readonly first: bigint;
}

export interface Included {
  readonly operation: ChainOperation;
  readonly hash: string;
  readonly receipts: FinalOperation['contents'];
  /** Made by hand, perhaps to pay these rows. */
  readonly byHand?: readonly string[];
}

export interface ChainBlock extends Omit<FinalBlock, 'operations'> {
  readonly included?: Included;
}

export function operationOf(branch: string, first: bigint, contents: readonly RpcContent[]): ChainOperation {
  return { branch, contents, first, bytes: forge({ branch, contents }) };
}

export function transfer(
  counter: bigint,
  destination: string,
  amount: bigint,
  more: Partial<RpcContent> = {},
): RpcContent {
  const limits = { fee: '10', gas_limit: '100', storage_limit: '0' };
  const own = { counter: String(counter), destination, amount: String(amount) };
  return { kind: 'transaction', source: WALLET, ...limits, ...own, ...more } as RpcContent;
}

/** A chain with one wallet on it: one operation in a block, counters, time to live, and blocks that are dropped again. */
export class PayoutChain {
  /** From FIRST_LEVEL on. */
  readonly blocks: ChainBlock[] = [];
  /** Blocks that were dropped too: a node still knows them. */
  private readonly known = new Map<string, ChainBlock>();
  operationsTtl = 4;
  final = FIRST_LEVEL;
  /** By how much blocks are later than their level says. */
  lateMs = 0;
  private count = 0;

  constructor() {
    this.add({ counter: FIRST_COUNTER, balance: FUNDS });
    for (let i = 0; i < FINALITY; i++) this.bake();
  }

  get head(): ChainBlock {
    return this.blocks[this.blocks.length - 1];
  }

  at(level: number): ChainBlock {
    return this.blocks[level - FIRST_LEVEL];
  }

  levelOf(hash: string): number | undefined {
    return this.known.get(hash)?.level;
  }

  /** Whether it could be in the next block. */
  canInclude({ first, branch, contents }: ChainOperation): boolean {
    const { head } = this;
    const level = this.blocks.find(({ hash }) => hash === branch)?.level;
    const fees = contents.reduce((sum, { fee }) => sum + BigInt(fee), 0n);
    const isYoung = level !== undefined && head.level + 1 <= level + head.operationsTtl;
    return isYoung && first === head.counter + 1n && fees <= head.balance;
  }

  /** Whether it could be in a block some day, whatever happens above the final one. */
  mayStillInclude({ first, branch }: ChainOperation): boolean {
    const final = this.at(this.final);
    const level = this.levelOf(branch);
    // The longest time to live that there is: see the world's steps.
    return level !== undefined && final.level < level + 6 && first > final.counter;
  }

  /** `failing`: number of the content that fails; its operation is undone, and pays its fees. */
  bake(operation?: ChainOperation, failing = Number.POSITIVE_INFINITY, byHand?: readonly string[]): void {
    const { counter, balance } = this.head;
    if (!operation) {
      this.add({ counter, balance });
      return;
    }
    const { contents } = operation;
    const receipts = contents.map((each, at): FinalOperation['contents'][number] => {
      const isUndone = failing < contents.length;
      const status = !isUndone ? 'applied' : at < failing ? 'backtracked' : at === failing ? 'failed' : 'skipped';
      const burnt = status === 'applied' && each.storage_limit !== '0' ? BURN : 0n;
      const to = each.kind === 'transaction' && { destination: each.destination, amount: BigInt(each.amount) };
      return { status, fee: BigInt(each.fee), burnt, ...(to && { transfer: to }) };
    });
    const cost = receipts.reduce((sum, { fee, burnt, status, transfer: to }) => {
      return sum + fee + burnt + (status === 'applied' ? (to?.amount ?? 0n) : 0n);
    }, 0n);
    const included = { operation, hash: `o${++this.count}`, receipts, byHand };
    this.add({ counter: counter + BigInt(contents.length), balance: balance - cost, included });
  }

  reorganise(depth: number): void {
    const most = this.head.level - this.final;
    this.blocks.splice(this.blocks.length - Math.min(depth, most), Math.min(depth, most));
  }

  /** What has reached anybody, with the rows that were paid by hand. */
  sentUpTo(level: number): { readonly included: Included; readonly level: number }[] {
    return this.blocks.flatMap((block) =>
      block.included && block.level <= level ? [{ included: block.included, level: block.level }] : [],
    );
  }

  /** As the guard's follower reads it. */
  finalBlock(level: number): FinalBlock {
    const { included, ...block } = this.at(level);
    const { operation, hash, receipts } = included ?? {};
    const operations = hash && receipts ? [{ hash, bytes: operation?.bytes, contents: receipts }] : [];
    return { ...block, operations };
  }

  private add(rest: { readonly counter: bigint; readonly balance: bigint; readonly included?: Included }): void {
    const level = FIRST_LEVEL + this.blocks.length;
    const number = new Uint8Array(32);
    new DataView(number.buffer).setUint32(0, ++this.count);
    const hash = encode(number, encodings.blockHash);
    const predecessor = this.blocks[this.blocks.length - 1]?.hash ?? '';
    const block = {
      level,
      hash,
      predecessor,
      timeMs: level * 1000 + this.lateMs,
      operationsTtl: this.operationsTtl,
      ...rest,
    };
    this.blocks.push(block);
    this.known.set(hash, block);
    this.final = Math.max(this.final, level - FINALITY);
  }
}
