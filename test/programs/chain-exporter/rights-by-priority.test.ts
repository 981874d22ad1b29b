import { ALICE, BOB, ExporterWorld, everyone, settledWorld } from './exporter-world';
import { OTHER } from './scripted-chain';

const both: Readonly<Record<string, number>> = { [ALICE]: 3, [BOB]: 5 };

test('a block is missed by whose priority came before that of the block', async () => {
  const world = await settledWorld('priority');
  world.chain.bakersAt = () => [ALICE, OTHER, BOB, ALICE];
  world.chain.grow({ rank: 2, baker: BOB, votes: everyone });
  world.chain.grow({ rank: 0, votes: everyone });
  await world.settle();
  expect(await world.blocks()).toEqual({ 'alice missed': 1, 'bob baked': 1 });
});

test('endorsements are counted by slots, of old and newer form, and missed only by who had the right', async () => {
  const world = await settledWorld('priority');
  const { chain } = world;
  chain.votersAt = () => ({});
  await world.settle();
  const before = { votes: await world.votes(), slots: await world.slots() };
  const { level } = chain.head;
  chain.votersAt = (at) => (at === level || at === level + 1 ? both : {});
  chain.grow({ votes: [{ delegate: ALICE, as: 'endorsement' }] });
  chain.grow({ votes: [{ delegate: BOB, as: 'endorsement_with_slot' }] });
  chain.grow({ votes: [] });
  await world.settle();
  const votes = await world.votes();
  const slots = await world.slots();
  expect(votes['alice seen'] - before.votes['alice seen']).toBe(1);
  expect(votes['bob seen'] - before.votes['bob seen']).toBe(1);
  expect([votes['alice missed'], votes['bob missed']]).toEqual([1, 1]);
  expect([slots['alice missed'], slots['bob missed']]).toEqual([3, 5]);
  expect(slots['bob seen'] - before.slots['bob seen']).toBe(5);
});

test('nothing is judged with less than five blocks behind it', async () => {
  const world = await settledWorld('priority');
  const { chain } = world;
  const before = chain.head;
  for (let i = 0; i < 5; i++) chain.grow({ votes: [] });
  await world.seen();
  expect(await world.votes()).not.toHaveProperty('alice missed');
  chain.head = before;
  for (let i = 0; i < 6; i++) chain.grow({ votes: everyone });
  await world.settle();
  expect(await world.votes()).not.toHaveProperty('alice missed');
  expect(await world.value('chain_exporter_skipped_levels_total')).toBe(0);
});

test('a delegate whose deposits are taken has evidence against it, its accuser has not', async () => {
  const world = await settledWorld('priority');
  world.chain.grow({
    votes: everyone,
    evidence: [{ kind: 'double_endorsement_evidence', accused: BOB, accuser: ALICE }],
  });
  await world.settle();
  const found = (delegate_name: string, kind: string) =>
    world.value('tezos_baker_double_signing_evidence_total', { delegate_name, kind });
  expect([await found('bob', 'vote'), await found('bob', 'block'), await found('alice', 'vote')]).toEqual([1, 0, 0]);
});

test('numbers of delegates, the roll and the cycle of nonces are those of old chains, and nothing newer is asked for', async () => {
  const world = await ExporterWorld.make('priority');
  world.node.constants = { tokens_per_roll: '8000000000' };
  world.node.fields.set('staking_balance', '9000000000');
  world.node.fields.set('deactivated', false);
  await world.start();
  await world.settle();
  expect(await world.value('octez_delegate_staking_balance', { delegate: ALICE, delegate_name: 'alice' })).toBe(9e9);
  expect(await world.value('octez_delegate_deactivated', { delegate_name: 'bob' })).toBe(0);
  expect(await world.value('tezos_chain_minimal_stake_mutez')).toBe(8e9);
  expect(await world.value('tezos_chain_minimal_frozen_stake_mutez')).toBeUndefined();
  const position = (await world.value('tezos_chain_cycle_position')) ?? Number.NaN;
  expect(await world.value('tezos_chain_nonce_window_ratio')).toBeCloseTo(position / 1000, 6);
  expect(await world.value('tezos_chain_voting_period', { kind: 'proposal' })).toBe(1);
  expect(world.node.asked.filter((path) => path.includes('participation'))).toEqual([]);
});

test('a baker that is not registered yet keeps nobody from being counted', async () => {
  const world = await ExporterWorld.make('priority');
  world.node.unregistered.add(ALICE);
  await world.start();
  await world.settle();
  expect(await world.value('octez_delegate_grace_period', { delegate_name: 'alice' })).toBeUndefined();
  expect(await world.value('octez_delegate_grace_period', { delegate_name: 'bob' })).toBe(7);
});

test('nodes without a metrics server are told of: head, sync and peers, and that one does not answer', async () => {
  const world = await ExporterWorld.make('priority', 2);
  const [fine, lost] = world.nodes;
  fine.synced = null; // 7.5 has no such RPC
  fine.peers = 4;
  lost.faults.set(/network/, 'hangs');
  const nodes = [fine, lost].map(({ url }, i) => ({ name: ['fine', 'lost'][i], url }));
  await world.start({ sources: [world.config.sources[0]], nodes });
  await world.settle();
  const of = (node: string) => (name: string) => world.value(`tezos_node_${name}`, { node });
  expect(await Promise.all(['up', 'synced', 'connections'].map(of('fine')))).toEqual([1, 1, 4]);
  expect(await of('fine')('head_level')).toBe(world.chain.head.level);
  expect(await Promise.all(['up', 'synced', 'connections'].map(of('lost')))).toEqual([0, undefined, undefined]);
});
