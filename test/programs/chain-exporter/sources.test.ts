import { until } from '../temporary';
import { BOB, ExporterWorld } from './exporter-world';

const judged = async (world: ExporterWorld) => (await world.value('chain_exporter_judged_level')) ?? 0;
const asked = (world: ExporterWorld, source: string) => world.value('chain_exporter_source_asked', { source });
const up = (world: ExporterWorld, source: string) => world.value('chain_exporter_source_up', { source });

test('of several sources the first one with the highest head is asked', async () => {
  const world = await ExporterWorld.make('round', 3);
  world.nodes[0].behind = 1;
  await world.start();
  await world.settle();
  expect(await Promise.all(['sentry-0', 'sentry-1', 'sentry-2'].map((each) => asked(world, each)))).toEqual([0, 1, 0]);
  world.nodes[0].behind = 0;
  world.chain.growBy(1);
  await until('the first one is asked again', async () => (await asked(world, 'sentry-0')) === 1);
});

test('a source that hangs stops nothing: another one is asked, and it is said which is silent', async () => {
  const world = await ExporterWorld.make('round', 2);
  await world.start();
  world.node.faults.set(/./, 'hangs');
  await world.settle();
  expect(await asked(world, 'sentry-1')).toBe(1);
  await until('the silent one is called so', async () => (await up(world, 'sentry-0')) === 0);
  expect(await up(world, 'sentry-1')).toBe(1);
  expect(await world.value('chain_exporter_source_failures_total', { source: 'sentry-0' })).toBeGreaterThan(0);
});

test('a source that was ahead and is gone is not waited for', async () => {
  const world = await ExporterWorld.make('round', 2);
  world.nodes[1].behind = 5;
  await world.start();
  await until('the first one is asked', async () => (await asked(world, 'sentry-0')) === 1);
  world.node.faults.set(/./, 500);
  await until('the other one is asked', async () => (await asked(world, 'sentry-1')) === 1);
});

test('a source that tells its head and hangs at what costs it more is passed over as well', async () => {
  const world = await ExporterWorld.make('round', 2);
  await world.start();
  world.node.faults.set(/operations|participation|metadata/, 'hangs');
  await world.settle();
  world.chain.grow({ votes: [{ delegate: BOB }] });
  await world.settle();
  expect(await world.votes()).toMatchObject({ 'alice missed': 1 });
});

test('one question that hangs holds up no others: rights are counted, and what is known of delegates is told', async () => {
  const world = await ExporterWorld.make();
  world.node.faults.set(/nonces/, 'hangs');
  world.node.faults.set(/is_forbidden/, 'hangs');
  const { chain } = world.config;
  await world.start({ chain: { ...chain, blockMs: 5000 } }); // patient: both hang for longer than this test
  world.chain.growBy(5);
  await world.settle();
  expect(await world.value('octez_delegate_deactivated', { delegate_name: 'alice' })).toBe(7);
  expect(await world.value('chain_exporter_read_timestamp_seconds')).toBeUndefined();
});

test('while every source fails nothing is counted, and afterwards nothing is lost and nothing is counted twice', async () => {
  const world = await ExporterWorld.make();
  await world.start();
  await world.settle();
  const before = await world.votes();
  const level = await judged(world);
  for (const [fault, path] of [
    [500, /operations\/2/],
    [401, /participation/],
    ['hangs', /./],
  ] as const) {
    world.node.faults.set(path, fault);
    world.chain.grow({ votes: [{ delegate: BOB }] });
    world.chain.growBy(4);
    await new Promise((resolve) => setTimeout(resolve, 700));
    world.node.faults.clear();
  }
  await world.settle();
  const votes = await world.votes();
  expect(votes['alice missed']).toBe(3);
  expect(votes['bob seen'] - before['bob seen']).toBe((await judged(world)) - level);
});

test('without the RPC for rights the judgement waits, and says of which source why', async () => {
  const world = await ExporterWorld.make();
  await world.start();
  await world.settle();
  world.node.faults.set(/baking_rights/, 401); // not in the secure list
  world.chain.grow({ rank: 1, votes: [] });
  const { level } = world.chain.head;
  world.chain.growBy(5);
  await until('it is said', () => world.said.some((line) => /rights by sentry-0: .*401/.test(line)));
  expect(await judged(world)).toBe(level - 1);
});

