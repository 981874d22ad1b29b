import { connect } from 'node:net';
import type { SigningHome } from './signing-home';
import { pause, type SigningWorld } from './signing-world';
import type { Trouble } from './way-tap';

/** What has gone wrong at homes and on the way; all worlds share one. */
export class DisturbanceTally {
  agentsKilled = 0;
  rebooted = 0;
  cut = 0;
  frozen = 0;
  halfOpened = 0;
  delayed = 0;
  lost = 0;
  replayed = 0;
  readonly replaysRefused = new Map<string, number>();
  readonly replaysTaken: string[] = [];
}

/** A guard that opens is disturbed for so long, and then opens. */
const OPENING_MS = 3000;

/** Of a thousand requests on the way. */
const rates = { slow: 25, slowAnswer: 10, cut: 10 };

/** Kills agents, cuts, delays and half-opens ways, and sends again what somebody has kept: all the time. */
export class Disturbances {
  private isOn = true;
  /** By home: when it was disturbed last. */
  private readonly disturbedMs = new Map<SigningHome, number>();

  constructor(
    private readonly world: SigningWorld,
    private readonly tally: DisturbanceTally,
    private readonly wish: {
      readonly agentsEveryMs: number;
      readonly waysEveryMs: number;
      readonly replaysEveryMs: number;
    },
  ) {}

  start(): void {
    const { agentsEveryMs, waysEveryMs, replaysEveryMs } = this.wish;
    for (const { tap } of this.world.homes) tap.trouble = ({ isSigning }) => (isSigning ? this.trouble() : undefined);
    this.each(agentsEveryMs, () => this.killAgent());
    this.each(waysEveryMs, () => this.disturbWay());
    this.each(replaysEveryMs, () => this.replay());
  }

  stop(): void {
    this.isOn = false;
    for (const { tap } of this.world.homes) tap.trouble = () => undefined;
  }

  private async each(everyMs: number, what: () => unknown): Promise<void> {
    while (this.isOn) {
      await pause(everyMs * (0.5 + Math.random()));
      if (this.isOn) await what();
    }
  }

  private async killAgent(): Promise<void> {
    const home = this.anyMended();
    if (!home) return;
    this.tally.agentsKilled++;
    if (Math.random() >= 0.15) return home.killAgent();
    this.tally.rebooted++;
    await home.reboot();
  }

  private disturbWay(): void {
    const [way] = this.anyMended()?.ways.sort(() => Math.random() - 0.5) ?? [];
    if (!way) return;
    const chance = Math.random();
    if (chance < 0.4) {
      this.tally.cut++;
      way.cut();
    } else if (chance < 0.8) {
      this.tally.frozen++;
      way.freeze(100 + Math.random() * 500);
    } else {
      this.tally.halfOpened++;
      way.halfOpen();
    }
  }

  private trouble(): Trouble | undefined {
    const chance = Math.random() * 1000;
    if (chance < rates.slow) {
      this.tally.delayed++;
      return { requestMs: 10 + Math.random() * 400 }; // later ones overtake it
    }
    if (chance < rates.slow + rates.slowAnswer) {
      this.tally.delayed++;
      return { answerMs: 10 + Math.random() * 400 };
    }
    if (chance >= rates.slow + rates.slowAnswer + rates.cut) return undefined;
    this.tally.lost++;
    return { isCut: true };
  }

  /** To the same home or the other one, as it was or for another key, level or body. */
  private async replay(): Promise<void> {
    const { memory } = this.anyHome().tap;
    const old = memory[Math.floor(Math.random() * memory.length)];
    if (!old) return;
    const chance = Math.random();
    const other = this.world.keys[Math.floor(Math.random() * this.world.keys.length)]!;
    let raw = old.raw.toString('latin1');
    if (chance < 0.3) raw = raw.replace(/tz\w{34}/, other);
    else if (chance < 0.4) raw = raw.replace(/guard-counter: \d+/, `guard-counter: ${Math.floor(Math.random() * 1e6)}`);
    else if (chance < 0.5) raw = raw.replace(/guard-session: \w+/, `guard-session: ${'0'.repeat(32)}`);
    const answer = await said(this.anyHome(), raw);
    this.tally.replayed++;
    const refused =
      /"refused":"(\w+)"/.exec(answer)?.[1] ?? (/^HTTP\/1.1 404/.test(answer) ? 'unknown key' : undefined);
    if (refused) this.tally.replaysRefused.set(refused, (this.tally.replaysRefused.get(refused) ?? 0) + 1);
    if (/"ending":"signed"/.test(answer)) this.tally.replaysTaken.push(answer);
  }

  /** What went wrong is mended before the next thing does: else nothing would ever be signed. */
  private anyMended(): SigningHome | undefined {
    const home = this.anyHome();
    const { isReady, pod } = this.world;
    if (!isReady && performance.now() - (pod.guard?.startedMs ?? 0) > OPENING_MS) return undefined;
    if (home.heardMs <= (this.disturbedMs.get(home) ?? 0)) return undefined;
    this.disturbedMs.set(home, performance.now());
    return home;
  }

  private anyHome(): SigningHome {
    return this.world.homes[Math.floor(Math.random() * this.world.homes.length)]!;
  }
}

function said(home: SigningHome, raw: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(home.agentSocket);
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (part) => (text += part));
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    socket.write(raw, 'latin1');
  });
}
