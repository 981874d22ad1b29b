import type { Report } from '../part';
import { Calm } from './calm';
import { chainFaults } from './chain-faults';
import { type FaultScene, Stage } from './fault-scene';
import { failOverTimes, homeFaults } from './home-faults';
import { inCalm, loaded, type Tallies, type WorldRun } from './killed-world';
import { pause, type SigningWorld } from './signing-world';
import { twoGuards } from './two-guards';
import { uplinkFaults } from './uplink-faults';

export const scenes = [...twoGuards, ...chainFaults, ...homeFaults, ...uplinkFaults];

/** A world in which one thing after the other goes wrong, each with what must be seen. */
export class StagedWorld {
  private readonly calm: Calm;
  private readonly asking: ReturnType<typeof loaded>;

  constructor(
    private readonly world: SigningWorld,
    private readonly run: WorldRun,
    private readonly parts: { readonly tallies: Tallies; readonly report: Report },
  ) {
    const { tallies } = parts;
    this.calm = new Calm(tallies.lag, tallies.calm);
    this.asking = loaded(world, run, tallies, this.calm);
  }

  inCalm(): Promise<void> {
    return inCalm(this.world, this.run, this.calm, this.asking);
  }

  /** Answers the fail-over times. */
  async play(): Promise<Map<string, number | undefined>> {
    const { run } = this;
    const { load, conflicting } = this.asking;
    const stage = new Stage(this.world, load, conflicting);
    load.start();
    const times = await failOverTimes(stage);
    do {
      for (const scene of scenes) await this.playOne(stage, scene);
    } while (!run.isEnough() && performance.now() < run.untilMs() && run.repeats);
    await stage.ready();
    while (!run.isEnough() && performance.now() < run.untilMs()) await pause(200);
    load.stop();
    return times;
  }

  private async playOne(stage: Stage, { name, run }: FaultScene): Promise<void> {
    const { report } = this.parts;
    const trouble = await run(stage).catch((error: Error) => error.message);
    if (trouble) report.fail(name, trouble);
    else report.pass(name);
    if (trouble) await stage.recover().catch(() => {});
  }
}
