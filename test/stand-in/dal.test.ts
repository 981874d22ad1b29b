import { existsSync } from 'node:fs';
import { ask } from '../conformance/stand-in/kit/http-client';
import { madeSecretKey } from '../conformance/stand-in/kit/keys';
import { peerFlags, until, Yard } from './yard';

/** The DAL attester node, and a baker that has one; a signer that has hiccups. */
const yard = new Yard();
afterAll(() => yard.clear());
const key = madeSecretKey('attester');

test('a baker with a DAL node attests slots; the DAL node is read-only on the network', async () => {
  const rights = { [key.address]: { share: 0.5, publicKey: key.publicKey } };
  const chain = await yard.chain({ blockTimeMs: 100, startLevel: 10, rights, dalSlots: [0, 3] });
  await chain.control({ dalBootstrapPeers: [chain.peers[0]] });
  const node = await yard.node('node', ['--synchronisation-threshold', '1', ...peerFlags(chain.peers)]);
  const dal = await yard.start('octez-dal-node', [
    ...['run', '--endpoint', node.rpc, '--data-dir', yard.path('dal'), '--rpc-addr', '0.0.0.0:0'],
    ...['--net-addr', '127.0.0.1:0', '--metrics-addr', '127.0.0.1:0', '--attester-profiles', key.address],
  ]);
  const url = `http://127.0.0.1:${dal.ports('rpc')[0]}`;
  await until(
    async () => JSON.parse((await ask(`${url}/health`)).text).status === 'up',
    () => dal.output,
  );
  expect((await ask(`${url}/profiles`, { method: 'PATCH', body: '{}' })).status).toBe(401);
  const run = [
    'run',
    'with',
    'local',
    'node',
    node.dataDir,
    '--liquidity-baking-toggle-vote',
    'pass',
    '--dal-node',
    url,
  ];
  const baker = await yard.start('octez-baker', ['-E', node.rpc, '-d', yard.wallet('w', ['attester']), ...run]);
  await until(
    async () => {
      const block = await node.get('/chains/main/blocks/head');
      // tag 23 @32: an attestation with DAL content; bits 0 and 3
      return block.operations[0].some(({ data }: any) => data.slice(64, 66) === '17' && data.slice(150, 152) === '09');
    },
    () => baker.output,
  );
  const { code } = await dal.end();
  expect(code).toBe(127);
  expect(JSON.parse(yard.read('dal/config.json')).attester_profiles).toEqual([key.address]);
});

test('a tz4 with a companion key signs votes without slot, attestations with DAL twice', async () => {
  const [consensus, companion] = ['tz4HVR6aty9KwsQFHh81C1G7gBdhxT8kuytm', 'tz4X5GCfEHQCUnrBy9Qo1PSsmExYHXxiEkvp'];
  const facts = { share: 0.5, consensusKey: consensus, companionKey: companion, slot: 9 };
  const chain = await yard.chain({
    blockTimeMs: 100,
    startLevel: 10,
    rights: { [key.address]: facts },
    dalSlots: [1, 9],
  });
  const node = await yard.node('tz4', ['--synchronisation-threshold', '1', ...peerFlags(chain.peers)]);
  const keys = { consensus, companion };
  const file = (name: string, value: (address: string) => string) =>
    yard.write(
      `bls/${name}`,
      Object.entries(keys).map(([name, address]) => ({ name, value: value(address) })),
    );
  file('public_key_hashs', (address) => address);
  file('public_keys', () => 'unencrypted:BLpk');
  file('secret_keys', (address) => `unencrypted:BLsk${address}`);
  const launch = ['launch', 'http', 'signer', '-a', '127.0.0.1', '-p', '0', '-W', '-M', '0x11,0x12,0x13'];
  const signer = await yard.start('octez-signer', ['-d', yard.path('bls'), ...launch]);
  const dal = await yard.start('octez-dal-node', [
    ...[
      'run',
      '--endpoint',
      node.rpc,
      '--data-dir',
      yard.path('dal4'),
      '--rpc-addr',
      '127.0.0.1:0',
      '--net-addr',
      '127.0.0.1:0',
    ],
    ...['--attester-profiles', key.address],
  ]);
  const locator = `http://127.0.0.1:${signer.ports('on port')[0]}`;
  yard.write('wallet4/public_key_hashs', JSON.parse(yard.read('bls/public_key_hashs')));
  yard.write(
    'wallet4/secret_keys',
    Object.entries(keys).map(([name, address]) => ({ name, value: `${locator}/${address}` })),
  );
  const words = [
    'run',
    'with',
    'local',
    'node',
    node.dataDir,
    'consensus',
    'companion',
    '--liquidity-baking-toggle-vote',
    'pass',
  ];
  const url = `http://127.0.0.1:${dal.ports('rpc')[0]}`;
  const baker = await yard.start('octez-baker', [
    '-E',
    node.rpc,
    '-d',
    yard.path('wallet4'),
    ...words,
    '--dal-node',
    url,
  ]);
  const marks = () => {
    const file = JSON.parse(yard.read('bls/attestation_high_watermarks'));
    return Object.keys(file.NetXdQprcVkpaWU).sort();
  };
  await until(
    () => existsSync(yard.path('bls/attestation_high_watermarks')) && marks().length === 2,
    () => [baker.output, signer.output],
  );
  expect(marks()).toEqual([consensus, companion].sort());
  await until(
    async () => (await chain.state()).signatures.some(({ kind }: any) => kind === 'block'),
    () => baker.output,
  );
  expect((await chain.state()).doubles).toEqual([]);
});
