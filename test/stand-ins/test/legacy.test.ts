import { madeSecretKey } from '../kit/secret-keys';
import { peerFlags, until, Yard } from './yard';

/** The old programs, whose endorser is one of its own, and a chain that changes its protocol. */
const yard = new Yard();
afterAll(() => yard.clear());
const key = madeSecretKey('old baker');
const env = { STAND_IN_VERSION: '7.5' };
const carthage = { fromLevel: 0, hash: 'PsCARTHAGazKbHtnKfLzQg3kms52kSRpgnDY982a9oYsSXRLQEb' };
const rights = { [key.address]: { share: 0.7, publicKey: key.publicKey } };
const chainName = 'TEZOS_ALPHANET_CARTHAGE_2019-11-28T13:02:13Z';
const settings = {
  blockTimeMs: 100,
  startLevel: 10,
  chainName,
  chainId: 'NetXjD3HPJJjmcd',
  rights,
  protocols: [carthage],
};

test('baker and endorser of 7.5 bake and endorse, with the bytes of their time', async () => {
  const chain = await yard.chain(settings);
  await yard.run('tezos-node', ['identity', 'generate', '--data-dir', yard.path('node')], env);
  await yard.run(
    'tezos-node',
    ['config', 'init', '--data-dir', yard.path('node'), '--network', 'carthagenet', '--history-mode', 'archive'],
    env,
  );
  const flags = ['--bootstrap-threshold', '1', '--history-mode', 'archive', ...peerFlags(chain.peers)];
  const node = await yard.node('node', flags, { version: '7.5' });
  const signerDir = yard.wallet('signer', ['old baker']);
  const launch = ['launch', 'http', 'signer', '-a', '127.0.0.1', '-p', '0', '-W', '-M', '0x01,0x02'];
  const signer = await yard.start('tezos-signer', ['--base-dir', signerDir, ...launch], env);
  const url = `http://127.0.0.1:${signer.ports('on port')[0]}`;
  const global = ['--addr', '127.0.0.1', '--port', new URL(node.rpc).port, '--base-dir'];
  const [bakerDir, endorserDir] = [yard.wallet('b', ['old baker'], url), yard.wallet('e', ['old baker'], url)];
  const start = (name: string, words: string[]) => yard.start(`tezos-${name}-006-PsCARTHA`, words, env);
  const programs = await Promise.all([
    start('baker', [...global, bakerDir, 'run', 'with', 'local', 'node', node.dataDir, 'old baker']),
    start('endorser', [...global, endorserDir, 'run', 'old baker']),
    start('accuser', [...global, endorserDir, 'run']),
  ]);
  const kinds = async () => (await chain.state()).signatures.map(({ kind }: any) => kind);
  await until(
    async () =>
      (await kinds()).filter((kind: string) => kind === 'endorsement').length >= 3 && (await kinds()).includes('block'),
    () => programs.map(({ output }) => output),
  );
  const { doubles } = await chain.state();
  expect(doubles).toEqual([]);
  expect(Object.keys(JSON.parse(yard.read('signer/endorsement_high_watermarks')))).toEqual(['NetXjD3HPJJjmcd']);
  expect((await node.get('/chains/main/blocks/head/header')).priority).toBeDefined();
  await expect(node.get('/chains/main/is_bootstrapped')).rejects.toThrow('404');
  await node.running.end();
  expect((await programs[1].ended).code).toBe(1);
});

test('a chain changes its protocol, and the baker goes on under the new one', async () => {
  const tallinn = 'PtTALLiNtPec7mE7yY4m3k26J8Qukef3E3ehzhfXgFZKGtDdAXu';
  const ushuaia = 'PsUshuai9QapM5TGj1JpuVGkdxz5GykdnEvS6Rh8SUVrARvZLCY';
  const all = { share: 0.7, publicKey: key.publicKey };
  const protocols = [
    { fromLevel: 0, hash: tallinn },
    { fromLevel: 16, hash: ushuaia },
  ];
  const cycles = { blocksPerCycle: 8, blocksPerCommitment: 2 };
  const chain = await yard.chain({
    blockTimeMs: 100,
    startLevel: 10,
    rights: { [key.address]: all },
    protocols,
    ...cycles,
  });
  const node = await yard.node('two', ['--synchronisation-threshold', '1', ...peerFlags(chain.peers)]);
  const run = ['run', 'remotely', '--liquidity-baking-toggle-vote', 'pass', '--without-dal'];
  const baker = await yard.start('octez-baker', ['-E', node.rpc, '-d', yard.wallet('w', ['old baker']), ...run]);
  const blocks = async () =>
    (await chain.state()).signatures.filter(({ kind }: any) => kind === 'block').map(({ level }: any) => level);
  await until(
    async () => (await blocks()).some((level: number) => level > 18),
    () => baker.output,
  );
  expect((await node.get('/chains/main/blocks/14/metadata')).protocol).toBe(tallinn);
  expect((await node.get('/chains/main/blocks/16/metadata')).protocol).toBe(ushuaia);
  // Nonces that blocks committed to are revealed in the next cycle.
  await until(
    async () => (await chain.state()).injected.some(({ level }: any) => level > 16),
    () => baker.output,
  );
});
