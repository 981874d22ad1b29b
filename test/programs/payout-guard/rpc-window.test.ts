import { request } from 'node:http';
import { NodeChoice } from '../../../programs/payout-guard/node-choice';
import { accessList, payoutRpcs, rpcsOf } from '../../../programs/payout-guard/rpc-list.contract';
import { RpcMatch } from '../../../programs/payout-guard/rpc-match';
import { RpcWindow } from '../../../programs/payout-guard/rpc-window';
import { ask } from '../../../programs/runtime/ask-http';
import { serve } from '../../../programs/runtime/serve-http';
import { key, otherKey } from '../home';
import { afterwards, until } from '../temporary';
import { PayoutNode } from './payout-node';

const wallet = key.address;
const baker = otherKey.address;
const stranger = 'tz1burnburnburnburnburnburnburjAYjjX';
const accounts = { [wallet]: { balance: 5n, counter: 1n } };

/** A window on these nodes; what is signed here is `aa`. */
async function windowOn(nodes: readonly { url: string }[], engine: 'tezpay' | 'backerei' = 'tezpay') {
  const choice = new NodeChoice(
    nodes.map(({ url }) => url),
    () => {},
  );
  const refused: string[] = [];
  const list = new RpcMatch(rpcsOf([engine, 'preflight']), { wallets: [wallet], bakers: [baker] });
  const isOurs = (signed: string) => signed === 'aa';
  const onRefused = (reason: string) => void refused.push(reason);
  const window = new RpcWindow({ nodes: choice, list, isOurs, onRefused, log: () => {} });
  const listening = await serve(
    { port: 0, host: '127.0.0.1' },
    (asked) => window.answer(asked),
    () => {},
  );
  afterwards(() => listening.close());
  const url = `http://127.0.0.1:${listening.port}`;
  const asks = async (method: 'GET' | 'POST', path: string, body?: string) =>
    ask({ url }, { method, path, timeoutMs: 20_000, ...(body === undefined ? {} : { body }) });
  return { url, asks, choice, refused };
}

test('what an engine needs is passed to a node and its answer comes back as it is, refusals of the node too', async () => {
  const node = await new PayoutNode(accounts).listen();
  const { asks } = await windowOn([node]);
  expect(JSON.parse((await asks('GET', '/chains/main/blocks/head/header')).text).level).toBe(1);
  expect((await asks('GET', `/chains/main/blocks/head/context/contracts/${wallet}/balance`)).text).toBe('"5"\n');
  node.faults.set(/simulate_operation/, 500);
  const { status, text } = await asks('POST', '/chains/main/blocks/head/helpers/scripts/simulate_operation', '{}');
  expect([status, JSON.parse(text)]).toEqual([500, [{ kind: 'temporary', id: 'scripted' }]]);
});

test('what no engine needs reaches no node: other RPCs, other accounts, other methods, other queries, dots', async () => {
  const node = await new PayoutNode(accounts).listen();
  const { asks, refused } = await windowOn([node]);
  const cases: ['GET' | 'POST', string][] = [
    ['POST', '/injection/block'],
    ['POST', '/injection/protocol'],
    ['POST', '/injection/operation?async=true'],
    ['GET', '/injection/operation'],
    ['GET', '/network/points'],
    ['GET', '/config'],
    ['GET', '/chains/main/blocks/head/context/delegates'],
    ['GET', `/chains/main/blocks/head/context/delegates/${baker}`],
    ['GET', `/chains/main/blocks/head/context/raw/json/contracts/index/${stranger}`],
    ['GET', `/chains/main/blocks/head/context/contracts/${stranger}/counter`],
    ['GET', '/chains/main/blocks/head/context/constants/../../../../network/points'],
    ['GET', '/chains/main/blocks/head%2Fcontext/header'],
    ['GET', '/chains/main/blocks/head/metadata?metadata=never'],
    ['GET', '/chains/main/blocks/head/metadata?metadata=always?x'],
    ['GET', '/chains/main/blocks/head/helpers/baking_rights?all=true'],
    ['POST', '/chains/main/blocks/head/header'],
    ['GET', '/'],
  ];
  for (const [method, path] of cases) {
    expect([path, (await asks(method, path, method === 'POST' ? '"aa"' : undefined)).status]).toEqual([path, 403]);
  }
  expect(node.asked).toEqual([]);
  expect(refused).toEqual(cases.map(() => 'rpc-not-passed'));
});

