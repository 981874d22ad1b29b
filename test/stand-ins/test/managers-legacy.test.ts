import { ask } from '../kit/http-client';
import { madeSecretKey } from '../kit/secret-keys';
import { SendingWallet } from './sending-wallet';
import { type Chain, type Node, peerFlags, until, Yard } from './yard';

/** The same as it was before Tenderbake: tezos-node 7.5 on carthagenet. */
const yard = new Yard();
const wallet = new SendingWallet('old payer', false);
const [alice, bob] = ['alice', 'bob'].map((word) => madeSecretKey(word).address);
const CARTHAGE = 'PsCARTHAGazKbHtnKfLzQg3kms52kSRpgnDY982a9oYsSXRLQEb';
let chain: Chain;
let node: Node;

beforeAll(async () => {
  const accounts = {
    [wallet.address]: { balance: '1000000000', counter: '100', publicKey: wallet.publicKey },
    [alice]: { balance: '1' },
  };
  chain = await yard.chain({
    ...{ chainName: 'TEZOS_ALPHANET_CARTHAGE_2019-11-28T13:02:13Z', blockTimeMs: 150, startLevel: 100, accounts },
    protocols: [{ fromLevel: 0, hash: CARTHAGE }],
  });
  const identity = ['identity', 'generate', '0.', '--data-dir', yard.path('old')];
  await yard.run('tezos-node', ['config', 'init', '--network', 'carthagenet', '--data-dir', yard.path('old')], {
    STAND_IN_VERSION: '7.5',
  });
  await yard.run('tezos-node', identity, { STAND_IN_VERSION: '7.5' });
  node = await yard.node('old', ['--bootstrap-threshold', '1', ...peerFlags(chain.peers)], { version: '7.5' });
  await until(async () => (await node.level()) > 100);
});
afterAll(() => yard.clear());

const head = '/chains/main/blocks/head';
const counter = async () => Number(await node.get(`${head}/context/contracts/${wallet.address}/counter`));
const post = (path: string, body: unknown) => ask(`${node.rpc}${path}`, { method: 'POST', body: JSON.stringify(body) });

test('several operations of a manager wait together, and a block takes them in the order of their counters', async () => {
  const branch = await node.get(`${head}/hash`);
  const level = await node.level();
  const [first, second] = [101, 102].map((at) => wallet.signed(branch, wallet.transfers(at, [[alice, 5]]).map(big)));
  expect((await post('/injection/operation', second)).text).toContain('contract.counter_in_the_future');
  expect((await post('/injection/operation', first)).status).toBe(200);
  expect((await post('/injection/operation', second)).status).toBe(200);
  await until(async () => (await counter()) === 102);
  const passes: any[][] = [];
  for (let at = level + 1; at <= (await node.level()); at++) {
    passes.push(await node.get(`/chains/main/blocks/${at}/operations/3`));
  }
  expect(passes.flat().map(({ contents }) => contents[0].counter)).toEqual(['101', '102']);
  const { metadata } = passes.flat()[0].contents[0];
  expect(metadata.balance_updates[1]).toMatchObject({ kind: 'freezer', category: 'fees', change: '3000' });
  expect(metadata.operation_result).toMatchObject({ status: 'applied', consumed_gas: '10207' });
});

/** Gas as it was counted then. */
const big = <T extends object>(content: T) => ({ ...content, gas_limit: '10600', fee: '3000' }) as T;

test('an allocation burns a quarter of a tez, and no RPC simulates but run_operation', async () => {
  const branch = await node.get(`${head}/hash`);
  const contents = wallet.transfers((await counter()) + 1, [[bob, 5]]).map(big);
  const operation = { branch, contents, signature: `edsig${'1'.repeat(94)}` };
  const body = { operation, chain_id: 'NetXdQprcVkpaWU' }; // whatever chain: only the signature's check needs it
  const { contents: results } = JSON.parse((await post(`${head}/helpers/scripts/run_operation`, body)).text);
  expect(results[0].metadata.operation_result.balance_updates.at(-1).change).toBe('-257000');
  expect((await post(`${head}/helpers/scripts/simulate_operation`, body)).status).toBe(404);
  expect((await node.get(`${head}/metadata`)).max_operations_ttl).toBe(60);
});
