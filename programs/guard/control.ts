import { ask } from '../runtime/ask-http';
import type { Log } from '../runtime/json-log';
import type { Reply, Request } from '../runtime/serve-http';
import type { GuardView } from './guard-metrics';
import type { Slot } from './marks';

const USAGE = 'write: status, or fence <signer>, or floor <level> <round>\n';
const JUST_STARTED = 'not taken: the guard has only just started; try again in a few seconds\n';
const OUTBID = 'not taken: a newer guard has the signers, and this one signs no more: delete this pod\n';
/** By verb: how many words follow. */
const verbs: Readonly<Record<string, number>> = { status: 0, fence: 1, floor: 2 };

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
    const [, level, round] = /^\/floor\/(\d{1,10})\/(\d{1,10})$/.exec(path) ?? [];
    if (method === 'POST' && level !== undefined) return this.floor({ level: Number(level), round: Number(round) });
    return { status: 404, text: USAGE };
  }

  private floor(slot: Slot): Reply {
    const { core } = this.view();
    if (!core) return { status: 409, text: JUST_STARTED };
    const refusal = core.sayFloor(slot);
    this.log('WARNING', 'a person says the floor of a chain that stands', { ...slot, refusal });
    if (refusal) return { status: 409, text: `not taken: ${refusal}\n` };
    const said = `the floor will be level ${slot.level}, round ${slot.round}`;
    return { status: 200, text: `${said}; the guard is ${core.opening.phase}\n` };
  }

  private fence(signer: string): Reply {
    const { core, watches } = this.view();
    const names = watches.map(({ name }) => name);
    if (!core) return { status: 409, text: JUST_STARTED };
    if (!names.includes(signer)) {
      return { status: 404, text: `no signer is called ${signer}; write one of: ${names.join(', ')}\n` };
    }
    if (core.opening.phase === 'outbid') return { status: 409, text: OUTBID };
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
    skips: opening?.skipped,
    floor: core?.floor.level,
    floorRound: core?.floor.round,
    floorProblem: opening?.phase === 'opening' ? core?.floorProblem || undefined : undefined,
    ceiling: core?.heads.ceiling,
    signers: watches.map(({ name, link, last, problem, clockApartMs }) => ({
      name,
      away: link.config.away,
      hasAnswered: opening?.hasAnswered(name) ?? false,
      waitsForWordOf: opening?.waitsForWordOf(name) ?? [],
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
  const [verb, ...more] = words;
  if (verbs[verb] !== more.length) return { text: USAGE, isTaken: false };
  const method = verb === 'status' ? 'GET' : 'POST';
  const path = `/${words.map(encodeURIComponent).join('/')}`;
  const { status, text } = await ask({ socket }, { method, path, timeoutMs: 5000 }).catch((error: Error) => {
    throw new Error(`the guard does not answer on ${socket}: ${error.message}`);
  });
  const shown = verb === 'status' ? `${JSON.stringify(JSON.parse(text), undefined, 2)}\n` : text;
  return { text: shown, isTaken: status === 200 };
}
