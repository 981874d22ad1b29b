import { Journal } from '../../../programs/payout-guard/journal';
import type { WalletConfig } from '../../../programs/payout-guard/payout-guard.contract';
import type { ReconcileWord } from '../../../programs/payout-guard/reconciliation';
import { WalletCore } from '../../../programs/payout-guard/wallet-core';
import { ForgetfulDisk } from './forgetful-disk';
import type { RpcContent } from './octez-forger';
import {
  account,
  BAKER,
  type ChainOperation,
  operationOf,
  PayoutChain,
  transfer,
  WALLET,
  WALLET_KEY,
} from './payout-chain';
import { CHAIN_ID, walletConfig } from './world-wallet';

export const NOW = 1_700_000_000_000;
export const DAY = 86_400_000;
export const ALICE = account(1);
export const BOB = account(2);
export const rowOf = (cycle: number, delegator: string, amount: string) =>
  ({ cycle, kind: 'delegator reward', delegator, recipient: delegator, amount }) as const;
export const alice = rowOf(1, ALICE, '5000');
export const bob = rowOf(1, BOB, '7000');

/** A wallet with its chain, and an engine that asks. */
export class Desk {
  readonly chain = new PayoutChain();
  readonly disk = new ForgetfulDisk();
  core: WalletCore;
  generation = 0;

  constructor(private readonly more: Partial<WalletConfig> = {}) {
    this.core = this.opened();
  }

  opened(disk = this.disk): WalletCore {
    const chain = { id: CHAIN_ID, costPerByte: 250n };
    return new WalletCore({ chain, wallet: walletConfig(0n, this.more), journal: new Journal(disk) });
  }

  word(more: Partial<ReconcileWord> = {}): ReconcileWord {
    const block = this.chain.at(this.core.position?.level ?? this.chain.final);
    const shared = { operations: [], paid: [], notIncluded: [], release: [], close: [] };
    return { generation: ++this.generation, block, ...shared, ...more };
  }

  reconcile(more: Partial<ReconcileWord> = {}) {
    return this.core.reconcile(this.word(more), NOW);
  }

  plan(rows: readonly object[] = [alice, bob], more: object = {}) {
    return this.core.plan({ chainId: CHAIN_ID, wallet: WALLET, baker: BAKER, rows, leftOut: [], ...more }, NOW);
  }

  /** To Alice and Bob, or what is said. */
  operation(contents?: readonly RpcContent[], first = this.chain.head.counter + 1n): ChainOperation {
    const usual = () => [transfer(first, ALICE, 5000n), transfer(first + 1n, BOB, 7000n)];
    return operationOf(this.chain.head.hash, first, contents ?? usual());
  }

  decide(operation: ChainOperation, more: object = {}) {
    const bytes = Buffer.from(`03${operation.bytes}`, 'hex');
    const branchLevel = this.chain.levelOf(operation.branch);
    return this.core.decide({ bytes, branchLevel, newestGeneration: this.generation, nowMs: NOW, ...more });
  }

  /** Why it is not signed; the name of what else becomes of it. */
  verdict(operation: ChainOperation, more: object = {}): string {
    const decision = this.decide(operation, more);
    if ('refused' in decision) return decision.refused.refused;
    return Object.keys(decision)[0];
  }

  sign(operation: ChainOperation): string {
    const decision = this.decide(operation);
    if (!('sign' in decision)) throw new Error(JSON.stringify(decision));
    expect(this.core.signed(decision.id, 'sig', NOW)).toEqual({ signature: 'sig' });
    return decision.id;
  }

  /** Makes all blocks final, and reads them. */
  follow(): void {
    this.chain.bake();
    this.chain.bake();
    while ((this.core.position?.level ?? 0) < this.chain.final) {
      this.core.finalBlock(this.chain.finalBlock((this.core.position?.level ?? 0) + 1));
    }
  }

  get statuses(): string[] {
    return this.core.records.all.map(({ status }) => status);
  }
}

export function desk(more: Partial<WalletConfig> = {}): Desk {
  const made = new Desk(more);
  made.reconcile();
  made.plan();
  return made;
}

const limits = { source: WALLET, fee: '10', gas_limit: '1', storage_limit: '0' };
export const reveal = (counter: bigint, key = WALLET_KEY) =>
  ({ kind: 'reveal', ...limits, counter: String(counter), public_key: key }) satisfies RpcContent;
