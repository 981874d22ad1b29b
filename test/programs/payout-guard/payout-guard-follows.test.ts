import { rmSync } from 'node:fs';
import { rpcsOf } from '../../../programs/payout-guard/rpc-list.contract';
import { RpcMatch } from '../../../programs/payout-guard/rpc-match';
import { until } from '../temporary';
import { ann, baker, bob, PayoutWorld, planned, row, wallet } from './payout-guard-world';
import { PayoutNode } from './payout-node';

test('every final block is read, one after the other, also those that came while the guard was away', async () => {
  const world = await planned([]);
  await world.settled();
  await world.stop();
  world.node.bake(20);
  const before = world.node.asked.length;
  await world.start();
  await world.settled();
  const read = world.node.asked.slice(before).filter((each) => each.endsWith('/operations/3'));
  expect(new Set(read).size).toBe(20);
  world.node.bake(4);
  await world.settled();
});

test('a reorganisation of blocks that are not final changes nothing', async () => {
  const world = await planned([]);
  world.node.bake(4);
  await world.settled();
  world.node.drop(2);
  world.node.bake(5);
  await world.settled();
  expect((await world.status()).stopped).toBeUndefined();
});

test('where the block that the journal stands on is none of our node, nothing is signed until a person has looked', async () => {
  const world = await planned([row(ann, 1n)]);
  world.node.bake(6);
  await world.settled();
  world.node.drop(5);
  world.node.bake(8);
  await world.stoppedFor('not-an-ancestor');
  expect((await world.sign(world.operation([[ann, 1n]])))[1].refused).toBe('stopped');
  await world.stop();
  await world.start();
  await world.stoppedFor('not-an-ancestor');
  await world.reconcile();
  await world.settled();
});

test('a node that was started again behind us is waited for', async () => {
  const world = await planned([]);
  world.node.bake(6);
  await world.settled();
  const { blocks } = world.node;
  world.node.blocks = blocks.slice(0, -4);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await world.status()).stopped).toBeUndefined();
  // A block of another branch where the journal is, and none above it: not final, and no reason to stop.
  world.node.blocks = blocks.slice(0, -3);
  world.node.bake();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await world.status()).stopped).toBeUndefined();
  world.node.blocks = blocks;
  world.node.bake(2);
  await world.settled();
});

test.each([false, true])(
  'where our node does not have the next block any more, a person must look (old release: %s)',
  async (isOld) => {
    const world = await planned([]);
    world.node.isOld = isOld;
    await world.settled();
    await world.stop();
    world.node.bake(20);
    world.node.savepoint = world.node.head.level - 5;
    await world.start();
    await world.stoppedFor('final-block-gone');
  },
);

test('a block that one node does not have any more is read from another; where no node has it, a person must look', async () => {
  const world = await planned([]);
  const { node } = world;
  await world.settled();
  await world.stop();
  const fresh = new PayoutNode({}, {});
  await fresh.listen();
  const bakeMore = () => {
    node.bake(20);
    fresh.blocks = node.blocks;
    fresh.savepoint = node.head.level - 5;
  };
  bakeMore();
  await world.start({ nodes: [fresh.url, node.url] });
  await world.settled();
  await world.stop();
  bakeMore();
  node.savepoint = fresh.savepoint;
  await world.start({ nodes: [fresh.url, node.url] });
  await world.stoppedFor('final-block-gone');
});

test('a node of another chain, and one that does not answer, bring the journal no block', async () => {
  const world = await PayoutWorld.make();
  const nowhere = 'http://127.0.0.1:1';
  await world.start({ nodes: [nowhere, world.node.url] });
  await until('the node is found', async () => !(await world.reconcile().catch(() => 'x')).startsWith('x'));
  world.node.bake(3);
  await world.settled();
  await world.stop();
  rmSync(`${world.folder}/${wallet.address}.journal`); // which knows its chain too
  await world.start({ chain: { ...world.config().chain, id: 'NetXnHfVqm9iesp' } });
  await expect(world.reconcile()).rejects.toThrow('on another chain');
});

test('of two nodes the one that has stood still for minutes is left for the other one', async () => {
  const world = await PayoutWorld.make();
  const { node } = world;
  const still = new PayoutNode({}, {});
  still.blocks = node.blocks.map((block) => ({ ...block, timeMs: block.timeMs - 10 * 60_000 }));
  await still.listen();
  await world.start({ nodes: [still.url, node.url] });
  await until('the other one is asked', async () => !(await world.reconcile().catch(() => 'x')).startsWith('x'));
  node.bake(4);
  await world.settled();
  expect(still.asked.every((each) => each === 'GET /chains/main/blocks/head/header')).toBe(true);
});

test('a transfer of the wallet that nobody asked for stops it, one of the baker does not', async () => {
  const world = await planned([row(ann, 1n)]);
  world.node.transfer(baker.address, ann, 5n);
  world.node.bake(4);
  await world.settled();
  expect((await world.status()).stopped).toBeUndefined();
  world.node.transfer(wallet.address, bob, 5n);
  world.node.bake(4);
  await world.stoppedFor('foreign-operation');
  expect((await world.sign(world.operation([[ann, 1n]])))[1].refused).toBe('stopped');
});

test('receipts that a node leaves out for their length are asked for', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  world.node.isShort = true;
  const bytes = world.operation([[ann, 1_000_000n]]);
  const [, { signature }] = await world.sign(bytes);
  await world.inject(bytes, signature);
  world.node.bake(4);
  await world.settled();
  expect((await world.status()).rows.paid).toBe(1);
});

test('the guard asks our node for nothing that its part of the access list lacks', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  world.node.isShort = true;
  const [, { signature }] = await world.sign(world.operation([[ann, 1_000_000n]]));
  await world.inject(world.operation([[ann, 1_000_000n]]), signature);
  world.node.bake(4);
  await world.settled();
  world.node.isOld = true;
  await world.reconcile();
  const list = new RpcMatch(rpcsOf(['payout-guard']), { wallets: [wallet.address], bakers: [baker.address] });
  const own = world.node.asked.filter((each) => each !== 'POST /injection/operation').map((each) => each.split(' '));
  expect(own.filter(([method, path]) => !list.find(method, path))).toEqual([]);
  const used = own.map(([method, path]) => list.find(method, path)?.rpc);
  expect(rpcsOf(['payout-guard']).filter(({ rpc }) => !used.includes(rpc))).toEqual([]);
});

test('a transfer that fails on the chain leaves its row open', async () => {
  const world = await planned([row(ann, 1_000_000n)]);
  world.node.failing.add(ann);
  const bytes = world.operation([[ann, 1_000_000n]]);
  const [, { signature }] = await world.sign(bytes);
  await world.inject(bytes, signature);
  world.node.bake(4);
  await world.settled();
  expect((await world.status()).rows).toMatchObject({ paid: 0, open: 1 });
  expect([...world.kept.objects.keys()].filter((name) => name.includes('records'))).toEqual([]);
});
