import { until } from '../temporary';
import { ALICE, BOB, ExporterWorld, NEXT_PROTOCOL } from './exporter-world';

/** Waits until all numbers of delegates have been read once: they have their own pace. */
const read = (world: ExporterWorld) =>
  until('they are read', async () => (await world.value('chain_exporter_read_timestamp_seconds')) !== undefined);

test('a protocol that our release does not bake is told as soon as it is proposed, in adoption, and once it runs', async () => {
  const world = await ExporterWorld.make();
  world.node.voting = 'adoption';
  world.node.proposal = NEXT_PROTOCOL;
  await world.start();
  await world.settle();
  const baked = (stage: string) => world.value('tezos_chain_protocol_baked', { stage });
  expect([await baked('running'), await baked('adoption')]).toEqual([1, 0]);
  expect(await world.value('tezos_chain_voting_period_remaining_blocks')).toBe(93);
  world.chain.grow({ nextProtocol: NEXT_PROTOCOL, votes: [] });
  await world.seen();
  expect(await baked('running')).toBe(0);
});

test('delegates are asked about field by field, never whole, and the seldom ones not at each block', async () => {
  const world = await ExporterWorld.make();
  await world.start({ wallets: [{ name: 'payouts', address: BOB }] });
  const paths = () => world.node.asked.map((path) => path.replace(/blocks\/[^/]+/, 'blocks/…'));
  const count = (field: string) => paths().filter((path) => path.endsWith(`${ALICE}/${field}`)).length;
  for (let i = 0; i < 5; i++) {
    world.chain.growBy(1);
    await world.seen();
    await until('what changes with each block is asked', () => count('is_forbidden') > i);
  }
  await world.settle();
  await read(world);
  expect(paths().filter((path) => /delegates\/[^/]+$/.test(path))).toEqual([]);
  expect(count('own_staked')).toBe(1);
  expect(count('is_forbidden')).toBeGreaterThan(3);
  expect(paths().filter((path) => path.endsWith(`contracts/${BOB}/balance`)).length).toBe(1);
});

test('of a delegate is told what its fields say, under the names of the flattened path', async () => {
  const world = await ExporterWorld.make();
  const { fields, balances } = world.node;
  fields.set('is_forbidden', true);
  fields.set('deactivated', false);
  fields.set('grace_period', 2);
  fields.set('own_staked', '6000000001');
  fields.set('min_delegated_in_current_cycle', { amount: '12', level: 9 });
  fields.set('voting_info', { voting_power: '55', current_proposals: [], remaining_proposals: 20 });
  fields.set('denunciations', [{ operation_hash: 'oo', rewarded: BOB, misbehaviour: {} }]);
  fields.delete('dal_participation');
  balances.set(ALICE, '1234567');
  world.node.constants = { minimal_stake: '6000000000', minimal_frozen_stake: '600000000' };
  await world.start({
    wallets: [
      { name: 'payouts', address: ALICE },
      { name: 'empty', address: BOB },
    ],
  });
  await world.settle();
  await read(world);
  const of = (name: string) => world.value(name, { delegate: ALICE, delegate_name: 'alice' });
  expect(await of('octez_delegate_is_forbidden')).toBe(1);
  expect(await of('octez_delegate_deactivated')).toBe(0);
  expect(await of('octez_delegate_own_staked')).toBe(6000000001);
  expect(await of('octez_delegate_min_delegated_in_current_cycle_amount')).toBe(12);
  expect(await of('octez_delegate_voting_info_remaining_proposals')).toBe(20);
  expect(await of('octez_delegate_participation_expected_attesting_rewards')).toBe(123456);
  expect(await of('octez_delegate_dal_participation_denounced')).toBeUndefined();
  expect(await of('tezos_baker_pending_denunciations')).toBe(1);
  expect(await of('tezos_baker_cycles_until_deactivation')).toBe(2);
  expect(await world.value('tezos_wallet_balance_mutez', { name: 'payouts', address: ALICE })).toBe(1234567);
  expect(await world.value('tezos_wallet_balance_mutez', { name: 'empty' })).toBe(0);
  expect(await world.value('tezos_chain_minimal_frozen_stake_mutez')).toBe(600000000);
});
