import { base58 } from '@scure/base';
import { type DeviceConfig, LEDGER_FILE } from './agent.contract';
import type { ReportedMark } from './agent-core';
import { httpProblem, tcpProblem } from './far-device';
import { Ledger } from './ledger';
import type { LedgerSight } from './ledger-questions';
import { isSameKey, ledgerKey, pathText } from './ledger-url';
import { type Problem, problemOf, Unfit } from './unfit';

/** A mark of no kind: of a Ledger, which has one over all of them. */
export const DEVICE_KIND = 'device';

type KeyOnLedger = { readonly key: string; readonly url: string };

/** What is seen of whatever holds the keys, without signing. Who looks has a turn at the device. */
export class DeviceLook {
  private readonly problems = new Map<string, Problem | undefined>();
  private readonly urls: readonly (readonly [key: string, url: string])[];
  private readonly ledger: Ledger;
  private readonly chain: number;
  /** What it said last. */
  private sight: LedgerSight | undefined;

  constructor({ urls, ledgerFile = LEDGER_FILE }: DeviceConfig, chainId: string) {
    this.urls = Object.entries(urls);
    this.ledger = new Ledger(ledgerFile);
    this.chain = Buffer.from(base58.decode(chainId)).readUInt32BE(CHAIN_PREFIX_BYTES);
    for (const [key] of this.urls) this.problems.set(key, problemOf('starting'));
  }

  /** Answers whether it has seen everything: as soon as `isWanted`, it stops, and what is known stays. */
  async look(isWanted: () => boolean): Promise<boolean> {
    const onLedger = this.urls.filter(([, url]) => url.startsWith('ledger:')).map(([key, url]) => ({ key, url }));
    if (onLedger.length > 0 && !(await this.lookAtLedger(onLedger, isWanted))) return false;
    for (const [key, url] of this.urls) {
      const look = looks[url.slice(0, url.indexOf(':'))];
      if (!look) continue;
      if (isWanted()) return false;
      this.problems.set(key, await look(url, key));
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
    const keys = this.urls.filter(([, url]) => url.startsWith('ledger:') && !problemWith(url, sight));
    return keys.map(([key]) => ({ key, kind: DEVICE_KIND, level, round }));
  }

  /** Of the Ledger's baking app. */
  get appVersion(): string | undefined {
    return this.sight?.version;
  }

  private async lookAtLedger(keys: readonly KeyOnLedger[], isWanted: () => boolean): Promise<boolean> {
    try {
      const sight = await this.ledger.look(isWanted);
      if (!sight) return false;
      this.sight = sight;
      for (const { key, url } of keys) this.problems.set(key, problemWith(url, sight));
    } catch (error) {
      const problem = error instanceof Unfit ? error.problem : problemOf('trouble', (error as Error).message);
      for (const { key } of keys) this.problems.set(key, problem);
    }
    return true;
  }
}

/** Before the four bytes of a chain id. */
const CHAIN_PREFIX_BYTES = 3;

/** By scheme of the URL. What is at no other scheme octez-signer alone can judge. */
const looks: Readonly<Record<string, (url: string, key: string) => Promise<Problem | undefined>>> = {
  tcp: (url) => tcpProblem(new URL(url)),
  http: (url, key) => httpProblem(new URL(url), key),
};

function problemWith(url: string, { authorised }: LedgerSight): Problem | undefined {
  if (!authorised) return problemOf('not authorised', 'with none at all');
  const wanted = ledgerKey(url);
  return isSameKey(wanted, authorised)
    ? undefined
    : problemOf('not authorised', `with ${pathText(authorised)}, not ${pathText(wanted)}`);
}
