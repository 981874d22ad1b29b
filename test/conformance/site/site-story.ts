import { CURRENT } from '../../../programs/site-builder/site-builder.contract';
import type { Report } from '../part';
import type { Change } from './fault-proxy';
import { brokenPromises, type MadeRelease, RETIRED_LIST, type SiteState, writtenInVain } from './site-promise';
import type { Ran, RunParts, SiteWorld } from './site-world';

/** More changes than a release of these worlds has. */
const MOST_KILLS = 200;
const keyOf = ({ name, isRemoval }: Change) => `${isRemoval ? 'removed ' : ''}${name}`;
const isOfEachRun = (name: string) => name === CURRENT || name === RETIRED_LIST;

/** A world over some releases: what was begun and what was ended, and what the judge has found. */
export class SiteStory {
  readonly releases: MadeRelease[] = [];
  /** Of the judge; each once. */
  readonly found = new Set<string>();
  /** How often the bucket was looked at. */
  looks = 0;

  /** `program`: another module than the world's, for all that is not made to compare with. */
  constructor(
    readonly world: SiteWorld,
    private readonly program = world.parts.program,
  ) {}

  /** A run of what is judged. */
  run(parts: RunParts = {}): Promise<Ran> {
    return this.world.run({ program: this.program, ...parts });
  }

  /**
   * From now on so many cycles are paid. What the site must become is what the program makes of them in a bucket that is
   * empty, where nothing goes wrong.
   */
  async begin(cycles: number): Promise<void> {
    await this.world.pay(cycles);
    const bucket = `whole-${this.releases.length}-${cycles}`;
    await this.world.stored.makeBucket(bucket);
    const { error } = await this.world.run({ config: { bucket } });
    if (error !== undefined) throw new Error(`the site of ${cycles} cycles cannot be made: ${error}`);
    this.releases.push({ objects: await this.world.objects(bucket), isComplete: false });
  }

  async state(): Promise<SiteState> {
    return { objects: await this.world.objects(), releases: this.releases, day: this.world.days };
  }

  /** Looks at the bucket as it is. */
  async look(): Promise<void> {
    this.looks++;
    for (const fault of brokenPromises(await this.state())) this.found.add(fault);
  }

  /** A run that must end well; what it writes must be news. */
  async end(parts: RunParts = {}): Promise<Ran> {
    const before = await this.world.objects();
    const ran = await this.run(parts);
    if (ran.error !== undefined) this.found.add(`a run failed: ${ran.error}`);
    for (const fault of writtenInVain(before, await this.world.objects())) this.found.add(fault);
    this.ended();
    await this.look();
    return ran;
  }

  /** The newest release is complete. */
  ended(): void {
    const last = this.releases.at(-1);
    for (const release of this.releases) if (release !== last) release.untilDay ??= this.world.days;
    if (last) last.isComplete = true;
  }

  /**
   * Run after run is killed after the first change that no run before was killed after, until one ends: so there is a kill
   * after each change. What was changed once must not be changed again. Answers how many there were.
   */
  async killedAfterEach(): Promise<number> {
    const done = new Set<string>();
    while (done.size < MOST_KILLS) {
      const { isKilled, error, changes } = await this.run({ killWhen: (change) => !done.has(keyOf(change)) });
      if (error !== undefined) this.found.add(`a run after one that was killed failed: ${error}`);
      const again = changes.filter((change) => done.has(keyOf(change)) && !isOfEachRun(change.name));
      for (const change of again) this.found.add(`${keyOf(change)} once more after a kill`);
      for (const change of changes) done.add(keyOf(change));
      if (!isKilled) this.ended();
      await this.look();
      if (!isKilled) return done.size;
    }
    this.found.add(`after ${MOST_KILLS} kills it has not come to an end`);
    return done.size;
  }

  /** Reports what was found since it was asked last. */
  tell(report: Report, what: string, count = 1): void {
    if (this.found.size === 0) report.pass(what, count);
    else report.fail(what, [...this.found].slice(0, 10).join('\n'));
    this.found.clear();
  }
}
