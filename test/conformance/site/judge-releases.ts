import type { Context } from '../part';
import type { Fault } from './fault-proxy';
import { address, SiteWorld, type WorldParts } from './site-world';

/** More uploads than a release of this world has; it ends sooner. */
const MOST_KILLS = 60;
/** The job runs each hour: with so many faults it may take some of them. */
const TRIES = 8;

/**
 * The promise of the site, of the program as a process: whatever happens to it on the way, no link from the home page on
 * is dead; and the run after that ends what was begun.
 */
export async function judgeReleases({ report }: Context, parts: WorldParts): Promise<void> {
  const world = await SiteWorld.start(parts);
  try {
    const judge = new Releases(report, world);
    await judge.first();
    await judge.killedAfterEachUpload();
    await judge.amongFaults();
    await judge.badInput();
  } finally {
    await world.stop();
  }
}

class Releases {
  private cycles = 1;

  constructor(
    private readonly report: Context['report'],
    private readonly world: SiteWorld,
  ) {}

  async first(): Promise<void> {
    await this.world.pay(this.cycles);
    const said = await this.world.run();
    const dead = await this.world.dead();
    this.say('a first release, with Jekyll itself', [...(said ? [said] : []), ...dead, ...(await this.missing())]);
  }

  /** Each time another cycle was paid, and the job is killed one upload later, until it ends before that. */
  async killedAfterEachUpload(): Promise<void> {
    for (let after = 1; after < MOST_KILLS; after++) {
      await this.world.pay(++this.cycles);
      const said = await this.world.run(after);
      this.say('a job that is killed after an upload, and the site it leaves', await this.world.dead());
      if (said === undefined) return;
      const next = await this.world.run();
      const wrong = [...(next ? [next] : []), ...(await this.world.dead()), ...(await this.missing())];
      this.say('the run after one that was killed', wrong);
    }
    this.report.fail('a job that is killed after each upload', `it never ended before ${MOST_KILLS} uploads`);
  }

  async amongFaults(): Promise<void> {
    const faults = (number: number, isUpload: boolean): Fault | undefined => {
      if (number % 13 === 5) return 'error';
      if (number % 17 === 7) return 'lost';
      if (number % 29 === 11) return 'slow';
      if (number % 19 === 3) return 'stale';
      return isUpload && number % 11 === 2 ? 'broken' : undefined;
    };
    await this.world.pay(++this.cycles);
    this.world.proxy.fault = faults;
    let said: string | undefined = '';
    for (let tries = 0; said !== undefined && tries < TRIES; tries++) {
      said = await this.world.run();
      this.say('a job among faults, and the site it leaves', await this.world.dead());
    }
    this.world.proxy.fault = () => undefined;
    this.say('a job among faults comes to its end', [...(said ? [said] : []), ...(await this.missing())]);
  }

  async badInput(): Promise<void> {
    const before = await this.world.seen();
    await this.world.stored.put('archive', 'payouts.json', '{"payoutsByCycle": {"1": {"delegators": {');
    const cut = await this.world.run();
    await this.world.pay(this.cycles - 1);
    const fewer = await this.world.run();
    const after = await this.world.seen();
    const changed = after.names.filter((name) => !before.objects.get(name)?.body.equals(after.objects.get(name)!.body));
    this.say('a document that is cut off, and one that has become smaller', [
      ...(cut === undefined ? ['a document that is cut off was taken'] : []),
      ...(fewer === undefined ? ['a document with fewer cycles was taken'] : []),
      ...changed.map((name) => `${name} has changed`),
      ...(after.names.length === before.names.length ? [] : ['objects have come or gone']),
    ]);
  }

  /** Whether the newest cycle is where it belongs. */
  private async missing(): Promise<string[]> {
    const { objects } = await this.world.seen();
    const wanted = [`alice/cycles/${this.cycles}/index.html`, `alice/payouts/${address(100 + this.cycles)}/index.html`];
    return wanted.filter((name) => !objects.has(name)).map((name) => `there is no ${name}`);
  }

  private say(what: string, wrong: readonly string[]): void {
    if (wrong.length === 0) this.report.pass(what);
    else this.report.fail(what, wrong.slice(0, 10).join('\n'));
  }
}
