import { type Asked, BakerLoad } from './baker-load';
import type { ConflictingRequests } from './conflicting-requests';
import type { GuardPod } from './guard-pod';
import { requestHex, type Wanted } from './made-requests';
import { pause, type SigningWorld } from './signing-world';

/** What a scene plays in: the gateway that is in use, and another one that may come. */
export class Stage {
  inUse: GuardPod;
  other: GuardPod;
  /** Requests of an old gateway that reached a home after a new one was there. */
  stale = 0;
  /** The same keys, asked for somewhere else: a second baker, which must not be. */
  readonly second: BakerLoad;
  /** Slots that were signed, by the first baker or the second. */
  signed = 0;

  constructor(
    readonly world: SigningWorld,
    readonly load: BakerLoad,
    readonly conflicting: ConflictingRequests,
  ) {
    [this.inUse, this.other] = world.pods as [GuardPod, GuardPod];
    this.second = new BakerLoad(world, { pod: this.other, rounds: 2, name: 'second baker' });
    for (const each of [load, this.second]) {
      const { onEnd } = each;
      each.onEnd = (asked, heard) => {
        onEnd(asked, heard);
        if (heard.signature) this.signed++;
      };
    }
  }

  /** The other gateway is the one in use from now on; the one before is gone. */
  async swap(): Promise<void> {
    await this.inUse.killGuard();
    [this.inUse, this.other] = [this.other, this.inUse];
    this.load.pod = this.inUse;
    this.second.pod = this.other;
  }

  /** The gateway in use, started anew; open with so many signers, with what was signed asked for once more. */
  async restart(usable = 2): Promise<void> {
    await this.inUse.killGuard();
    this.inUse.startGuard();
    await this.ready(usable);
  }

  /** Whatever went wrong: as it was at the beginning. */
  async recover(): Promise<void> {
    const { world } = this;
    world.chain.goOn();
    for (const node of world.nodes) node.behind = 0;
    for (const home of world.homes) {
      home.setClock(0);
      home.device.isLocked = home.device.isHanging = false;
      home.switchOn();
    }
    for (const pod of world.pods) {
      pod.setClock(0);
      world.attach(pod);
    }
    await this.other.killGuard();
    this.load.start();
    await this.restart();
  }

  async ready(usable = 2): Promise<void> {
    await this.world.signs(this.inUse, usable);
    await this.conflicting.afterRestart(this.inUse, 40);
  }

  /** Waits until something more is signed; answers how long that took, undefined: it did not happen. */
  async signsMore(seconds: number): Promise<number | undefined> {
    const { signed } = this;
    const startMs = performance.now();
    while (this.signed === signed && performance.now() < startMs + seconds * 1000) await pause(5);
    return this.signed === signed ? undefined : performance.now() - startMs;
  }

  /** Asks once, beside the bakers. */
  async askFor(pod: GuardPod, more: Partial<Wanted>): Promise<{ status: number; text: string; signature?: string }> {
    const { level, branch } = this.world.chain.head;
    const key = this.world.keys[0]!;
    const plain = { key, kind: 'attestation', level, round: 0, payload: 'of a scene', branch } as const;
    const wanted = { ...plain, ...more };
    const hex = requestHex(wanted);
    const heard = await pod.ask(wanted.key, hex);
    const { signature } = heard;
    if (signature) this.world.checker.see({ where: 'baker', key: wanted.key, hex, signature });
    return heard;
  }

  /** Waits until a request is on its way to the gateway in use. */
  written(): Promise<Asked | undefined> {
    return inTime((resolve) => {
      this.load.onWritten = (asked) => {
        this.load.onWritten = () => {};
        resolve(asked);
      };
    });
  }

  /** Waits until the gateway in use has a line to a home, on which it has said nothing yet, and a request that waits. */
  async connected(): Promise<Asked | undefined> {
    const fronts = [...this.inUse.fronts.values()];
    const asked = await inTime((resolve) => {
      for (const front of fronts) {
        front.onConnected = () => {
          const waiting = [...this.load.underWay].find(({ hex }) => !fronts.some((each) => each.hasPassed(hex)));
          if (waiting) resolve(waiting);
        };
      }
    });
    for (const front of fronts) front.onConnected = () => {};
    return asked;
  }
}

/** What it resolves to; undefined if that takes longer than a baker waits anywhere. */
function inTime(what: (resolve: (asked: Asked) => void) => void): Promise<Asked | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), 3000);
    what((asked) => {
      clearTimeout(timer);
      resolve(asked);
    });
  });
}

/** Something that goes wrong, and what must be seen then beside no two signatures. */
export interface FaultScene {
  /** What is promised. */
  readonly name: string;
  /** Answers what was not as promised. */
  run(stage: Stage): Promise<string | undefined>;
}

/** Waits until it is so; whether it came to be. */
export async function within(seconds: number, isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  const endMs = performance.now() + seconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > endMs) return false;
    await pause(30);
  }
  return true;
}
