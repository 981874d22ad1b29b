import { signedText } from '../../../programs/runtime/guard-message';
import { BLOCK_MS, Guard } from './world-guard';
import type { Home } from './world-home';
import { SKIP_MS } from './world-judge';
import { KEYS } from './world-requests';
import { WorldTraffic } from './world-traffic';

/** A person's word that no guard has run for as long: nothing that one has said is remembered by then. */
const FORGOTTEN_MS = 15 * 60_000;

/** What goes wrong, and what people do. */
export class WorldHappenings extends WorldTraffic {
  /** What may happen; the first always does. */
  protected readonly happenings: readonly ((home: Home, guard: Guard | undefined) => void)[] = [
    () => this.startGuard(),
    () => this.living().length > 1 && this.end(),
    (home) => {
      home.isOn = this.random() < 0.5 && !this.isAway(home);
      if (!home.isOn) home.darken();
    },
    (home) => home.darken(), // for a moment
    (home) => home.changeCard(this.random() < 0.5 ? undefined : this.anyOf(home.cards)),
    (home) => {
      home.isLocked = this.random() < 0.3;
    },
    (home, guard) => guard && this.cutOrMend(`${guard.name} ${home.name}`),
    () => this.replay(),
    (home, guard) => guard && this.fence(guard, home),
    (_, guard) => guard && this.cutOff(guard, ...this.homes),
    (home) => home.restart(),
    (_, guard) => guard && this.endGently(guard),
    (_, guard) => guard && this.endGently(guard), // more often than what goes wrong
    () => this.pass(this.random() < 0.3 ? FORGOTTEN_MS : SKIP_MS),
    () => this.tamper(this.anyOf([...this.packets, ...this.heard]), this.anyOf(KEYS) as string),
    (_, guard) => guard && this.sayFloor(guard),
    () => {
      this.isStanding = this.faults.isHonest && this.random() < 0.5;
    },
  ];

  protected fault(): void {
    // What went wrong is mended sooner than the next thing goes wrong.
    for (const link of this.cut) if (this.random() < 0.15) this.cut.delete(link);
    for (const each of this.homes) {
      each.isOn ||= this.random() < 0.3 && !this.isAway(each);
      each.isLocked &&= this.random() < 0.7;
    }
    const { of } = this.faults;
    const upTo = of.map((_, i) => of.slice(0, i + 1).reduce((sum, each) => sum + each, 0));
    const chance = this.random() * upTo[upTo.length - 1];
    const what = upTo.findIndex((each) => chance < each);
    this.happenings[what](this.anyOf(this.homes) as Home, this.anyOf(this.living()));
  }

  /** `behind`: how many blocks the node has not seen. */
  see(guard: Guard, behind = this.random() < this.faults.behind ? Math.floor(this.random() * 12) : 0): void {
    const head = this.blocks[Math.max(0, this.blocks.length - 1 - behind)];
    this.watched(guard, () => {
      if (guard.core.report(head) === undefined) guard.highestHead = Math.max(guard.highestHead, head.level);
    });
    if (this.isStanding && this.random() < 0.2) this.sayFloor(guard);
  }

  /** A pod is killed: one that is of no use, if there is one. */
  protected end(): void {
    const useless = this.living().find(({ core }) => core.opening.phase === 'outbid');
    this.kill(useless ?? (this.anyOf(this.living()) as Guard));
  }

  kill(guard: Guard): void {
    guard.isAlive = false;
    this.guards = this.living();
    this.crowdedMs = this.ms;
  }

  /** A pod is told to end, and says so to one home. */
  stop(guard: Guard, isReached: (signer: string) => boolean): void {
    const message = guard.core.stop(isReached);
    guard.isEnding = true;
    if (!message) return;
    if (guard.away.size > 0) this.awayNotes++;
    const home = this.homes.find(({ name }) => name === message.signer) as Home;
    this.send(guard, home, 0, { kind: 'handover', message, signature: `signed ${signedText(message)}` });
  }

  /** It may be told twice; another one comes. */
  protected endGently(guard: Guard): void {
    this.stop(guard, (signer) => this.random() < 0.8 && !this.cut.has(`${guard.name} ${signer}`));
    if (this.random() < 0.3) return;
    const next = this.startGuard();
    // It is why there is a word at all: the next guard cannot reach every home.
    if (this.random() < 0.6) this.cut.add(`${next.name} ${(this.anyOf(this.homes) as Home).name}`);
  }

  cutOff(guard: Guard, ...homes: Home[]): void {
    for (const { name } of homes) this.cut.add(`${guard.name} ${name}`);
  }

  mend(guard: Guard): void {
    for (const { name } of this.homes) this.cut.delete(`${guard.name} ${name}`);
  }

  protected cutOrMend(link: string): void {
    if (!this.cut.delete(link)) this.cut.add(link);
  }

  /** A person keeps their word: the machine is off, or no other guard runs, and none has for a quarter of an hour. */
  fence(guard: Guard, home: Home): void {
    if (home.isOn && this.ms - this.crowdedMs < FORGOTTEN_MS) return;
    this.watched(guard, () => {
      if (guard.core.opening.fence(home.name) !== undefined) return;
      guard.fenced.add(home);
      const others = this.homes.filter((each) => each !== home && !guard.away.has(each));
      if (others.some((each) => !each.named.has(guard))) this.breaks('a fence was taken before the last answer');
    });
  }

  /** A person looks at a chain that stands, and says where it is. */
  protected sayFloor(guard: Guard): void {
    if (!this.isStanding) return;
    this.watched(guard, () => {
      guard.core.sayFloor({ level: this.head.level + 1, round: this.round() + Math.floor(this.random() * 3) });
    });
  }

  /** May be told the number of its epoch, and by how much its clock is wrong. */
  startGuard(told: { readonly number?: number; readonly clockMs?: number } = {}): Guard {
    if (this.living().length >= 3) this.kill(this.living()[0]);
    const isCalm = this.wish.plot !== undefined;
    // It asks those that it can reach for the highest number they know.
    const known = this.homes
      .filter(({ isOn }) => isOn && this.random() < 0.7)
      .map(({ durable }) => (durable?.number ?? 0) + 1);
    const drawn = !isCalm && this.random() < 0.3 ? this.highestNumber : Math.max(this.ms, ...known);
    const number = told.number ?? (isCalm ? Math.max(drawn, this.highestNumber + 1) : drawn);
    const epoch = { number, bits: String(this.unique()).padStart(32, '0') };
    const isLineWritten = !isCalm && this.random() < 0.3;
    const away = new Set(isLineWritten ? this.offHome() : []);
    // Half a block is what is let pass; some clocks are off by far more.
    const blocks = isCalm ? 0 : this.random() < 0.1 ? -10 * this.random() : this.random() - 0.5;
    this.highestNumber = Math.max(number, this.highestNumber);
    const guard = new Guard(
      `guard ${++this.started}`,
      epoch,
      this,
      told.clockMs ?? Math.floor(blocks * BLOCK_MS),
      away,
    );
    this.guards.push(guard);
    return guard;
  }

  /** A home that is off; if there is none, a person may switch one off, to write so into the file. */
  protected offHome(): Home[] {
    const off = this.homes.find(({ isOn }) => !isOn);
    if (off || this.random() < 0.5) return off ? [off] : [];
    const home = this.anyOf(this.homes) as Home;
    home.isOn = false;
    home.darken();
    return [home];
  }
}
