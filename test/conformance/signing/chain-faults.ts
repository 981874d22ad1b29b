import { type FaultScene, within } from './fault-scene';
import { BLOCK_MS } from './made-chain';
import { pause } from './signing-world';

const BEHIND = 10;
/** None that comes while this lasts. */
const SAID_ROUND = 200;

/** What nodes and clocks say is not what is. */
export const chainFaults: readonly FaultScene[] = [
  {
    name: 'nodes that are behind: a guard that starts signs nothing until one has caught up',
    async run(stage) {
      const { world, inUse } = stage;
      for (const node of world.nodes) node.behind = BEHIND;
      await inUse.killGuard();
      inUse.startGuard();
      await world.opens(inUse);
      const early = await stage.signsMore(1.5);
      world.nodes[0]!.behind = 0;
      await stage.ready();
      const later = await stage.signsMore(3);
      world.nodes[1]!.behind = 0;
      if (early !== undefined) return 'something was signed above what any node had seen';
      return later === undefined ? 'nothing is signed with one node that is there' : undefined;
    },
  },
  {
    name: 'a chain that halts, and a guard that starts meanwhile: nothing twice, and it goes on with the chain',
    async run(stage) {
      const { chain } = stage.world;
      chain.halt();
      await pause(4 * BLOCK_MS);
      await stage.inUse.killGuard();
      stage.inUse.startGuard();
      const { floor } = await stage.world.opens(stage.inUse);
      const { head } = chain;
      const early = await stage.askFor(stage.inUse, { level: head.level + 1, round: 5 });
      chain.goOn();
      await stage.ready();
      const later = await stage.signsMore(3);
      if (early.status === 200) return `signed ${head.level + 1} at a floor of ${floor}`;
      return later === undefined ? 'nothing is signed any more' : undefined;
    },
  },
  {
    name: 'a chain that stands: a person says the floor while a guard opens, and above it is signed',
    async run(stage) {
      const { world, inUse } = stage;
      const { chain, left } = world;
      chain.halt();
      await pause(BLOCK_MS);
      await inUse.killGuard();
      await left.switchOff(); // so that it has not opened yet
      inUse.startGuard();
      await within(5, async () => (await inUse.said())?.phase === 'opening' && inUse.answered.size === 1);
      const level = chain.head.level + 1;
      const low = await inUse.verb('floor', `${level}`, '0');
      const taken = await inUse.verb('floor', `${level}`, `${SAID_ROUND}`);
      left.switchOn();
      await world.opens(inUse, 2);
      const at = await stage.askFor(inUse, { level, round: SAID_ROUND });
      const above = await stage.askFor(inUse, { level, round: SAID_ROUND + 1 });
      chain.goOn();
      await stage.ready();
      if (!/not taken/.test(low)) return `a floor below what may have been signed: ${low}`;
      if (at.status === 200) return 'signed at the floor';
      return above.status === 200 ? undefined : `not signed above it: ${above.text}${taken}`;
    },
  },
  {
    name: 'reorganisations: the same levels on another branch are refused',
    async run(stage) {
      for (let i = 0; i < 4; i++) {
        stage.world.chain.reorganise(1 + (i % 2));
        const { level } = stage.world.chain.head;
        const { status } = await stage.askFor(stage.inUse, { level, payload: 'of the other branch' });
        if (status === 200 && i > 0) return `signed ${level} once more`;
        await pause(3 * BLOCK_MS);
      }
      return (await stage.signsMore(4)) === undefined ? 'nothing is signed any more' : undefined;
    },
  },
  {
    name: 'a request for level 2^31-1 is refused, and costs nothing',
    async run(stage) {
      for (const kind of ['block', 'preattestation', 'attestation'] as const) {
        for (const key of stage.world.keys) {
          const { status, text } = await stage.askFor(stage.inUse, { key, kind, level: 2 ** 31 - 1 });
          if (status !== 403 && status !== 504) return `${status} ${text}`;
        }
      }
      return (await stage.signsMore(2)) === undefined ? 'nothing is signed any more' : undefined;
    },
  },
  {
    name: 'clocks set apart: nothing is signed, by a guard that is behind its homes or before them',
    async run(stage) {
      const { world, inUse } = stage;
      for (const shiftMs of [-3 * BLOCK_MS, 3 * BLOCK_MS]) {
        await inUse.killGuard();
        inUse.setClock(shiftMs);
        inUse.startGuard();
        const isOpen = await within(1.5, () => inUse.isOpen);
        inUse.setClock(0);
        if (isOpen) return `it opened with a clock that is ${shiftMs} ms from its homes'`;
      }
      await stage.restart();
      world.left.setClock(2 * BLOCK_MS);
      await inUse.killGuard();
      inUse.startGuard();
      const isOpen = await within(1.5, () => inUse.isOpen);
      world.left.setClock(0);
      await stage.ready();
      return isOpen ? 'it opened though one home has another clock' : undefined;
    },
  },
];