test('a node of another chain is no source', async () => {
  const world = await ExporterWorld.make();
  await world.begin({ chain: { ...world.config.chain, id: 'NetXother' } });
  await until('it is said', () =>
    world.said.some((line) => line.includes('no head of sentry-0: it is on another chain')),
  );
  expect(await up(world, 'sentry-0')).toBe(0);
  expect(await world.value('tezos_chain_head_level')).toBeUndefined();
});

test('after a restart counting goes on at the newest level that stays, and where it began is told', async () => {
  const world = await ExporterWorld.make();
  await world.start();
  world.chain.grow({ votes: [{ delegate: BOB }] });
  await world.settle();
  expect(await world.votes()).toMatchObject({ 'alice missed': 1 });
  await world.end();
  world.chain.growBy(30);
  const last = world.chain.head.level - 2;
  await world.start();
  await world.settle();
  expect(await world.value('chain_exporter_first_level')).toBe(last);
  expect(await world.votes()).not.toHaveProperty('alice missed');
});

test('after an absence it catches up level by level; levels beyond a thousand are given up, and counted as such', async () => {
  const world = await ExporterWorld.make();
  await world.start();
  await world.settle();
  world.node.faults.set(/operations/, 500);
  const level = await judged(world);
  world.chain.growBy(50);
  world.node.faults.clear();
  await world.settle();
  expect(await world.value('chain_exporter_skipped_levels_total')).toBe(0);
  world.node.faults.set(/./, 'hangs');
  await new Promise((resolve) => setTimeout(resolve, 700));
  const from = await judged(world);
  const seen = (await world.votes())['bob seen'];
  world.chain.growBy(1100);
  world.node.faults.clear();
  await world.settle();
  expect(from).toBeGreaterThanOrEqual(level + 50);
  const skipped = (await world.value('chain_exporter_skipped_levels_total')) ?? 0;
  expect(skipped).toBeGreaterThanOrEqual(1100);
  expect(skipped + (await world.votes())['bob seen'] - seen).toBe((await judged(world)) - from);
}, 60_000);

test('what a node has forgotten before it could be counted is a gap, and counting goes on behind it', async () => {
  const world = await ExporterWorld.make();
  await world.start();
  await world.settle();
  const from = await judged(world);
  world.node.faults.set(/./, 500);
  world.chain.growBy(40);
  world.node.oldest = world.chain.head.level - 10;
  world.node.faults.clear();
  await world.settle();
  const skipped = (await world.value('chain_exporter_skipped_levels_total')) ?? 0;
  expect(skipped).toBeGreaterThanOrEqual(38);
  expect(skipped).toBeLessThanOrEqual((await judged(world)) - from);
});

test('a new block that one of several machines behind a URL does not have yet is waited for, and is no gap', async () => {
  const world = await ExporterWorld.make();
  await world.start();
  await world.settle();
  world.node.faults.set(/metadata/, 404);
  world.chain.grow({ votes: [{ delegate: BOB }] });
  world.chain.growBy(5);
  await until('it is said', () => world.said.some((line) => line.includes('a new block is not there yet')));
  world.node.faults.clear();
  await world.settle();
  expect(await world.votes()).toMatchObject({ 'alice missed': 1 });
  expect(await world.value('chain_exporter_skipped_levels_total')).toBe(0);
});

test('a chain that is rewritten below what had been confirmed is judged anew from its newest level, and the rest is a gap', async () => {
  const world = await ExporterWorld.make();
  await world.start();
  await world.settle();
  const before = world.chain.head;
  world.chain.growBy(10);
  await world.settle();
  world.chain.head = before;
  world.chain.growBy(20, { rank: 1 });
  await world.settle();
  expect(await world.value('chain_exporter_skipped_levels_total')).toBeGreaterThan(0);
  expect(world.said.join()).toContain('a block that had been confirmed is gone');
});
