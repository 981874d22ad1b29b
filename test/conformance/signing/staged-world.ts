import type { Report } from '../part';
import { Calm } from './calm';
import { chainFaults } from './chain-faults';
import { Stage } from './fault-scene';
import { failOverTimes, homeFaults } from './home-faults';
import { inCalm, loaded, type Tallies, type WorldRun } from './killed-world';
import { pause, type SigningWorld } from './signing-world';
import { twoGuards } from './two-guards';

export const scenes = [...twoGuards, ...chainFaults, ...homeFaults];

/** A world in which one thing after the other goes wrong, each with what must be seen. Answers the fail-over times. */
export async function stagedWorld(
  world: SigningWorld,
  run: WorldRun,
  tallies: Tallies,
  report: Report,
): Promise<Map<string, number | undefined>> {
  const own = new Calm(tallies.lag, tallies.calm);
  const { load, conflicting } = loaded(world, run, tallies, own);
  const stage = new Stage(world, load, conflicting);
  await world.signs(world.pod);
  load.start();
  await inCalm(own, run.calmMs);
  const times = await failOverTimes(stage);
  do {
    for (const { name, run: play } of scenes) {
      const trouble = await play(stage).catch((error: Error) => error.message);
      if (trouble) report.fail(name, trouble);
      else report.pass(name);
      if (trouble) await stage.recover().catch(() => {});
    }
  } while (!run.isEnough() && performance.now() < run.untilMs && run.repeats);
  await stage.ready();
  own.begin();
  while (!run.isEnough() && performance.now() < run.untilMs) await pause(200);
  own.end();
  load.stop();
  return times;
}
