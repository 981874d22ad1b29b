import { type ClientDaemon, type ClientRun, type DalNodeDaemon, daemonsOf } from '../../../model/tezos/daemons';
import { octezRelease } from '../../../model/tezos/octez';
import {
  connectionsFor,
  identityCommand,
  type NodeRun,
  nodeCommand,
  signerCommand,
} from '../../../model/tezos/octez-commands';
import { protocolNamed } from '../../../model/tezos/protocols';

const release = (version: string) => octezRelease(version)!;
const protocol = (name: string) => protocolNamed(name)!;
const versions = (protocolName: string, version: string, dal = false) => ({
  protocol: protocol(protocolName),
  bakerRelease: release(version),
  dal,
});

const run: ClientRun = {
  endpoint: 'http://127.0.0.1:8732',
  baseDir: '/baker',
  nodeDataDir: '/node/data',
  keys: ['alice', 'alice-companion'],
  liquidityBakingVote: 'pass',
};

const words = (name: ClientDaemon['name'], of: ReturnType<typeof versions>, input = run) =>
  (daemonsOf(of).find((daemon) => daemon.name === name) as ClientDaemon).command(input).join(' ');

test('today: one agnostic baker and an accuser in a pod of its own, without an endorser', () => {
  const today = versions('ushuaia', '25.2');
  expect(daemonsOf(today).map(({ name, runsWith }) => [name, runsWith])).toEqual([
    ['baker', 'private-node'],
    ['accuser', 'own-pod'],
  ]);
  expect(words('baker', today)).toBe(
    '/usr/local/bin/octez-baker --endpoint http://127.0.0.1:8732 --base-dir /baker run with local node /node/data alice alice-companion --liquidity-baking-toggle-vote pass --without-dal --keep-alive',
  );
  expect(words('accuser', today)).toBe(
    '/usr/local/bin/octez-accuser --endpoint http://127.0.0.1:8732 --base-dir /baker run --keep-alive',
  );
});

test('with DAL: a DAL node of its own, and the baker is told where it is', () => {
  const today = versions('ushuaia', '25.2', true);
  expect(words('baker', today, { ...run, dalNode: 'http://dal:10732' })).toContain(
    ' --dal-node http://dal:10732 --keep-alive',
  );
  const dalNode = daemonsOf(today).find((daemon): daemon is DalNodeDaemon => daemon.name === 'dal-node')!;
  expect(dalNode.runsWith).toBe('own-pod');
  const dalRun = {
    endpoint: 'http://node:8732',
    dataDir: '/dal',
    rpcAddr: '0.0.0.0:10732',
    netAddr: '0.0.0.0:11732',
    metricsAddr: '0.0.0.0:11733',
    attesters: ['tz1a', 'tz1b'],
  };
  expect(dalNode.command(dalRun).join(' ')).toBe(
    '/usr/local/bin/octez-dal-node run --endpoint http://node:8732 --data-dir /dal --rpc-addr 0.0.0.0:10732 --net-addr 0.0.0.0:11732 --metrics-addr 0.0.0.0:11733 --attester-profiles tz1a,tz1b',
  );
  expect(dalNode.command({ ...dalRun, publicAddr: '203.0.113.7:11732' })).toContain('203.0.113.7:11732');
});

test('carthagenet: an endorser of its own, in the words of 7.5, without votes, DAL or --keep-alive', () => {
  const then = versions('carthage', '7.5', true);
  expect(daemonsOf(then).map(({ name, runsWith }) => [name, runsWith])).toEqual([
    ['baker', 'private-node'],
    ['accuser', 'own-pod'],
    ['endorser', 'own-pod'],
  ]);
  expect(words('baker', then, { ...run, dalNode: 'http://dal:10732' })).toBe(
    '/usr/local/bin/tezos-baker-006-PsCARTHA --addr 127.0.0.1 --port 8732 --base-dir /baker run with local node /node/data alice alice-companion',
  );
  expect(words('endorser', then, { ...run, keys: ['alice'] })).toBe(
    '/usr/local/bin/tezos-endorser-006-PsCARTHA --addr 127.0.0.1 --port 8732 --base-dir /baker run alice',
  );
  expect(words('accuser', then)).toBe(
    '/usr/local/bin/tezos-accuser-006-PsCARTHA --addr 127.0.0.1 --port 8732 --base-dir /baker run',
  );
  expect(words('accuser', then, { ...run, endpoint: 'https://node' })).toContain('--addr node --port 443 --tls');
});

