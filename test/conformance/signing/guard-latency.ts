import { HIGHEST_ROUND } from '../../../programs/guard/marks';
import { askSigner } from './ask-signer';
import { requestHex } from './made-requests';
import { pause, type SigningWorld } from './signing-world';
import type { Passing, WayTap } from './way-tap';

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

export interface Latencies {
  /** The same client, at the signer directly. */
  readonly direct: Latency;
  /** The client at the guard: all of it. */
  readonly whole: Latency;
  /** Of that what passed before the request left the guard and after the answer had come back. */
  readonly own: Latency;
}

/** Milliseconds of one request, in each of these ways. */
interface Sample {
  readonly direct: number;
  readonly whole: number;
  readonly own: number;
}

/** Of the middle one of some batches: what the machine does beside a few of them is not the guard's. */
export function middleOf(all: readonly Latencies[]): Latencies {
  const middle = (of: keyof Latencies): Latency => {
    const each = (at: keyof Latency) => percentiles(all.map((batch) => batch[of][at])).p50;
    return { p50: each('p50'), p99: each('p99') };
  };
  return { direct: middle('direct'), whole: middle('whole'), own: middle('own') };
}

function latenciesOf(samples: readonly Sample[]): Latencies {
  const pick = (of: keyof Sample) => percentiles(samples.map((each) => each[of]));
  return { direct: pick('direct'), whole: pick('whole'), own: pick('own') };
}

/** Asks one thing after the other, in a world where nothing else happens: rounds of one level. */
export class LatencyClient {
  private passing: Passing | undefined;
  private level = 0;
  private round = 0;
  private asked = 0;

  constructor(private readonly world: SigningWorld) {
    for (const front of this.fronts) front.onRequest = (each) => (this.passing = each.isSigning ? each : this.passing);
  }

  end(): void {
    for (const front of this.fronts) front.onRequest = () => {};
  }

  /** Of so many requests. */
  async latencies(requests: number): Promise<Latencies> {
    const samples: Sample[] = [];
    for (let i = 0; i < requests; i++) {
      const sample = await this.sample();
      if (sample) samples.push(sample);
    }
    return latenciesOf(samples);
  }

  private get fronts(): WayTap[] {
    return [...this.world.pod.fronts.values()];
  }

  /** Undefined if it was not signed: a level is over. */
  private async sample(): Promise<Sample | undefined> {
    const { pod, left, keys, checker, chain } = this.world;
    const key = keys[0]!;
    while (this.round > HIGHEST_ROUND && chain.head.level === this.level) await pause(20);
    if (chain.head.level !== this.level) [this.level, this.round] = [chain.head.level, 0];
    const wanted = { key, kind: 'attestation', payload: 'latency', branch: 'b' } as const;
    const hex = requestHex({ ...wanted, level: this.level + 1, round: this.round++ });
    this.passing = undefined;
    const { signature, ms: whole } = await pod.ask(key, hex);
    // Nobody else has any of these signed.
    const body = JSON.stringify(requestHex({ ...wanted, kind: 'preattestation', level: ++this.asked, round: 0 }));
    const { ms: direct } = await askSigner({ port: left.device.port, path: `/keys/${key}?version=3`, body });
    const passing = this.passing as Passing | undefined; // a tap has set it meanwhile
    if (!signature || passing?.endMs === undefined) return undefined;
    checker.see({ where: 'baker', key, hex, signature });
    return { direct, whole, own: whole - (passing.endMs - passing.startMs) };
  }
}

function percentiles(values: readonly number[]): Latency {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
