import { ask } from '../runtime/ask-http';
import type { Log } from '../runtime/json-log';
import type { Reply, Request } from '../runtime/serve-http';
import type { PayingWallet } from './paying-wallet';
import type { ReconcileOffer } from './reconcile-offer';
import { NotTaken } from './reconcile-offer';
import type { Proposal, Word } from './reconciliation.contract';

const RECONCILE_PATH = /^\/reconcile\/(\w+)$/;
/** A node is asked for every block since the last time. */
const LOOK_MS = 30 * 60_000;

export interface PayoutControlParts {
  readonly wallets: ReadonlyMap<string, PayingWallet>;
  readonly offers: ReadonlyMap<string, ReconcileOffer>;
  readonly log: Log;
}

/** What a person in the pod may say and ask. */
export class PayoutControl {
  constructor(private readonly parts: PayoutControlParts) {}

  async answer({ method, path, body }: Request): Promise<Reply> {
    const { wallets, offers } = this.parts;
    if (method === 'GET' && path === '/status') {
      const all = [...wallets.values()].map(({ status, follower, signer, bucket, journal }) => ({
        ...status,
        ...{ chain: follower.problem || 'works', signer: signer.problem || 'works', bucket: bucket.problem || 'works' },
        recordsNotInBucket: bucket.behind ?? 'not known',
        journalBytes: journal?.bytes,
      }));
      return { status: 200, json: all };
    }
    const [, address] = RECONCILE_PATH.exec(path) ?? [];
    const offer = offers.get(address ?? '');
    if (!offer) return { status: 404, text: 'no such wallet\n' };
    try {
      if (method === 'GET') return { status: 200, json: await offer.propose() };
      return await this.take(offer, address, JSON.parse(body) as Word);
    } catch (error) {
      return { status: 409, text: `not taken: ${(error as Error).message}\n` };
    }
  }

  private async take(offer: ReconcileOffer, wallet: string, word: Word): Promise<Reply> {
    const { log } = this.parts;
    try {
      const generation = await offer.take(word);
      const { id: _, ...said } = word;
      log('WARNING', 'a person has reconciled', { wallet, generation, ...said });
      return { status: 200, text: `recorded as reconciliation ${generation}\n` };
    } catch (error) {
      log('WARNING', 'a reconciliation is not taken', { wallet, why: (error as Error).message });
      throw error instanceof NotTaken ? error : new Error(`${(error as Error).message}: run reconcile again`);
    }
  }
}

/** The guard in this pod, as a person's program sees it. Each throws what the guard says where it does not answer with 200. */
export class ControlClient {
  constructor(private readonly socket: string) {}

  async status(): Promise<readonly Proposal['status'][]> {
    return JSON.parse(await this.said('GET', '/status')) as Proposal['status'][];
  }

  async propose(wallet: string): Promise<Proposal> {
    return JSON.parse(await this.said('GET', `/reconcile/${wallet}`)) as Proposal;
  }

  async take(wallet: string, word: Word): Promise<string> {
    return this.said('POST', `/reconcile/${wallet}`, JSON.stringify(word));
  }

  private async said(method: 'GET' | 'POST', path: string, body?: string): Promise<string> {
    const question = { method, path, timeoutMs: LOOK_MS, mostBytes: 64 * 1024 * 1024 };
    const { socket } = this;
    const { status, text } = await ask({ socket }, body === undefined ? question : { ...question, body }).catch(
      (error: Error) => {
        throw new Error(`the payout-guard does not answer on ${socket}: ${error.message}`);
      },
    );
    if (status !== 200) throw new Error(text.trim());
    return text;
  }
}
