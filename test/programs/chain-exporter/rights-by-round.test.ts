import { ALICE, BOB, CONSENSUS_KEY, ExporterWorld, everyone, more, settledWorld } from './exporter-world';
import { OTHER } from './scripted-chain';

const both: Readonly<Record<string, number>> = { [ALICE]: 3, [BOB]: 5 };

test('a block is missed by whose turn came before its round, and only the lowest round of each counts', async () => {
  const world = await settledWorld();
  const { chain } = world;
  chain.bakersAt = () => [ALICE, OTHER, ALICE, BOB];
  chain.grow({ rank: 2, votes: everyone });
  await world.settle();
  expect(await world.blocks()).toEqual({ 'alice missed': 1 }); // Bob's round never came
});

test('a right at a round above that of the block is not missed, nor one at the round itself by who has baked', async () => {
  const world = await settledWorld();
  const { chain } = world;
  chain.bakersAt = () => [OTHER, ALICE, BOB];
  chain.grow({ rank: 1, baker: ALICE, votes: everyone });
  chain.grow({ rank: 0, votes: everyone });
  await world.settle();
  expect(await world.blocks()).toEqual({ 'alice baked': 1 });
});

test('rights to bake are asked for only where a round above 0 was needed', async () => {
  const world = await settledWorld();
  const asked = () => world.node.asked.filter((path) => path.includes('rights')).length;
  world.chain.bakersAt = () => [ALICE];
  world.chain.growBy(5, { votes: everyone });
  await world.settle();
  expect(asked()).toBe(0);
  world.chain.grow({ rank: 1, votes: everyone });
  await world.settle();
  expect(asked()).toBe(1);
});

test('our payload that another one bakes again is ours, and not missed', async () => {
  const world = await settledWorld();
  world.chain.bakersAt = () => [ALICE, BOB, OTHER];
  world.chain.grow({ rank: 2, baker: OTHER, proposer: ALICE, votes: everyone });
  await world.settle();
  expect(await world.blocks()).toEqual({ 'alice proposed': 1, 'bob missed': 1 });
});

test('votes of a level are counted by who had the right, with their slots, and under the delegate whatever key has signed', async () => {
  const world = await settledWorld();
  const { chain } = world;
  chain.votersAt = () => ({});
  await world.settle();
  const before = { votes: await world.votes(), slots: await world.slots() };
  const { level } = chain.head;
  chain.votersAt = (at) => (at >= level && at < level + 3 ? both : {});
  chain.grow({ votes: [{ delegate: ALICE, key: CONSENSUS_KEY }] });
  chain.grow({
    votes: [
      { delegate: ALICE, as: 'attestation_with_dal' },
      { delegate: BOB, as: 'aggregate', key: CONSENSUS_KEY },
    ],
  });
  chain.grow({
    votes: [
      { delegate: ALICE, as: 'aggregate' },
      { delegate: OTHER, as: 'aggregate' },
    ],
  });
  await world.settle();
  const added = { votes: more(before.votes, await world.votes()), slots: more(before.slots, await world.slots()) };
  expect(added.votes).toEqual({ 'alice seen': 3, 'bob seen': 1, 'bob missed': 2 });
  expect(added.slots).toEqual({ 'alice seen': 9, 'bob seen': 5, 'bob missed': 10 });
});

test('whoever has no right to vote at a level has neither seen nor missed it', async () => {
  const world = await settledWorld();
  world.chain.votersAt = () => ({ [ALICE]: 1 });
  await world.settle();
  const before = await world.votes();
  for (let i = 0; i < 3; i++) world.chain.grow({ votes: [] });
  await world.settle();
  expect(more(before, await world.votes())).toEqual({ 'alice seen': 3, 'alice missed': 3 });
});

test('a baker that is not registered yet keeps nobody from being counted', async () => {
  const world = await ExporterWorld.make();
  world.chain.votersAt = () => ({ [BOB]: 5 });
  world.node.unregistered.add(ALICE);
  await world.start();
  world.chain.grow({ votes: [] });
  await world.settle();
  const votes = await world.votes();
  expect([votes['bob missed'], votes['alice missed']]).toEqual([1, undefined]);
  expect(await world.value('octez_delegate_is_forbidden', { delegate_name: 'alice' })).toBeUndefined();
  expect(await world.value('octez_delegate_is_forbidden', { delegate_name: 'bob' })).toBe(7);
});

test('a preattestation in a block of a later round is no vote', async () => {
  const world = await settledWorld();
  world.chain.grow({ rank: 1, votes: [{ delegate: ALICE }] });
  await world.settle();
  expect((await world.votes())['bob missed']).toBe(1);
});

test('evidence against one of ours is counted under it, and against others under nobody', async () => {
  const world = await settledWorld();
  world.chain.grow({
    votes: everyone,
    evidence: [
      { kind: 'double_consensus_operation_evidence', accused: ALICE },
      { kind: 'double_baking_evidence', accused: BOB },
      { kind: 'double_baking_evidence', accused: OTHER },
    ],
  });
  await world.settle();
  const found = async (delegate_name: string, kind: string) =>
    world.value('tezos_baker_double_signing_evidence_total', { delegate_name, kind });
  expect(await Promise.all([found('alice', 'vote'), found('alice', 'block')])).toEqual([1, 0]);
  expect(await Promise.all([found('bob', 'vote'), found('bob', 'block')])).toEqual([0, 1]);
});

test('every count is there at 0 before anything has happened, so that a first miss is an increase', async () => {
  const world = await ExporterWorld.make();
  await world.start();
  for (const delegate_name of ['alice', 'bob']) {
    expect(await world.value('tezos_baker_block_rights_total', { delegate_name, result: 'missed' })).toBe(0);
    expect(await world.value('tezos_baker_attestation_rights_total', { delegate_name, result: 'missed' })).toBe(0);
    expect(await world.value('tezos_baker_double_signing_evidence_total', { delegate_name, kind: 'vote' })).toBe(0);
  }
});