test('each engine is passed its own RPCs, and not those of the other one', async () => {
  const node = await new PayoutNode(accounts).listen();
  const tezpay = await windowOn([node]);
  const backerei = await windowOn([node], 'backerei');
  const cycle = `/chains/main/blocks/${node.head.hash}~3/context/raw/json/cycle/12`;
  const rights = `/chains/main/blocks/head/helpers/baking_rights?delegate=${baker}&cycle=12`;
  for (const path of [cycle, rights]) {
    expect((await tezpay.asks('GET', path)).status).toBe(403);
    expect((await backerei.asks('GET', path)).status).toBe(404); // by the node
  }
  expect((await backerei.asks('GET', '/monitor/heads/main')).status).toBe(403);
});

test('nothing is injected that was not signed here', async () => {
  const node = await new PayoutNode(accounts).listen();
  node.faults.set(/injection/, 500);
  const { asks, refused } = await windowOn([node]);
  for (const body of ['"bb"', '"aabb"', 'aa', '{"data":"aa"}', '', '["aa"]']) {
    expect((await asks('POST', '/injection/operation', body)).status).toBe(403);
  }
  expect(node.asked).toEqual([]);
  expect(new Set(refused)).toEqual(new Set(['not-signed-here']));
  expect((await asks('POST', '/injection/operation', '"AA"\n')).status).toBe(500);
  expect(node.asked).toHaveLength(1);
});

test('one node is asked while it works, and the next one where it is not there or hangs', async () => {
  const [first, second] = [await new PayoutNode(accounts).listen(), await new PayoutNode(accounts).listen()];
  const nowhere = { url: 'http://127.0.0.1:1' };
  const { asks, choice } = await windowOn([nowhere, first, second]);
  const path = '/chains/main/blocks/head/header';
  for (let i = 0; i < 3; i++) expect((await asks('GET', path)).status).toBe(200);
  expect([first.asked.length, second.asked.length]).toEqual([3, 0]);
  first.faults.set(/header/, 'hangs');
  expect((await asks('GET', path)).status).toBe(200);
  expect([first.asked.length, second.asked.length]).toEqual([4, 1]);
  expect((await asks('GET', path)).status).toBe(200);
  expect([first.asked.length, second.asked.length]).toEqual([4, 2]);
  expect([...choice.problems.values()]).toEqual([
    expect.stringContaining('ECONNREFUSED'),
    expect.stringContaining('no answer'),
    '',
  ]);
  second.faults.set(/header/, 503);
  first.faults.clear();
  expect((await asks('GET', path)).status).toBe(200);
});

test('an operation that a node may have heard of is not given to another one', async () => {
  const [first, second] = [await new PayoutNode(accounts).listen(), await new PayoutNode(accounts).listen()];
  first.faults.set(/injection/, 503);
  first.faults.set(/simulate/, 'hangs');
  const { asks } = await windowOn([first, second]);
  const simulated = await asks('POST', '/chains/main/blocks/head/helpers/scripts/simulate_operation', '{}');
  expect(simulated.status).toBe(503);
  expect(second.asked).toEqual([]);
}, 20_000);

test('a stream of heads is passed on as it comes, and the node is left when the engine hangs up', async () => {
  const node = await new PayoutNode(accounts).listen();
  const { url, choice } = await windowOn([node]);
  const heard: number[] = [];
  const outgoing = request(`${url}/monitor/heads/main`, (incoming) => {
    incoming.setEncoding('utf8');
    incoming.on('data', (line: string) => heard.push(JSON.parse(line).level));
    incoming.on('error', () => {});
  });
  outgoing.on('error', () => {});
  outgoing.end();
  await until('the first head', () => heard.length === 1);
  node.bake();
  await until('the second head', () => heard.length === 2);
  expect(heard).toEqual([1, 2]);
  outgoing.destroy();
  await until('the node is left', () => node.listeners === 0);
  expect([...choice.problems.values()]).toEqual(['']);
});

test('an access list names every RPC that is asked, and the guard itself asks for nothing else', async () => {
  const words = accessList(['tezpay', 'payout-guard']);
  expect(words).toContain('GET /chains/*/blocks/*/header');
  expect(words).toContain('POST /injection/operation');
  expect(words.filter((each) => /^POST \/injection\/(?!operation$)/.test(each))).toEqual([]);
  expect(words.filter((each) => /[{}]/.test(each))).toEqual([]);
  expect(new Set(words).size).toBe(words.length);
  expect(payoutRpcs.map(({ rpc }) => rpc)).toEqual([...new Set(payoutRpcs.map(({ rpc }) => rpc))]);
});
