import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TezosNetwork, tezosNetworks } from '../../model/tezos/networks';
import { protocolNamed } from '../../model/tezos/protocols';
import { checkNetwork } from '../../synth/check-networks';

/** Pages of two nodes (/a, /b), an indexer (/i) and a configuration (/config), on loopback. */
let pages: Record<string, unknown>;
let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    const page = pages[url];
    if (page === undefined) return void response.writeHead(404).end('not here');
    response.end(typeof page === 'string' ? page : JSON.stringify(page));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const { bakingnet } = tezosNetworks;
const BLOCK = `BL${'a'.repeat(49)}`;
const head = (more: object = {}) => ({
  protocol: protocolNamed('ushuaia')?.hash,
  chain_id: bakingnet.chainId,
  hash: BLOCK,
  level: 110,
  timestamp: new Date().toISOString(),
  ...more,
});
const network = (): TezosNetwork => ({
  ...bakingnet,
  config: { url: { url: `${base}/config` } },
  publicRpcs: [
    { operator: 'A', url: `${base}/a` },
    { operator: 'B', url: `${base}/b/` },
    { operator: 'Indexer', url: `${base}/i/{level}` },
  ],
});
const HEAD = '/chains/main/blocks/head/header';
beforeEach(() => {
  pages = {
    [`/a${HEAD}`]: head(),
    [`/b${HEAD}`]: head({ level: 111 }),
    '/a/chains/main/blocks/100/hash': `"${BLOCK}"`,
    '/b/chains/main/blocks/100/hash': `"${BLOCK}"`,
    '/i/100': { level: 100, hash: BLOCK },
    '/config': { chain_name: bakingnet.chainName },
  };
});

const differences = async () =>
  (await checkNetwork(network())).flatMap(({ verdict, text }) =>
    verdict === 'as written' ? [] : [`${verdict}: ${text}`],
  );

test('a network that is as networks.ts says differs in nothing', async () => {
  expect(await differences()).toEqual([]);
  expect((await checkNetwork(network()))[0].text).toMatch(
    /^bakingnet, A: NetXvNVUNbWHxGt, ushuaia, level 110, \d seconds old$/,
  );
});

test('another protocol is named, also one that nobody here knows', async () => {
  pages[`/a${HEAD}`] = head({ protocol: protocolNamed('tallinn')?.hash });
  pages[`/b${HEAD}`] = head({ protocol: 'PtNext' });
  const said = await differences();
  expect(said[0]).toMatch(/^differs: bakingnet, A: the protocol is PtTALLiN\w+ \(tallinn\), networks.ts says ushuaia$/);
  expect(said[1]).toContain('the protocol is PtNext (not in protocols.ts)');
});

test('a network that was started anew shows by its chain id and by its configuration', async () => {
  pages[`/a${HEAD}`] = head({ chain_id: 'NetXnew' });
  pages['/config'] = { chain_name: 'TEZOS_BAKINGNET_2027' };
  expect(await differences()).toEqual([
    'differs: bakingnet, A: the chain is NetXnew, networks.ts says NetXvNVUNbWHxGt',
    expect.stringContaining("the chain's name is TEZOS_BAKINGNET_2027, networks.ts says TEZOS_BAKINGNET_2026-04-08"),
  ]);
});

test('a head that is old, a block that others do not name, and a node that does not answer are said', async () => {
  pages[`/a${HEAD}`] = head({ timestamp: '2026-01-01T00:00:00Z' });
  pages['/i/100'] = { hash: `BM${'b'.repeat(49)}` };
  delete pages[`/b${HEAD}`];
  const said = await differences();
  expect(said).toEqual([
    expect.stringMatching(/^differs: bakingnet, A: the head is \d+ seconds old$/),
    'no answer: bakingnet, B: HTTP 404',
    expect.stringContaining(`differs: bakingnet: at level 100 they name A ${BLOCK}, B ${BLOCK}, Indexer BM`),
  ]);
});

test('an answer that is none is one more finding, and the other sources are asked all the same', async () => {
  Object.assign(pages, { [`/b${HEAD}`]: 'null', '/config': '<html>', '/i/100': 'null' });
  const said = await differences();
  expect(said).toEqual([
    'no answer: bakingnet, B: it answers null',
    expect.stringContaining('/config: Unexpected token'),
  ]);
  for (const answer of [{ error: 'busy' }, [], head({ level: '110' }), head({ timestamp: 'now' })]) {
    pages[`/b${HEAD}`] = answer;
    expect((await differences())[0]).toContain(
      `no answer: bakingnet, B: it answers ${JSON.stringify(answer).slice(0, 80)}`,
    );
  }
});

test('one source alone confirms no block, and with no answer at all nothing counts as right', async () => {
  pages = { [`/a${HEAD}`]: head(), '/a/chains/main/blocks/100/hash': BLOCK };
  expect((await differences()).filter((line) => line.includes('block of level'))).toHaveLength(1);
  pages = {};
  const all = await checkNetwork(network());
  expect(all.map(({ verdict }) => verdict)).toEqual(['no answer', 'no answer', 'no answer']);
});
