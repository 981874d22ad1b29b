import type { Log } from '../runtime/json-log';
import type { Reply, Request } from '../runtime/serve-http';
import { refusal } from './asked-operation';
import type { PayingWallet } from './paying-wallet';
import type { Refusal, RefusalReason } from './payout-guard.contract';
import { NOBODY, type PayoutMetrics } from './payout-metrics';
import type { SignOutcome } from './signing';

/** The longest operation as hexadecimal digits, and what stands around it. */
export const MOST_SIGNED_BYTES = 128 * 1024;

const KEY_PATH = /^\/keys\/(tz[1-4][1-9A-HJ-NP-Za-km-z]{33})(\?version=\d)?$/;
const HEX = /^"((?:[0-9a-f]{2})+)"\s*$/i;

/** Something does not answer. */
const down: readonly RefusalReason[] = ['generation-unknown', 'journal-not-written', 'signer-failed', 'node-failed'];
/** Waiting or a person can change it. */
const passing: readonly RefusalReason[] = [
  'stopped',
  'generation-old',
  'counter-not-next',
  'branch-unknown',
  'cap-day',
  'reconcile-refused',
  'journal-long',
];

/** The reply to whoever is refused. */
export function refused(by: Refusal): Reply {
  const { refused: reason } = by;
  const status = down.includes(reason) ? 503 : passing.includes(reason) ? 409 : 403;
  return { status: reason === 'no-such-wallet' ? 404 : status, json: by };
}

export interface EngineApiParts {
  readonly wallets: ReadonlyMap<string, PayingWallet>;
  readonly metrics: PayoutMetrics;
  readonly log: Log;
}

/** The remote signer of Octez, as an engine sees it (src/lib_signer_services/signer_services.ml). */
export class EngineApi {
  constructor(private readonly parts: EngineApiParts) {}

  async answer(request: Request): Promise<Reply> {
    const { method, path } = request;
    if (method === 'GET' && path === '/healthz') return { status: 200, text: 'ok\n' };
    if (method === 'GET' && path === '/authorized_keys') return { status: 200, json: {} }; // asks for no credentials
    const [, address, query] = KEY_PATH.exec(path) ?? [];
    if (address === undefined) return { status: 404, text: 'nothing is here\n' };
    const wallet = this.parts.wallets.get(address);
    if (method === 'GET' && query === undefined) {
      return wallet
        ? { status: 200, json: { public_key: wallet.config.publicKey } }
        : refused(refusal('no-such-wallet'));
    }
    if (method !== 'POST') return { status: 404, text: 'nothing is here\n' };
    const outcome = wallet ? await this.sign(wallet, request) : refusal('no-such-wallet');
    this.tell(wallet ? address : NOBODY, outcome);
    return 'signature' in outcome ? { status: 200, json: { signature: outcome.signature } } : refused(outcome);
  }

  private async sign(wallet: PayingWallet, { body, arrivedMs, isGone }: Request): Promise<SignOutcome> {
    const hex = HEX.exec(body)?.[1];
    if (hex === undefined) return refusal('not-an-operation', 'not a JSON text of hexadecimal digits');
    return wallet.signing.sign({ bytes: Buffer.from(hex, 'hex'), arrivedMs, isGone });
  }

  private tell(wallet: string, outcome: SignOutcome): void {
    const { metrics, log } = this.parts;
    const answer = 'refused' in outcome ? 'refused' : outcome.isStored ? 'stored' : 'signed';
    metrics.answered(wallet, answer);
    if ('refused' in outcome) {
      metrics.refused(wallet, outcome.refused);
      log('WARNING', `not signed: ${outcome.detail}`, { wallet, reason: outcome.refused });
    } else log('INFO', answer, { wallet });
  }
}
