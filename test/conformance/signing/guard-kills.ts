import type { Asked, BakerLoad } from './baker-load';
import type { ConflictingRequests } from './conflicting-requests';
import type { GuardPod } from './guard-pod';
import { pause, type SigningWorld } from './signing-world';

/** What a guard is doing when it is killed, as seen from outside. */
export const windows = ['opening', 'before confirmation', 'deciding', 'sending', 'waiting for a reply'] as const;
export type Window = (typeof windows)[number];

/** How often guards were killed in each window; all worlds share one. */
export class KillTally {
  readonly kills = new Map<Window, number>(windows.map((each) => [each, 0]));

  constructor(private readonly wanted: number) {}

  count(window: Window): void {
    this.kills.set(window, this.kills.get(window)! + 1);
  }

  isEnough(window: Window): boolean {
    return this.kills.get(window)! >= this.wanted;
  }

  get isDone(): boolean {
    return windows.every((each) => this.isEnough(each));
  }

  get total(): number {
    return [...this.kills.values()].reduce((sum, each) => sum + each, 0);
  }

  /** Of these, the one with the fewest. */
  rarest(of: readonly Window[]): Window {
    return of.reduce((a, b) => (this.kills.get(b)! < this.kills.get(a)! ? b : a));
  }
}

/** Kills a world's guard at chosen moments and starts it anew, until every window has had its share. */
export class GuardKills {
  constructor(
    private readonly parts: {
      readonly world: SigningWorld;
      readonly load: BakerLoad;
      readonly conflicting: ConflictingRequests;
      readonly tally: KillTally;
    },
  ) {}

  private get pod(): GuardPod {
    return this.parts.world.pod;
  }

  async run(untilMs: number): Promise<void> {
    const { tally, world, conflicting } = this.parts;
    while (!tally.isDone && performance.now() < untilMs) {
      const window = await this.killSigning();
      world.isReady = false;
      if (window) tally.count(window);
      for (const window of ['opening', 'before confirmation'] as const) {
        this.pod.startGuard();
        if (tally.isEnough(window)) continue;
        await this.killOpening(window);
      }
      if (!this.pod.guard?.isRunning) this.pod.startGuard();
      await world.signs(this.pod, 1, 60);
      world.isReady = true;
      await conflicting.afterRestart(this.pod, AFTER_RESTART);
      await pause(300 + Math.random() * 300);
    }
  }

  /** Before it is open: at any moment, or when all have answered and not all have confirmed. */
  private async killOpening(window: 'opening' | 'before confirmation'): Promise<void> {
    const { pod } = this;
    if (window === 'opening') await pause(100 + Math.random() * 250);
    else {
      await within(5000, (resolve) => {
        pod.onAnswered = () => pod.answered.size === pod.ends.size && setTimeout(resolve, Math.random() * 30);
      });
    }
    const hasAnswered = pod.answered.size === pod.ends.size;
    const { isOpen } = pod;
    pod.onAnswered = () => {};
    await pod.killGuard();
    if (!isOpen) this.parts.tally.count(hasAnswered ? 'before confirmation' : 'opening');
  }

  /** When something is asked of it. Answers what it was doing, judged by what has left it. */
  private async killSigning(): Promise<Window | undefined> {
    const { pod } = this;
    const wanted = this.parts.tally.rarest(['deciding', 'sending', 'waiting for a reply']);
    const asked = await this.moment(wanted);
    const killed = pod.killGuard(); // the signal is on its way already
    const killedMs = performance.now();
    await killed;
    await pause(30); // for what is on its way
    if (!asked) return undefined; // nothing came of it, or the guard was not open
    const passing = this.passed(asked);
    if (!passing) return 'deciding';
    if (passing.startMs >= killedMs) return 'sending';
    return (passing.endMs ?? killedMs) >= killedMs ? 'waiting for a reply' : undefined;
  }

  /** Waits for it; answers the request that the guard is busy with. */
  private async moment(wanted: Window): Promise<Asked | undefined> {
    const { load } = this.parts;
    const { pod } = this;
    let asked: Asked | undefined;
    await within(2000, (resolve) => {
      if (wanted === 'deciding') {
        load.onWritten = (each) => {
          asked = each;
          load.onWritten = () => {};
          setImmediate(resolve);
        };
      } else if (wanted === 'sending') {
        for (const front of pod.fronts.values()) {
          front.onConnected = () => {
            asked = [...load.underWay].find((each) => !this.passed(each));
            if (asked) resolve();
          };
        }
      } else {
        for (const front of pod.fronts.values()) {
          front.onRequest = ({ isSigning, body }) => {
            if (!isSigning) return;
            asked = [...load.underWay].find(({ hex }) => body.includes(hex));
            if (asked) resolve();
          };
        }
      }
    });
    load.onWritten = () => {};
    for (const front of pod.fronts.values()) {
      front.onConnected = () => {};
      front.onRequest = () => {};
    }
    return asked;
  }

  private passed({ hex }: Asked) {
    for (const { memory } of this.pod.fronts.values()) {
      const found = memory.find(({ body }) => body.includes(hex));
      if (found) return found;
    }
    return undefined;
  }
}

/** Requests that are asked again after a restart. */
const AFTER_RESTART = 60;

/** Until it is called, or the time is over. */
function within(ms: number, what: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    what(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
