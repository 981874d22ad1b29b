import { ALICE, BOB, ExporterWorld, everyone, more, NEXT_PROTOCOL, settledWorld } from './exporter-world';

test('our block that was there and was replaced is orphaned, and not missed', async () => {
  const world = await settledWorld();
  const { chain } = world;
  chain.bakersAt = () => [ALICE, BOB];
  const before = chain.head;
  chain.grow({ baker: ALICE, votes: everyone });
  await world.seen();
  chain.grow({ rank: 1, baker: BOB, votes: everyone }, before);
  await world.settle();
  expect(await world.blocks()).toEqual({ 'alice orphaned': 1, 'bob baked': 1 });
});

test('a block that returns after a while is baked, and counted once', async () => {
  const world = await settledWorld();
  const { chain } = world;
  const before = chain.head;
  const ours = chain.grow({ baker: ALICE, votes: everyone });
  await world.seen();
  chain.grow({ rank: 1, votes: everyone }, before);
  await world.seen();
  chain.grow({ votes: everyone }, ours);
  await world.settle();
  expect(await world.blocks()).toEqual({ 'alice baked': 1 });
});

test('nothing is judged before it can change no more: votes that come with another block at L + 1, or at L, count as they stay', async () => {
  const world = await settledWorld();
  const { chain } = world;
  const atL = chain.grow({ votes: everyone });
  chain.grow({ votes: [] }); // L + 1, without our votes
  chain.grow({ votes: everyone });
  await world.seen();
  expect(await world.votes()).not.toHaveProperty('alice missed');
  chain.grow({ rank: 1, votes: everyone }, atL); // another L + 1, with them
  chain.grow({ votes: everyone });
  await world.settle();
  expect(await world.votes()).not.toHaveProperty('alice missed');
  expect(await world.value('chain_exporter_skipped_levels_total')).toBe(0);
});

test('a reorganisation at L is judged by the blocks that stay', async () => {
  const world = await settledWorld();
  const { chain } = world;
  const before = chain.head;
  chain.grow({ votes: [] }); // L
  chain.grow({ votes: everyone });
  await world.seen();
  chain.grow({ rank: 1, baker: BOB, votes: [{ delegate: BOB }] }, before);
  chain.grow({ votes: everyone });
  await world.settle();
  expect(await world.votes()).toMatchObject({ 'alice missed': 1 });
  expect(await world.votes()).not.toHaveProperty('bob missed');
  expect(await world.blocks()).toEqual({ 'bob baked': 1 });
});

test('misses are told at the end of a cycle, where the protocol forgets them, and at its beginning', async () => {
  const world = await ExporterWorld.make();
  world.chain.blocksPerCycle = 20;
  await world.start();
  world.chain.growBy(5); // 17
  await world.settle(); // 20 is the head, the last of its cycle
  const { chain } = world;
  expect(chain.positionOf(chain.head.level)).toBe(19);
  const before = await world.votes();
  chain.growBy(18); // 38
  chain.grow({ votes: [{ delegate: BOB }] }); // 39 without Alice's votes for 38
  chain.grow({ votes: [{ delegate: ALICE }] }); // 40, the last one, without Bob's for 39
  chain.grow({ votes: [{ delegate: BOB }] }); // 41, the first one, without Alice's for 40
  await world.settle();
  const added = more(before, await world.votes());
  expect([added['alice missed'], added['bob missed']]).toEqual([2, 1]);
  expect((await world.slots())['bob missed']).toBe(5);
});

test('a new protocol on the way changes no judgement: rights are those that the block was baked by', async () => {
  const world = await settledWorld();
  const { chain } = world;
  chain.bakersAt = (_, protocol) => (protocol === NEXT_PROTOCOL ? [BOB] : [ALICE]);
  chain.grow({ rank: 1, nextProtocol: NEXT_PROTOCOL, votes: everyone }); // the last one of the old protocol
  chain.grow({ rank: 1, votes: [{ delegate: ALICE }] });
  await world.settle();
  expect(await world.blocks()).toEqual({ 'alice missed': 1, 'bob missed': 1 });
  expect((await world.votes())['bob missed']).toBe(1);
});
