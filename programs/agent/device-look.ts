import { base58 } from '@scure/base';
import { type DeviceConfig, LEDGER_FILE } from './agent.contract';
import type { ReportedMark } from './agent-core';
import { httpProblem, tcpProblem } from './far-device';
import type { LedgerSight } from './ledger-questions';
import { isSameKey, type LedgerKey, ledgerKey, pathText } from './ledger-url';
import { type Problem, problemOf, Unfit } from './unfit';
import { Hidden, Ledger } from './usb-ledger';

/** A mark of no kind: of a Ledger, which has one over all of them. */
export const DEVICE_KIND = 'device';

/** A key whose URL is a Ledger's; no `wanted` if nobody can read the URL. */
interface KeyOnLedger {
  readonly key: string;
  readonly wanted: LedgerKey | undefined;
  readonly url: string;
}

/** A person who sets a Ledger up at this machine has it for about as long, and nobody else should use it then. */
const HIDDEN_MS = 20_000;

export interface DeviceLookParts {
  readonly config: DeviceConfig;
  readonly chainId: string;
  /** `/sys` */
  readonly sys: string;
  /** For how long a Ledger that the kernel does not show counts as absent; then octez-signer alone judges it. */
  readonly patienceMs?: number;
}

/** What is seen of whatever holds the keys, without signing. Who looks has a turn at the device. */
export class DeviceLook {
  private readonly problems = new Map<string, Problem | undefined>();
  private readonly urls: readonly (readonly [key: string, url: string])[];
  private readonly onLedger: readonly KeyOnLedger[];
  private readonly ledger: Ledger;
  private readonly chain: number;
  private readonly patienceMs: number;
  /** What the Ledger said last. */
  private sight: LedgerSight | undefined;
  /** Since when the kernel does not show it, by the monotonic clock. */
  private hiddenMs: number | undefined;

  constructor({ config, chainId, sys, patienceMs = HIDDEN_MS }: DeviceLookParts) {
    const { urls, ledgerFile = LEDGER_FILE } = config;
    this.patienceMs = patienceMs;
    this.urls = Object.entries(urls);
    this.onLedger = this.urls.flatMap(([key, url]) =>
      schemeOf(url) === 'ledger' ? [{ key, url, wanted: ledgerKey(url) }] : [],
    );
    this.ledger = new Ledger(ledgerFile, sys);
    this.chain = Buffer.from(base58.decode(chainId)).readUInt32BE(CHAIN_PREFIX_BYTES);
    for (const [key] of this.urls) this.problems.set(key, problemOf('starting'));
  }

  /** Answers whether it has seen everything: as soon as `isWanted`, it stops, and what is known stays. */
  async look(isWanted: () => boolean): Promise<boolean> {
    if (this.onLedger.length > 0 && !(await this.lookAtLedger(isWanted))) return false;
    for (const [key, url] of this.urls) {
      const scheme = schemeOf(url);
      if (scheme === 'ledger') continue;
      if (isWanted()) return false;
      const seen = looks[scheme]?.(url, key) ?? Promise.resolve(undefined);
      this.problems.set(key, await seen.catch(problemIn));
    }
    return true;
  }

  problemOf(key: string): Problem | undefined {
    return this.problems.get(key);
  }

  /** Of the keys that the Ledger bakes with, as it told last: it may have signed since. */
  get marks(): ReportedMark[] {
    const { sight } = this;
    if (!sight) return [];
    const { chain, main, others } = sight.marks;
    const { level, round } = chain === 0 || chain === this.chain ? main : others;
    return this.onLedger
      .filter((each) => !problemWith(each, sight))
      .map(({ key }) => ({ key, kind: DEVICE_KIND, level, round }));
  }

  /** Whether the Ledger can be looked at; undefined if no key is on one. */
  get isLedgerSeen(): boolean | undefined {
    if (this.onLedger.length === 0) return undefined;
    return this.hiddenMs === undefined && this.onLedger.every(({ key }) => this.problems.get(key)?.reason !== 'absent');
  }

  /** Of the Ledger's baking app. */
  get appVersion(): string | undefined {
    return this.sight?.version;
  }

  private async lookAtLedger(isWanted: () => boolean): Promise<boolean> {
    try {
      const sight = await this.ledger.look(isWanted);
      this.hiddenMs = undefined;
      if (!sight) return false;
      this.sight = sight;
      for (const each of this.onLedger) this.problems.set(each.key, problemWith(each, sight));
    } catch (error) {
      const problem = error instanceof Hidden ? this.problemOfHidden() : problemIn(error as Error);
      if (!(error instanceof Hidden)) this.hiddenMs = undefined;
      for (const { key } of this.onLedger) this.problems.set(key, problem);
    }
    return true;
  }

  private problemOfHidden(): Problem | undefined {
    this.hiddenMs ??= performance.now();
    const isLong = performance.now() - this.hiddenMs >= this.patienceMs;
    return isLong ? undefined : problemOf('absent', 'it is plugged in, and another program has it');
  }
}

/** Before the four bytes of a chain id. */
const CHAIN_PREFIX_BYTES = 3;

/** By scheme of the URL. What is at no other scheme octez-signer alone can judge. */
const looks: Readonly<Record<string, (url: string, key: string) => Promise<Problem | undefined>>> = {
  tcp: async (url) => tcpProblem(new URL(url)),
  http: async (url, key) => httpProblem(new URL(url), key),
};

function schemeOf(url: string): string {
  return url.slice(0, url.indexOf(':'));
}

function problemIn(error: Error): Problem {
  return error instanceof Unfit ? error.problem : problemOf('trouble', error.message);
}

function problemWith({ wanted, url }: KeyOnLedger, { authorised }: LedgerSight): Problem | undefined {
  if (!wanted) return problemOf('not authorised', `nobody can read ${url}`);
  if (!authorised) return problemOf('not authorised', 'with none at all');
  if (isSameKey(wanted, authorised)) return undefined;
  return problemOf('not authorised', `with ${pathText(authorised)}, not ${pathText(wanted)}`);
}
