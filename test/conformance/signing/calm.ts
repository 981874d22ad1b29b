import type { Heard } from './ask-signer';
import type { Asked, BakerLoad } from './baker-load';
import type { MachineLag } from './machine-lag';

/** Whether all that may be signed is signed while nothing is wrong. */
export class Calm {
  asked = 0;
  signed = 0;
  readonly notSigned: string[] = [];
  private sinceMs: number | undefined;

  /** `sum`: where this one's numbers go too. */
  constructor(
    private readonly lag: MachineLag,
    private readonly sum?: Calm,
  ) {}

  /** Nothing is wrong from now on. */
  begin(): void {
    this.sinceMs = performance.now();
  }

  end(): void {
    this.sinceMs = undefined;
  }

  watch(load: BakerLoad): void {
    const { onEnd } = load;
    load.onEnd = (asked, heard) => {
      onEnd(asked, heard);
      this.count(asked, heard);
    };
  }

  private count({ sentMs, kind, level, round }: Asked, { status, text, ms }: Heard): void {
    if (this.sinceMs === undefined || sentMs < this.sinceMs || !this.lag.wasThere(sentMs)) return;
    const words = `${kind} ${level} ${round}: ${status} ${text.trim()} after ${Math.round(ms)} ms`;
    for (const each of [this, this.sum]) each?.add(status === 200, words);
  }

  private add(isSigned: boolean, words: string): void {
    this.asked++;
    if (isSigned) this.signed++;
    else this.notSigned.push(words);
  }
}
