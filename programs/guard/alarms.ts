import type { Log } from '../runtime/json-log';
import type { GuardCore } from './guard-core';
import type { GuardView } from './guard-metrics';
import type { SignerWatch } from './signer-watch';

/** What is wrong, and the sentence that says so; a person must see to it: at once, or before the gateway starts anew. */
type Alarm = readonly [id: string, sentence: string, severity?: 'WARNING'];

/** Signers without whose answer nothing is signed. */
export function awaitedBy({ opening }: GuardCore): string[] {
  const { phase, unanswered, skipped } = opening;
  return phase === 'opening' ? unanswered.filter((each) => !skipped.includes(each)) : [];
}

/**
 * Says as errors, once each, what no program mends: the log is where a person is called from. What passes by itself, as a
 * start does, lasts shorter than `lastsMs`.
 */
export class Alarms {
  private readonly sinceMs = new Map<string, number>();
  private readonly said = new Set<string>();

  constructor(
    private readonly lastsMs: number,
    private readonly log: Log,
  ) {}

  /** `nowMs`: by the monotonic clock. */
  look(view: GuardView, nowMs = performance.now()): void {
    const { sinceMs, said, lastsMs, log } = this;
    const alarms = new Map(alarmsOf(view).map((alarm) => [alarm[0], alarm]));
    for (const id of sinceMs.keys()) {
      if (alarms.has(id)) continue;
      sinceMs.delete(id);
      if (said.delete(id)) log('INFO', `no more: ${id}`);
    }
    for (const [id, sentence, severity = 'ERROR'] of alarms.values()) {
      const since = sinceMs.get(id) ?? nowMs;
      sinceMs.set(id, since);
      if (nowMs - since < lastsMs || said.has(id)) continue;
      said.add(id);
      log(severity, sentence);
    }
  }
}

function alarmsOf({ core, watches }: GuardView): Alarm[] {
  if (!core) return [];
  const { phase } = core.opening;
  if (phase === 'opening') return [...missing(core, watches), ...marked(core, watches)];
  return phase === 'open' ? [...marked(core, watches), ...keysWithout(core, watches), ...fewer(core, watches)] : [];
}

/** What a guard that has not opened waits for. */
function missing(core: GuardCore, watches: readonly SignerWatch[]): Alarm[] {
  const awaited = awaitedBy(core);
  const found: Alarm[] = watches
    .filter(({ name }) => awaited.includes(name))
    .map((watch) => {
      const id = `${watch.name} has not answered`;
      return [id, `${id}, and nothing is signed until it does: ${problemOf(watch)}`];
    });
  const { floorProblem } = core;
  if (floorProblem) found.push(['there is no floor', `there is no floor, and nothing is signed: ${floorProblem}`]);
  if (found.length > 0) return found;
  const id = 'the guard has not opened';
  return [[id, `${id}: not every signer has named its session once more`]];
}

function marked(core: GuardCore, watches: readonly SignerWatch[]): Alarm[] {
  return watches
    .filter(({ name }) => core.isMarkedBeyondUs(name))
    .map(({ name }) => {
      const id = `the device of ${name} reports a signature that this guard does not know of`;
      return [id, `${id}, and is not used: find out who it signed for`];
    });
}

/** Keys with which nobody signs, though the guard is open. */
function keysWithout({ opening, choice }: GuardCore, watches: readonly SignerWatch[]): Alarm[] {
  const { usableSigners } = opening;
  const all = [...new Set(watches.flatMap(({ link }) => link.config.keys))];
  const holders = (key: string) => watches.filter(({ link }) => link.config.keys.includes(key));
  const isServed = (key: string) =>
    holders(key).some(({ name }) => usableSigners.includes(name) && choice.isHealthy(name, key));
  return all
    .filter((key) => !isServed(key))
    .map((key) => {
      const id = `no signer can sign with ${key}`;
      return [
        id,
        `${id}: ${holders(key)
          .map((watch) => `${watch.name}: ${problemOf(watch, key)}`)
          .join('; ')}`,
      ];
    });
}

/** Not all signers are there: the next guard cannot open without a word for those that are not. */
function fewer({ opening }: GuardCore, watches: readonly SignerWatch[]): Alarm[] {
  const all = watches.filter(({ link }) => link.config.away === undefined);
  const { usableSigners } = opening;
  const isThere = ({ name, link }: SignerWatch) => usableSigners.includes(name) && link.isReached;
  const gone = all.filter((watch) => !isThere(watch));
  if (gone.length === 0 || gone.length === all.length) return [];
  const id = `${all.length - gone.length} of ${all.length} signers can be used`;
  const why = gone.map((watch) => `${watch.name}: ${problemOf(watch)}`).join('; ');
  return [[id, `${id}, and a restart of the gateway may need a person: ${why}`, 'WARNING']];
}

/** Why it cannot be used, as far as it is known; `key`: with that key. */
function problemOf({ link, last, problem }: SignerWatch, key?: string): string {
  if (link.config.away !== undefined) return 'the bakery file says that it is away';
  if (!link.isReached) return link.uplinks.map((each) => `uplink ${each.name}: ${each.problem}`).join(', ');
  return problem || last?.problem || (key && last?.keys[key]) || 'it waits for the word of the others';
}
