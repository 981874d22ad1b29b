import { AgentCore, type AgentStore, type Session } from '../../../programs/agent/agent-core';
import type { Epoch } from '../../../programs/runtime/epoch';
import type { Guard } from './world-guard';

/** What a home needs of its world. */
export interface Around {
  readonly ms: number;
  readonly isMarked: boolean;
  breaks(rule: string): void;
  unique(): number;
}

interface Card {
  readonly epoch: Epoch | undefined;
  /** Whatever else a program would write beside the epoch. */
  note?: unknown;
}

/** A machine at home: the epoch outlives everything but its card, the session everything but the power. */
export class Home {
  isOn = true;
  isLocked = false;
  run: Session | undefined;
  /** When its session began. */
  born = 0;
  /** By guard: when it last named this guard's session to it. */
  readonly named = new Map<Guard, number>();
  readonly marks = new Map<string, { level: number; round: number }>();
  agent: AgentCore;
  /** As the card was, each time that an epoch was written. */
  readonly cards: Card[] = [{ epoch: undefined }];
  private readonly store: AgentStore & { note?: unknown };

  constructor(
    readonly name: string,
    private readonly world: Around,
  ) {
    const home = this;
    this.store = {
      epoch: () => this.durable,
      keepEpoch: (epoch) => {
        if (this.durable && isBefore(epoch, this.durable)) world.breaks('an agent went back to an older epoch');
        this.cards.push({ epoch });
      },
      session: () => this.run,
      keepSession: (session) => {
        if (session.id !== this.run?.id) this.born = world.unique();
        this.run = session;
      },
      get note() {
        return home.card.note;
      },
      set note(note) {
        home.cards.push({ epoch: home.durable, note });
      },
    };
    this.agent = this.process();
  }

  get durable(): Epoch | undefined {
    return this.card.epoch;
  }

  /** The agent's process dies, and another one begins. */
  restart(): void {
    this.agent = this.process();
  }

  /** The power goes. */
  darken(): void {
    this.run = undefined;
    this.restart();
  }

  /** A fresh card, or one as it was before. */
  changeCard(card: Card | undefined): void {
    this.darken();
    this.cards.push({ ...(card ?? { epoch: undefined }) });
  }

  /** Its card is as it was last with this epoch. */
  putBack(epoch: Epoch): void {
    const those = this.cards.filter((card) => card.epoch === epoch).reverse();
    this.changeCard(those.find(({ note }) => note !== undefined) ?? those[0]);
  }

  /** Whether it listens to this guard, in any session. */
  listensTo(epoch: Epoch): boolean {
    return this.durable === epoch && this.run?.epoch === epoch;
  }

  private get card(): Card {
    return this.cards[this.cards.length - 1];
  }

  private process(): AgentCore {
    const { world } = this;
    return new AgentCore({
      signer: this.name,
      store: this.store,
      random: () => `s${world.unique()}`,
      clockMs: () => world.ms,
      monotonicMs: () => world.ms,
      isGuards: (text, signature) => signature === `signed ${text}`,
      marks: () =>
        world.isMarked
          ? [...this.marks].map(([id, mark]) => ({ key: id.split(' ')[0], kind: id.split(' ')[1], ...mark }))
          : [],
    });
  }
}

/** Not the programs' own comparison. */
function isBefore(a: Epoch, b: Epoch): boolean {
  return a.number < b.number || (a.number === b.number && Number(a.bits) < Number(b.bits));
}
