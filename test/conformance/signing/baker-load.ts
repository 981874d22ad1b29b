import type { Heard } from './ask-signer';
import type { GuardPod } from './guard-pod';
import { kinds, requestHex, type Wanted } from './made-requests';
import type { SigningWorld } from './signing-world';

/** A request of a baker that is under way, or was answered. */
export interface Asked extends Wanted {
  readonly hex: string;
  readonly pod: GuardPod;
  readonly sentMs: number;
}

export interface LoadWish {
  /** Where it asks: a Service leads to one gateway. */
  readonly pod: GuardPod;
  /** Rounds of each level. */
  readonly rounds: number;
  /** In its payloads: another baker has another one. */
  readonly name: string;
}

/**
 * octez-baker for every key of a world: votes for each head, makes the next block, one request of a key after the other;
 * notes its own mark before it asks and never asks again. Rounds come at once, so that there is more to sign.
 */
export class BakerLoad {
  pod: GuardPod;
  readonly underWay = new Set<Asked>();
  /** Called when a request has been written. */
  onWritten: (asked: Asked) => void = () => {};
  onEnd: (asked: Asked, heard: Heard) => void = () => {};
  /** Instead of asking once: for a second baker that asks at the same moment. */
  ask: (asked: Asked) => Promise<Heard> = (asked) => this.once(asked);
  private readonly working = new Map<string, number>();
  private readonly marks = new Map<string, string>();
  private isOn = false;

  constructor(
    private readonly world: SigningWorld,
    private readonly wish: LoadWish,
  ) {
    this.pod = wish.pod;
    world.chain.onBlock(() => {
      if (this.isOn) for (const key of world.keys) this.follow(key).catch(() => {});
    });
  }

  start(): void {
    this.isOn = true;
  }

  stop(): void {
    this.isOn = false;
  }

  once(asked: Asked): Promise<Heard> {
    return asked.pod.ask(asked.key, asked.hex, () => this.onWritten(asked));
  }

  /** What is to be done at this head; what is left of the head before it is not done any more. */
  private async follow(key: string): Promise<void> {
    const { level, branch } = this.world.chain.head;
    this.working.set(key, level);
    const { rounds, name } = this.wish;
    for (let round = 0; round <= rounds; round++) {
      for (const kind of kinds) {
        if (!this.isOn || this.working.get(key) !== level) return;
        const isNext = round === rounds;
        if (isNext ? kind !== 'block' : kind === 'block' && round === 0) continue;
        const slot = isNext ? { level: level + 1, round: 0 } : { level, round };
        await this.want({ key, kind, ...slot, payload: `${name} of ${branch} ${round}`, branch });
      }
    }
  }

  private async want(wanted: Wanted): Promise<void> {
    const id = `${wanted.key} ${wanted.kind}`;
    const place = `${wanted.level}`.padStart(12, '0') + `${wanted.round}`.padStart(6, '0');
    if ((this.marks.get(id) ?? '') >= place) return;
    this.marks.set(id, place);
    const asked = { ...wanted, hex: requestHex(wanted), pod: this.pod, sentMs: performance.now() };
    this.underWay.add(asked);
    const heard = await this.ask(asked);
    this.underWay.delete(asked);
    if (heard.signature) {
      this.world.checker.see({ where: 'baker', key: asked.key, hex: asked.hex, signature: heard.signature });
    }
    this.onEnd(asked, heard);
  }
}
