import { type FaultScene, type Stage, within } from './fault-scene';
import type { Said } from './guard-pod';
import { BLOCK_MS } from './made-chain';
import { pause } from './signing-world';
import type { Passing, Trouble } from './way-tap';

/** One after the other on a preferred line: after two the guard asks the other home. */
const losses: readonly Trouble[] = [{ isCut: true }, { answerMs: BLOCK_MS }];

/** Each home dials in on two lines, and one of them fails. */
export const uplinkFaults: readonly FaultScene[] = [
  {
    name: 'a line that is gone: the same home signs over its other line',
    async run(stage) {
      let trouble: string | undefined;
      for (let i = 0; i < ATTEMPTS; i++) {
        trouble = await withoutCable(stage);
        if (!trouble) return undefined;
      }
      return trouble;
    },
  },
  {
    name: 'an answer that is lost or late on one line: its request goes on no other line, and reaches no device again',
    async run(stage) {
      const { world, inUse } = stage;
      const isBack = await within(5, async () => worksAtLeft(await inUse.said()));
      const lost = await lostAnswers(stage);
      await pause(4 * BLOCK_MS); // for whatever is sent again
      if (!isBack) return 'the first line is not in use again';
      if (lost.length < losses.length) return `only ${lost.length} answers were lost`;
      const atHomes = world.homes.map(({ tap }) => tap);
      for (const each of lost) {
        const left = timesIn([...inUse.fronts.values()], each);
        const arrived = timesIn(atHomes, each);
        if (left !== 1 || arrived !== 1) return `it left the guard ${left} times, and reached homes ${arrived} times`;
      }
      return (await stage.signsMore(3)) === undefined ? 'nothing is signed any more' : undefined;
    },
  },
];

/** A home that was late twice while the machine is busy is not asked at all for a while: then this shows nothing. */
const ATTEMPTS = 3;

async function withoutCable(stage: Stage): Promise<string | undefined> {
  const { world, inUse } = stage;
  await stage.restart(); // a new guard prefers the left home, and its first line
  // Nothing is on the line when it goes: two requests lost on it, and the guard would ask the other home.
  stage.load.stop();
  await within(3, () => stage.load.underWay.size === 0);
  const isCable = ({ uplink }: { uplink: string }) => uplink === 'cable';
  await Promise.all(world.left.ways.filter(isCable).map((way) => way.stop()));
  const isGone = await within(5, async () => !worksAtLeft(await inUse.said()));
  stage.load.start();
  const radio = inUse.fronts.get('left.radio')!;
  const beganMs = performance.now();
  const isSigned = await within(4, () =>
    radio.memory.some(({ startMs, answer }) => startMs > beganMs && /"signature"/.test(answer)),
  );
  world.attach(inUse, [world.left]);
  await world.opens(inUse, 2);
  if (!isGone) return 'the guard does not see that the line is gone';
  return isSigned ? undefined : 'nothing was signed over the other line';
}

/** Whether the preferred line of the preferred home does. */
function worksAtLeft(said: Said | undefined): boolean {
  return said?.signers[0]?.uplinks?.cable === 'works';
}

/** Requests whose answers nobody has heard in time, on the preferred line of whichever home is asked. */
async function lostAnswers({ inUse }: Stage): Promise<Passing[]> {
  const cables = [...inUse.fronts].flatMap(([name, front]) => (name.endsWith('.cable') ? [front] : []));
  const lost: Passing[] = [];
  for (const cable of cables) {
    cable.trouble = (passing) => {
      if (!passing.isSigning || lost.length === losses.length) return undefined;
      return losses[lost.push(passing) - 1];
    };
  }
  await within(4, () => lost.length === losses.length);
  for (const cable of cables) cable.trouble = () => undefined;
  return lost;
}

/** How often these bytes have passed there, for that key. */
function timesIn(taps: readonly { readonly memory: readonly Passing[] }[], { path, body }: Passing): number {
  const isIt = (each: Passing) => each.path === path && each.body === body;
  return taps.reduce((sum, { memory }) => sum + memory.filter(isIt).length, 0);
}
