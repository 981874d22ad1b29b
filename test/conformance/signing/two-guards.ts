import { type FaultScene, type Stage, within } from './fault-scene';
import { pause } from './signing-world';

const STOPPED_GUARDS = 8;

/** Two gateways at once, as in a rollout that hangs or a node that comes back. */
export const twoGuards: readonly FaultScene[] = [
  {
    name: 'two guards, each with one home: one signs, or none',
    async run(stage) {
      const { world, second, inUse, other } = stage;
      world.attach(other, [world.right]);
      await world.detach(other, [world.left]);
      await world.detach(inUse, [world.right]);
      other.startGuard();
      second.start();
      await pause(3000);
      const isBoth = other.isOpen;
      second.stop();
      // Now both homes are where the new one is.
      world.attach(other, [world.left]);
      await world.signs(other);
      await stage.swap();
      await stage.ready();
      world.attach(stage.other);
      return isBoth ? 'a guard opened while a home listened to another one' : undefined;
    },
  },
  {
    name: 'a guard that was stopped between decision and sending is heard no more, and takes no other epoch',
    async run(stage) {
      const { world } = stage;
      world.attach(stage.inUse);
      world.attach(stage.other);
      for (let i = 0; i < STOPPED_GUARDS; i++) {
        const trouble = await stopped(stage, i);
        if (trouble) return trouble;
      }
      return stage.stale > 0 ? undefined : 'no request of a stopped guard ever reached a home';
    },
  },
];

async function stopped(stage: Stage, i: number): Promise<string | undefined> {
  const { world, inUse: old, other: fresh } = stage;
  // Before it has decided, or just as it sends.
  const asked = await (i % 2 === 0 ? stage.written() : stage.connected());
  old.guard?.signal('SIGSTOP');
  stage.load.stop();
  fresh.startGuard();
  await world.signs(fresh);
  // What the old one was asked for is asked of the new one: it is below its floor.
  if (asked) await stage.askFor(fresh, { ...asked, payload: `${asked.payload} again` });
  stage.load.pod = fresh;
  stage.load.start();
  await pause(200);
  const before = refusals(stage);
  old.guard?.signal('SIGCONT');
  const isOutbid = await within(3, async () => (await old.said())?.phase === 'outbid');
  const { status, text } = await stage.askFor(old, { level: world.chain.head.level + 1, round: 7 });
  await pause(100);
  stage.stale += refusals(stage) - before;
  const isHeard = (await fresh.said())?.phase === 'open';
  await stage.swap();
  if (!isOutbid) return 'the old guard goes on as if there was no other';
  if (status === 200) return `the old guard got a signature: ${text}`;
  return isHeard ? undefined : 'the new guard lost its homes to the old one';
}

/** Requests to sign that homes have refused for their epoch or their session. */
function refusals({ world }: Stage): number {
  const isStale = ({ answer }: { answer: string }) => /"refused":"(epoch|session)"/.test(answer);
  return world.homes.reduce((sum, { tap }) => sum + tap.memory.filter(isStale).length, 0);
}
