import type { Log } from '../runtime/json-log';
import type { Reply, Request } from '../runtime/serve-http';
import { refusal } from './asked-operation';
import { refused } from './engine-api';
import type { PayingWallet } from './paying-wallet';
import type { PlanAnswer, Refusal } from './payout-guard.contract';
import { NOBODY, type PayoutMetrics } from './payout-metrics';
import { walletReply } from './records-api';

/** A plan of 30,000 rows. */
export const MOST_PLAN_BYTES = 16 * 1024 * 1024;
/** A run has one at a time. As many plans at once are in memory. */
export const MOST_PLAN_CONNECTIONS = 16;

export interface PlanApiParts {
  readonly wallets: ReadonlyMap<string, PayingWallet>;
  readonly metrics: PayoutMetrics;
  readonly log: Log;
}

/** Where the preflight posts what may be signed, and asks what is paid. */
export class PlanApi {
  constructor(private readonly parts: PlanApiParts) {}

  answer({ method, path, body }: Request): Reply {
    const [pathname, query] = path.split('?');
    const searchParams = new URLSearchParams(query);
    if (method === 'POST' && pathname === '/plans') return this.post(body);
    if (method !== 'GET') return { status: 404, text: 'nothing is here\n' };
    if (pathname === '/rows') return this.rows(searchParams);
    return walletReply(this.parts.wallets, pathname);
  }

  private post(body: string): Reply {
    const { metrics, log } = this.parts;
    const { wallet, answer } = this.taken(body);
    if ('refused' in answer) {
      metrics.refused(wallet, answer.refused);
      log('ERROR', `a plan is not taken: ${answer.detail}`, { wallet, reason: answer.refused });
      return refused(answer);
    }
    const open = answer.rows.filter(({ status }) => status === 'open').length;
    log('INFO', 'a plan is taken', { wallet, plan: answer.plan, rows: answer.rows.length, open });
    return { status: 200, json: answer };
  }

  private taken(body: string): { readonly wallet: string; readonly answer: PlanAnswer | Refusal } {
    let posted: unknown;
    try {
      posted = JSON.parse(body);
    } catch {
      return { wallet: NOBODY, answer: refusal('plan-malformed', 'it is not JSON') };
    }
    const address = (posted as { wallet?: unknown } | null)?.wallet;
    const wallet = typeof address === 'string' ? this.parts.wallets.get(address) : undefined;
    if (!wallet) return { wallet: NOBODY, answer: refusal('no-such-wallet') };
    return { wallet: wallet.config.address, answer: wallet.core.plan(posted, Date.now()) };
  }

  private rows(query: URLSearchParams): Reply {
    const wallet = this.parts.wallets.get(query.get('wallet') ?? '');
    if (!wallet) return refused(refusal('no-such-wallet'));
    const cycle = query.get('cycle');
    const { records } = wallet;
    return { status: 200, json: cycle === null ? records : records.filter((row) => `${row.cycle}` === cycle) };
  }
}
