import type { IncomingMessage } from 'node:http';
import { NotSent, TimedOut } from '../runtime/ask-http';
import type { Log } from '../runtime/json-log';
import type { Reply, Request } from '../runtime/serve-http';
import type { NodeChoice } from './node-choice';
import { refusals } from './payout-guard.contract';
import { relay } from './relay';
import type { NamedRpc } from './rpc-list.contract';
import type { RpcMatch } from './rpc-match';

export interface RpcWindowParts {
  readonly nodes: NodeChoice;
  readonly list: RpcMatch;
  /** Whether a signed operation, in hexadecimal digits, is one that this guard has signed and that may still be included. */
  readonly isOurs: (signed: string) => boolean;
  readonly onRefused: (reason: 'rpc-not-passed' | 'not-signed-here') => void;
  readonly log: Log;
}

/** A batch as JSON, as often as an operation can hold one. */
export const MOST_ASKED_BYTES = 2 * 1024 * 1024;
/** Each is one to a node, which has 100 for all who ask it (`Conduit_lwt_unix.set_max_active`); tezpay needs a few. */
export const MOST_ENGINE_CONNECTIONS = 32;

/** tezpay gives up a question after 10 s, and would hear nothing of the next node. */
const ANSWER_MS = 4000;
/** A simulation runs every transfer; an injected operation is checked before the node answers. */
const WORK_MS = 8000;
/** Between two parts of an answer, and between two heads: a chain that has blocks has one long before. */
const SILENT_MS = 120_000;
/** What something between us and a node says when the node is not there. */
const nodeIsGone: readonly number[] = [502, 503, 504];

const INJECTION = 'POST /injection/operation';
const HEX = /^"((?:[0-9a-f]{2})+)"\s*$/i;

/**
 * The RPCs that the engine may ask, at one node. What is injected here is only what this guard has signed, so that an
 * engine that was taken over, or that brings along an operation of another wallet, cannot use it; the promise of one
 * payment does not rest on this, since the engine can reach other nodes outside.
 */
export class RpcWindow {
  constructor(private readonly parts: RpcWindowParts) {}

  async answer({ method, path, body }: Request): Promise<Reply> {
    const named = this.parts.list.find(method, path);
    if (!named) return this.refuse('rpc-not-passed', `${method} ${path}`);
    if (named.rpc === INJECTION) {
      const [, signed] = HEX.exec(body) ?? [];
      if (signed === undefined || !this.parts.isOurs(signed.toLowerCase())) {
        return this.refuse('not-signed-here', path);
      }
    }
    return this.pass(named, { method, path, body });
  }

  private refuse(reason: 'rpc-not-passed' | 'not-signed-here', what: string): Reply {
    const { onRefused, log } = this.parts;
    onRefused(reason);
    log('WARNING', `not passed to a node: ${refusals[reason]}`, { reason, what });
    return { status: 403, json: { refused: reason, detail: refusals[reason] } };
  }

  /** What is only read may be asked again of the next node; what does something, only where not a byte has left. */
  private async pass(named: NamedRpc, asked: Pick<Request, 'method' | 'path' | 'body'>): Promise<Reply> {
    const { nodes } = this.parts;
    const timeoutMs = asked.method === 'GET' ? ANSWER_MS : WORK_MS;
    let problem = '';
    for (let tries = 0; tries < nodes.count; tries++) {
      const node = nodes.current;
      try {
        const incoming = await relay(node, { ...asked, timeoutMs, silentMs: SILENT_MS });
        if (!nodeIsGone.includes(incoming.statusCode ?? 0)) return this.passOn(node, named, incoming);
        incoming.destroy();
        problem = `it answered ${incoming.statusCode}`;
        nodes.fails(node, problem);
      } catch (error) {
        problem = (error as Error).message;
        nodes.fails(node, problem);
        if (asked.method !== 'GET' && !(error instanceof NotSent)) break;
      }
    }
    return { status: 503, json: { refused: 'node-failed', detail: `${refusals['node-failed']}: ${problem}` } };
  }

  private passOn(node: string, named: NamedRpc, incoming: IncomingMessage): Reply {
    const { nodes } = this.parts;
    // One that was cut is found out at the next question; it may be the engine that has hung up.
    incoming.once('error', (error) => {
      if (error instanceof TimedOut) nodes.fails(node, `${named.rpc}: ${error.message}`);
    });
    nodes.works(node);
    const type = incoming.headers['content-type'] ?? 'application/json';
    return { status: incoming.statusCode ?? 0, stream: incoming, type };
  }
}
