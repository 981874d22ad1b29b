import { ask } from '../runtime/ask-http';
import type { Log } from '../runtime/json-log';
import type { Reply, Request } from '../runtime/serve-http';
import type { GuardView } from './guard-metrics';

/** What a person in the pod may say and ask. */
export class Control {
  constructor(
    private readonly view: () => GuardView,
    private readonly log: Log,
  ) {}

  answer({ method, path }: Request): Reply {
    if (method === 'GET' && path === '/status') return { status: 200, json: statusOf(this.view()) };
    const [, signer] = /^\/fence\/([^/?]+)$/.exec(path) ?? [];
    if (method === 'POST' && signer !== undefined) return this.fence(decodeURIComponent(signer));
    return { status: 404, text: 'write: status, or fence <signer>\n' };
  }

  private fence(signer: string): Reply {
    const { core, watches } = this.view();
    if (!watches.some(({ name }) => name === signer)) return { status: 404, text: `no signer is called ${signer}\n` };
    if (!core) return { status: 409, text: 'not taken: the guard has only just started\n' };
    const refusal = core.opening.fence(signer);
    this.log('WARNING', `a person says that ${signer} is off`, { taken: refusal === undefined, refusal });
    if (refusal) return { status: 409, text: `not taken: ${refusal}\n` };
    return { status: 200, text: `${signer} counts as off; the guard is ${core.opening.phase}\n` };
  }
}

function statusOf({ core, watches, heads }: GuardView): unknown {
  const opening = core?.opening;
  return {
    phase: opening?.phase ?? 'starting',
    epoch: opening?.epoch,
    waitsFor: opening?.unanswered,
    floor: core?.floorLevel,
    ceiling: core?.heads.ceiling,
    signers: watches.map(({ name, link, last, problem, clockApartMs }) => ({
      name,
      away: link.config.away,
      hasAnswered: opening?.hasAnswered(name) ?? false,
      isUsable: opening?.usableSigners.includes(name) ?? false,
      isMarkedBeyondUs: core?.isMarkedBeyondUs(name) ?? false,
      problem: problem || last?.problem || undefined,
      clockApartMs,
      keys: last?.keys,
      uplinks: Object.fromEntries(link.uplinks.map((each) => [each.name, each.problem || 'works'])),
    })),
    nodes: Object.fromEntries([...(heads?.problems ?? [])].map(([node, problem]) => [node, problem || 'works'])),
  };
}

/** Says to the guard in this pod what a person wrote. Answers what it says, and whether it was taken. */
export async function sayTo(socket: string, words: readonly string[]): Promise<{ text: string; isTaken: boolean }> {
  const [verb, signer, ...more] = words;
  const isKnown = (verb === 'status' && !signer) || (verb === 'fence' && signer !== undefined && more.length === 0);
  if (!isKnown) return { text: 'write: status, or fence <signer>\n', isTaken: false };
  const method = verb === 'status' ? 'GET' : 'POST';
  const path = verb === 'status' ? '/status' : `/fence/${encodeURIComponent(signer)}`;
  const { status, text } = await ask({ socket }, { method, path, timeoutMs: 5000 });
  const shown = verb === 'status' ? `${JSON.stringify(JSON.parse(text), undefined, 2)}\n` : text;
  return { text: shown, isTaken: status === 200 };
}
