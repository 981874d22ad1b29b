import { type FaultScene, type Stage, within } from './fault-scene';
import { pause } from './signing-world';

/** The guard knows by then that a home is gone: a word to one that has just gone helps nobody. */
const KNOWN_MS = 1000;

/** A home is gone, and a person says so. */
export const homeFaults: readonly FaultScene[] = [
  {
    name: 'a home that is off: a guard that starts waits for it, or for a person; it comes back by itself',
    async run(stage) {
      const { world, inUse } = stage;
      await world.left.switchOff();
      await inUse.killGuard();
      inUse.startGuard();
      const isOpen = await within(2, () => inUse.isOpen);
      const wrong = await inUse.verb('fence', 'right');
      const right = await inUse.verb('fence', 'left');
      await stage.ready(1);
      const signed = await stage.signsMore(3);
      world.left.switchOn();
      await world.opens(inUse, 2);
      if (isOpen) return 'it opened without the home';
      if (/counts as off/.test(wrong)) return `a person may fence a home that has answered: ${wrong}`;
      if (signed === undefined) return `nothing is signed after: ${right}`;
      return undefined;
    },
  },
  {
    name: 'a drain while a home is silent: the guard that is ended says so to the other home, and no person is needed',
    async run(stage) {
      const { world, inUse } = stage;
      let isTold = false;
      for (let i = 0; i < ATTEMPTS && !isTold; i++) isTold = await endsWhileLeftIsOff(stage);
      if (!isTold) return 'the other home did not take its word';
      inUse.startGuard();
      const isEarly = await within(5, () => inUse.isOpen);
      await stage.ready(1);
      const signed = await stage.signsMore(3);
      world.left.switchOn();
      await world.opens(inUse, 2);
      if (isEarly) return 'it opened before the home had been silent for ten seconds';
      return signed === undefined ? 'nothing is signed' : undefined;
    },
  },
  {
    name: 'a locked device has signed nothing: the other one is asked, for the same bytes',
    async run(stage) {
      const { left } = stage.world;
      left.device.isLocked = true;
      await pause(600);
      const signed = await stage.signsMore(2);
      left.device.isLocked = false;
      return signed === undefined ? 'nothing is signed while one device is locked' : undefined;
    },
  },
];

/** A home that is late just then, on a busy machine, hears nothing of an end: then a person is needed. */
const ATTEMPTS = 3;

/** Whether the other home has taken the word of the guard that was ended; if not, all is as before. */
async function endsWhileLeftIsOff(stage: Stage): Promise<boolean> {
  const { world, inUse } = stage;
  await world.left.switchOff();
  await pause(KNOWN_MS);
  inUse.guard?.signal('SIGTERM');
  await within(3, () => !inUse.guard?.isRunning);
  await inUse.guard?.heard;
  const last = inUse.lines.slice(-5).find((line) => /stopped for good/.test(line));
  if (last && /"isTaken":true/.test(last)) return true;
  world.left.switchOn();
  inUse.startGuard();
  await stage.ready();
  return false;
}

/** How the preferred signer dies, and how it comes back. */
const deaths: Readonly<Record<string, { die(stage: Stage): unknown; revive(stage: Stage): unknown }>> = {
  'its machine': {
    die: ({ world }) => world.left.switchOff(),
    revive: ({ world }) => world.left.switchOn(),
  },
  'its line': {
    die: ({ world, inUse }) => world.detach(inUse, [world.left]),
    revive: ({ world, inUse }) => world.attach(inUse, [world.left]),
  },
  'its line, in silence': {
    die: ({ world }) => world.left.ways.map((way) => way.freeze(2500)),
    revive: () => pause(2500),
  },
  'its device': {
    die: ({ world }) => (world.left.device.isHanging = true),
    revive: ({ world }) => (world.left.device.isHanging = false),
  },
};

/** Milliseconds until something is signed again, by what has died. Undefined: for ever. */
export async function failOverTimes(stage: Stage): Promise<Map<string, number | undefined>> {
  const times = new Map<string, number | undefined>();
  for (const [what, { die, revive }] of Object.entries(deaths)) {
    // A new guard prefers the left one; it does not after it was away.
    await stage.restart();
    await stage.signsMore(3);
    const startMs = performance.now();
    await die(stage);
    // What was signed before it died says nothing.
    await pause(40);
    const more = await stage.signsMore(20);
    times.set(what, more === undefined ? undefined : performance.now() - startMs);
    await revive(stage);
    await stage.world.opens(stage.inUse, 2);
  }
  return times;
}