test("up to 22 the binary is the protocol's, and --without-dal waits for 21.3", () => {
  expect(words('baker', versions('quebec', '22.1'))).toMatch(
    /^\/usr\/local\/bin\/octez-baker-PsQuebec .* --without-dal --keep-alive$/,
  );
  expect(words('baker', versions('quebec', '21.0'))).not.toContain('dal');
  expect(words('baker', versions('seoul', '23.3'))).toMatch(/^\/usr\/local\/bin\/octez-baker /);
});

test('a hot signer signs consensus only, and no level twice', () => {
  const signer = { baseDir: '/signer', address: '0.0.0.0', port: 6732 };
  expect(signerCommand({ ...signer, release: release('25.2'), protocol: protocol('ushuaia') }).join(' ')).toBe(
    '/usr/local/bin/octez-signer --base-dir /signer launch http signer -a 0.0.0.0 -p 6732 -W -M 0x11,0x12,0x13',
  );
  expect(signerCommand({ ...signer, release: release('7.5'), protocol: protocol('carthage') }).join(' ')).toBe(
    '/usr/local/bin/tezos-signer --base-dir /signer launch http signer -a 0.0.0.0 -p 6732 -W -M 0x01,0x02',
  );
});

const node: NodeRun = {
  release: release('25.2'),
  dataDir: '/node/data',
  configFile: '/config/config.json',
  netAddr: '0.0.0.0:9732',
  advertisedNetPort: 19732,
  rpcAddrs: ['127.0.0.1:8732', '0.0.0.0:8733'],
  allowAllRpc: ['127.0.0.1:8732'],
  metricsAddr: '0.0.0.0:9932',
  historyMode: { rolling: { additionalCycles: 1 } },
  peers: ['sentry-a:9732', 'sentry-b:9732'],
  isPrivate: true,
};

test('the private node knows its sentries only and bakes on with one of them', () => {
  expect(nodeCommand(node).join(' ')).toBe(
    '/usr/local/bin/octez-node run --data-dir /node/data --config-file /config/config.json --history-mode rolling:1 --force-history-mode-switch --net-addr 0.0.0.0:9732 --advertised-net-port 19732 --rpc-addr 127.0.0.1:8732 --rpc-addr 0.0.0.0:8733 --allow-all-rpc 127.0.0.1:8732 --metrics-addr 0.0.0.0:9932 --private-mode --no-bootstrap-peers --peer sentry-a:9732 --peer sentry-b:9732 --connections 4 --synchronisation-threshold 1',
  );
});

test('a public node keeps the limits and the threshold of Octez', () => {
  const words = nodeCommand({ ...node, isPrivate: false, historyMode: { full: {} } }).join(' ');
  expect(words).not.toMatch(/private|bootstrap|connections|threshold/);
  expect(words).toContain('--history-mode full --force-history-mode-switch ');
});

test('a baking node without sentries peers with the network, and is synced with one peer', () => {
  const words = nodeCommand({ ...node, isPrivate: false, peers: [], synchronisationThreshold: 1 });
  expect(words.slice(-2)).toEqual(['--synchronisation-threshold', '1']);
});

test('7.5 gets no flag that it lacks, and needs an identity first', () => {
  const old = { ...node, release: release('7.5'), configFile: undefined };
  expect(nodeCommand(old).join(' ')).toBe(
    '/usr/local/bin/tezos-node run --data-dir /node/data --history-mode experimental-rolling --net-addr 0.0.0.0:9732 --rpc-addr 127.0.0.1:8732 --rpc-addr 0.0.0.0:8733 --private-mode --no-bootstrap-peers --peer sentry-a:9732 --peer sentry-b:9732 --connections 4 --bootstrap-threshold 1',
  );
  expect(nodeCommand({ ...old, historyMode: { archive: {} } })).toContain('archive');
  expect(identityCommand(release('7.5'), '/node/data')).toEqual([
    '/usr/local/bin/tezos-node',
    'identity',
    'generate',
    '--data-dir',
    '/node/data',
  ]);
  expect(identityCommand(release('25.2'), '/node/data')).toBeUndefined();
});

test('a private node redials as soon as it has lost one of its peers', () => {
  expect([1, 2, 3].map(connectionsFor)).toEqual([2, 4, 5]);
  for (let peers = 1; peers <= 60; peers++) {
    const [expected, min] = [connectionsFor(peers), Math.floor(connectionsFor(peers) / 2)];
    expect(min + Math.floor((expected - min) / 3)).toBe(peers);
    expect(expected).toBeLessThanOrEqual(100); // Octez refuses more on the command line
  }
});
