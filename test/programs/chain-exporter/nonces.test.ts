import { until } from '../temporary';
import { ALICE, BOB, ExporterWorld } from './exporter-world';

const unrevealed = (world: ExporterWorld, who: string) =>
  world.value('tezos_baker_unrevealed_nonces', { delegate_name: who });

/** A cycle of 16 blocks whose every fourth one holds a commitment: of Alice twice, of Bob, of a stranger. */
async function nextCycle(): Promise<ExporterWorld> {
  const world = await ExporterWorld.make();
  const { chain } = world;
  chain.blocksPerCycle = 16;
  chain.growBy(20); // 32 is the last one of a cycle
  const bakers = [ALICE, BOB, undefined, ALICE];
  for (let position = 0; position < 16; position++) {
    const isCommitment = position % 4 === 3;
    const baker = isCommitment ? bakers[(position - 3) / 4] : undefined;
    chain.grow({ votes: chain.allVotes(), nonceHash: isCommitment, ...(baker ? { baker } : {}) });
  }
  chain.growBy(2);
  world.node.constants = { nonce_revelation_threshold: 8 };
  return world;
}

test('after a restart too, nonces of the last cycle are found that are not revealed, each under whose it is', async () => {
  const world = await nextCycle();
  await world.start();
  await until('they are found', async () => (await unrevealed(world, 'alice')) === 2);
  expect(await unrevealed(world, 'bob')).toBe(1);
  world.node.revealed.add(36); // the first one of Alice
  world.chain.growBy(1);
  await until('one is revealed', async () => (await unrevealed(world, 'alice')) === 1);
  expect(await unrevealed(world, 'bob')).toBe(1);
  const asked = (level: number) => world.node.asked.filter((path) => path.endsWith(`/context/nonces/${level}`)).length;
  expect(asked(40)).toBeGreaterThan(1); // Bob's
  expect(asked(44)).toBe(1); // a stranger's
});

test('the time for it is told as a part that is over, by what the protocol allows', async () => {
  const world = await nextCycle();
  await world.start();
  await until('the chain is known', async () => (await world.value('tezos_chain_nonce_window_ratio')) !== undefined);
  expect(await world.value('tezos_chain_nonce_window_ratio')).toBe(1 / 8);
  world.chain.growBy(7);
  await world.seen();
  expect(await world.value('tezos_chain_nonce_window_ratio')).toBe(1);
});

test('with a new cycle those of the one before it are asked for, and the old ones are over', async () => {
  const world = await nextCycle();
  await world.start();
  await until('they are found', async () => (await unrevealed(world, 'alice')) === 2);
  world.chain.growBy(15);
  await until('a cycle without any of ours', async () => (await unrevealed(world, 'alice')) === 0);
  expect(await unrevealed(world, 'bob')).toBe(0);
});
