import type { Log } from '../runtime/json-log';
import type { Reply, Request } from '../runtime/serve-http';
import { NotUnderstood, type RequestReader } from './asked-request';
import type { Forwarder, Outcome } from './forwarder';
import type { Asked, Reason } from './guard-core';
import type { GuardMetrics } from './guard-metrics';

export interface BakerApiParts {
  readonly reader: RequestReader;
  /** Undefined until the guard has an epoch. */
  readonly forwarder: () => Forwarder | undefined;
  readonly isReady: () => boolean;
  readonly metrics: GuardMetrics;
  readonly budgetMs: number;
  readonly log: Log;
}

/** Codes of refusals. Never 502: on that alone octez-baker asks again. */
const refusalCodes: Readonly<Record<Reason, number>> = {
  'not open': 503,
  outbid: 503,
  'no signer': 503,
  'above the ceiling': 403,
  'round too high': 403,
  'at or below the floor': 403,
  'at or below its mark': 409,
};

/** Codes of requests that were sent, or would have been. */
const resultCodes: Readonly<Record<Exclude<Outcome['result'], 'signed' | 'refused'>, number>> = {
  'expired in the queue': 504,
  timeout: 504,
  'not asked': 503,
  'refused for its mark': 409,
  'refused by the agent': 500,
  unknown: 500,
};

const KEY_PATH = /^\/keys\/([^/?]+)(\?.*)?$/;

/** The remote signer of Octez, as bakers see it (src/lib_signer_services/signer_services.ml). */
export class BakerApi {
  constructor(private readonly parts: BakerApiParts) {}

  async answer(request: Request): Promise<Reply> {
    const { method, path } = request;
    if (method === 'GET') return this.tell(path);
    const [, address, query = ''] = KEY_PATH.exec(path) ?? [];
    if (method !== 'POST' || address === undefined) return nothingHere;
    let asked: Asked;
    try {
      asked = this.parts.reader.read(address, query, request.body);
    } catch (error) {
      return this.notUnderstood(error as Error);
    }
    return this.sign(asked, request);
  }

  private tell(path: string): Reply {
    const { reader, isReady } = this.parts;
    if (path === '/healthz') return { status: 200, text: 'ok\n' };
    if (path === '/readyz') return isReady() ? { status: 200, text: 'ok\n' } : { status: 503, text: 'not open\n' };
    if (path === '/authorized_keys') return { status: 200, json: {} }; // asks for no credentials
    const [, address, query] = KEY_PATH.exec(path) ?? [];
    if (address === undefined || query !== undefined) return nothingHere;
    try {
      return { status: 200, json: { public_key: reader.key(address).publicKey } };
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error;
      return failure(error.status, error.message);
    }
  }

  private notUnderstood(error: Error): Reply {
    if (!(error instanceof NotUnderstood)) throw error;
    const { metrics, log } = this.parts;
    metrics.notUnderstood('not understood');
    log('WARNING', `refused: ${error.message}`);
    return failure(error.status, error.message);
  }

  private async sign(asked: Asked, { arrivedMs, isGone }: Request): Promise<Reply> {
    const { forwarder, budgetMs, metrics } = this.parts;
    const budget = { untilMs: arrivedMs + budgetMs, isGone };
    const outcome: Outcome = (await forwarder()?.sign(asked, budget)) ?? { result: 'refused', reason: 'not open' };
    metrics.ended(asked, outcome, performance.now() - arrivedMs);
    this.tellPeople(asked, outcome);
    if (outcome.result === 'signed') return { status: 200, json: { signature: outcome.signature } };
    if (outcome.result === 'refused') return failure(refusalCodes[outcome.reason], outcome.reason);
    return failure(resultCodes[outcome.result], 'why' in outcome ? outcome.why : outcome.result);
  }

  private tellPeople({ key, kind, level, round }: Asked, outcome: Outcome): void {
    if (outcome.result === 'signed') return;
    const why = 'why' in outcome ? outcome.why : outcome.result === 'refused' ? outcome.reason : '';
    const severity = outcome.result === 'refused for its mark' ? 'ERROR' : 'WARNING';
    this.parts.log(severity, `not signed: ${outcome.result}`, { why, key, kind, level, round });
  }
}

const nothingHere: Reply = { status: 404, text: 'nothing is here\n' };

/** As Octez writes errors. */
function failure(status: number, msg: string): Reply {
  return { status, json: [{ kind: 'temporary', id: 'failure', msg }] };
}
