import type { PayoutRecord } from '../../../programs/payout-guard/payout-guard.contract';
import { serve } from '../../../programs/runtime/serve-http';
import { account } from '../payout-guard/payout-chain';
import { afterwards } from '../temporary';

export const CHAIN_ID = 'NetXdQprcVkpaWU';
export const PROTOCOL = 'PsUshuai';
export const BAKER = account(201);
export const WALLET = account(202);
export const HEAD = 5000;
/** Blocks of a cycle; cycle n ends at (n + 1) * 1000. */
const BLOCKS = 1000;
export const NOW = Date.parse('2026-11-29T12:00:00Z');

/** A recipe as tezpay writes it; what nobody here reads is left out. */
export function recipe(cycle: number, number: number, more: Record<string, unknown> = {}) {
  return {
    ...{ baker: BAKER, delegator: account(number), cycle, recipient: account(number), kind: 'delegator reward' },
    ...{ tx_kind: 'tez', fa_token_id: '0', delegator_balance: '1000000', staked_balance: '0', amount: '500' },
    ...{ fee_rate: 0.05, fee: '26', valid: true },
    ...more,
  };
}

export function blueprint(cycle: number, payouts: readonly ReturnType<typeof recipe>[]) {
  const delegators = payouts.filter(({ kind }) => kind === 'delegator reward');
  const total = delegators.reduce((sum, each) => sum + Number(each.delegator_balance), 0);
  return { cycle, payouts, external_delegated_balance: String(total), cycle_earned_total: '10000', timestamp: 'then' };
}

/** Node, indexer and guard on one port, each as strict as what is asked of it. */
export class PayoutSources {
  /** Everything that was asked. */
  readonly asked: string[] = [];
  readonly plans: any[] = [];
  records: Partial<PayoutRecord>[] = [];
  stopped: object | undefined;
  /** When the guard has refused a request last. */
  refusedMs = 0;
  refusal: object | undefined;
  /** Of plans of single cycles. */
  readonly refusals: Record<number, object> = {};
  chainId = CHAIN_ID;
  protocol = PROTOCOL;
  headMs = NOW - 10_000;
  balance = '1000000';
  indexer: { level?: unknown; chainId: string } = { level: HEAD, chainId: CHAIN_ID };
  /** In place of what is told of the head. */
  header: object = {};
  level: object = {};
  delegated: number | undefined;
  /** Of single cycles. */
  readonly delegatedIn: Record<number, number> = {};
  /** Parts of paths that the node knows no more. */
  readonly gone: string[] = [];
  /** Accounts that delegate elsewhere. */
  readonly strangers = new Set<string>();
  attesting = '800';
  /** Levels that the indexer names, and those that the node knows as the baker's. */
  blocks: number[] = [3001, 3002];
  ownBlocks: number[] = [3001, 3002];
  url = '';

  async start(): Promise<this> {
    const { port, close } = await serve(
      { port: 0, host: '127.0.0.1' },
      ({ method, path, body }) => {
        this.asked.push(`${method} ${path}`);
        const json = method === 'POST' ? this.posted(path, JSON.parse(body)) : this.answer(path);
        return json === undefined ? { status: 404, text: '' } : { status: 200, json };
      },
      (error) => {
        throw error;
      },
    );
    afterwards(close);
    this.url = `http://127.0.0.1:${port}`;
    return this;
  }

  private posted(path: string, plan: any): unknown {
    if (path !== '/plans') return undefined;
    this.plans.push(plan);
    const paid = new Set(this.records.filter(({ status }) => status === 'paid').map(nameOf));
    const rows = plan.rows.map((row: any) => ({ ...row, status: paid.has(nameOf(row)) ? 'paid' : 'open' }));
    return this.refusal ?? this.refusals[plan.rows[0]?.cycle] ?? { plan: this.plans.length, rows };
  }

  private answer(path: string): unknown {
    if (this.gone.some((part) => path.includes(part))) return undefined;
    const level = Number(/\/blocks\/(\d+)\//.exec(path)?.[1]);
    const offset = Number(/offset=(-?\d+)$/.exec(path)?.[1]);
    const contract = /\/contracts\/(\w+)\/(balance|delegate)$/.exec(path);
    if (path === '/chains/main/chain_id') return this.chainId;
    if (path.endsWith('/head/header'))
      return { level: HEAD, timestamp: new Date(this.headMs).toISOString(), ...this.header };
    if (path.endsWith('/head/metadata'))
      return { next_protocol: this.protocol, level_info: { cycle: HEAD / BLOCKS, ...this.level } };
    if (path.includes('levels_in_current_cycle')) {
      const last = (HEAD / BLOCKS + offset + 1) * BLOCKS;
      return { first: last - BLOCKS + 1, last };
    }
    if (contract?.[2] === 'balance') return contract[1] === WALLET ? this.balance : undefined;
    if (contract?.[2] === 'delegate') return this.strangers.has(contract[1]) ? account(99) : BAKER;
    if (path.endsWith('/participation')) return { expected_attesting_rewards: this.attesting };
    if (path.endsWith('/dal_participation')) return { expected_dal_rewards: '50' };
    if (level) return this.metadata(level);
    if (path === '/v1/head') return this.indexer;
    const split = /^\/v1\/rewards\/split\/\w+\/(\d+)\?limit=0$/.exec(path);
    if (split) {
      const delegated = this.delegatedIn[Number(split[1])] ?? this.delegated ?? 2_000_000;
      return { externalDelegatedBalance: delegated };
    }
    const blocks =
      /^\/v1\/blocks\?(proposer|producer)=\w+&level\.ge=(\d+)&level\.le=(\d+)&select=level&limit=10000$/.exec(path);
    if (blocks) {
      const [role, first, last] = [blocks[1], Number(blocks[2]), Number(blocks[3])];
      return role === 'producer' ? [] : this.blocks.filter((each) => first <= each && each <= last);
    }
    const rows = new RegExp(`^/rows\\?wallet=${WALLET}&cycle=(\\d+)$`).exec(path);
    if (rows) return this.records.filter(({ cycle }) => cycle === Number(rows[1]));
    if (path === `/wallets/${WALLET}`) return { address: WALLET, stopped: this.stopped, refusedMs: this.refusedMs };
    return undefined;
  }

  private metadata(level: number): object {
    const baker = this.ownBlocks.includes(level) ? BAKER : account(98);
    const updates = [
      { kind: 'minted', category: 'baking rewards', change: '-100' },
      { kind: 'contract', contract: baker, change: '100' },
      { kind: 'accumulator', category: 'block fees', change: '-25' },
      { kind: 'minted', category: 'attesting rewards', change: '-7777' },
    ];
    const level_info = { level, cycle: Math.ceil(level / BLOCKS) - 1 };
    return { baker, proposer: baker, level_info, balance_updates: updates };
  }
}

function nameOf({ cycle, kind, delegator, recipient }: Partial<PayoutRecord>): string {
  return [cycle, kind, delegator, recipient].join('/');
}
