import { chmodSync } from 'node:fs';
import { madeSecretKey } from '../kit/secret-keys';
import { SendingWallet } from './sending-wallet';
import { type Chain, type Node, peerFlags, type Running, until, Yard } from './yard';

/** Backerei on an Emmy chain: dry by default, pays through a client, and pays twice if it is killed. */
const yard = new Yard();
const wallet = new SendingWallet('old payer', false);
const people = ['alice', 'bob'].map((word) => new SendingWallet(word, false));
const unrevealed = madeSecretKey('unrevealed').address;
const OLD = { STAND_IN_VERSION: '7.5' };
let chain: Chain;
let node: Node;
let signer: Running;

beforeAll(async () => {
  const known = people.map(({ address, publicKey }) => [address, { balance: '1', publicKey }]);
  const accounts = {
    ...Object.fromEntries(known),
    [wallet.address]: { balance: '1000000000', counter: '100', publicKey: wallet.publicKey },
    [unrevealed]: { balance: '1' },
  };
  const carthage = { fromLevel: 0, hash: 'PsCARTHAGazKbHtnKfLzQg3kms52kSRpgnDY982a9oYsSXRLQEb' };
  const names = { chainName: 'TEZOS_ALPHANET_CARTHAGE_2019-11-28T13:02:13Z', chainId: 'NetXjD3HPJJjmcd' };
  const pace = { blockTimeMs: 150, startLevel: 1000, blocksPerCycle: 100 };
  chain = await yard.chain({ ...names, ...pace, accounts, protocols: [carthage] });
  await yard.run('tezos-node', ['identity', 'generate', '--data-dir', yard.path('node')], OLD);
  const init = ['config', 'init', '--data-dir', yard.path('node'), '--network', 'carthagenet'];
  await yard.run('tezos-node', init, OLD);
  node = await yard.node('node', ['--bootstrap-threshold', '1', ...peerFlags(chain.peers)], { version: '7.5' });
  const launch = ['launch', 'http', 'signer', '-a', '127.0.0.1', '-p', '0', '-M', '0x03'];
  signer = await yard.start('octez-signer', ['--base-dir', yard.wallet('wallet', ['old payer']), ...launch]);
  await until(async () => (await node.level()) > 1000);
  configure();
});
afterAll(() => yard.clear());

function configure(): void {
  const url = `http://127.0.0.1:${signer.ports('on port')[0]}/keys/${wallet.address}`;
  const ask = `fetch('${url}', {method: 'POST', body: JSON.stringify(process.argv[1].slice(2))}).then((answer) => answer.json())`;
  const client = yard.write(
    'client',
    `#!/bin/sh\nexec ${process.execPath} -e "${ask}.then(({signature}) => console.log('Signature: ' + signature))" "$5"\n`,
  );
  chmodSync(client, 0o755);
  const delegators = Object.fromEntries(
    [...people.map(({ address }) => address), unrevealed].map((each, i) => [each, 1000 * (i + 1)]),
  );
  yard.write('rewards.json', { 4: delegators });
  yard.write('backerei.yaml', {
    ...{ babylonStartingCycle: 160, bakerAddress: wallet.address, clientConfigFile: '/c', clientPath: client },
    ...{ cycleLength: 100, databasePath: yard.path('payouts.json'), fees: [[4, { denominator: 10, numerator: 1 }]] },
    ...{ fromAccountName: 'payer', fromAddress: wallet.address, host: '127.0.0.1', payEstimatedRewards: false },
    ...{
      payoutDelay: 0,
      port: Number(new URL(node.rpc).port),
      preservedCycles: 5,
      snapshotInterval: 256,
      startingCycle: 4,
    },
  });
}

const env = (factor = '0.0001') => ({ STAND_IN_REWARDS: yard.path('rewards.json'), STAND_IN_WAIT_FACTOR: factor });
const words = (...more: string[]) => ['--config', yard.path('backerei.yaml'), 'payout', '--no-password', ...more];
const balances = () =>
  Promise.all(
    people.map(async ({ address }) =>
      Number(await node.get(`/chains/main/blocks/head/context/contracts/${address}/balance`)),
    ),
  );

test('a dry run writes its database, and sends nothing', async () => {
  const run = await yard.run('backerei', words(), env());
  expect(run).toMatchObject({ code: 0 });
  expect(run.output).toContain('should be paid');
  const { payoutsByCycle } = JSON.parse(yard.read('payouts.json'));
  expect(payoutsByCycle[4].delegators[people[0].address]).toMatchObject({ finalRewards: '1000' });
  expect(yard.read('payouts.json')).toMatch(/^\{\n {4}"payoutsByCycle": \{\n {8}"10": \{/); // keys in the order of text
  expect(await balances()).toEqual([1, 1]);
});

test('it pays through its client, leaves unrevealed accounts out, and records the hash after its wait', async () => {
  const run = await yard.run('backerei', words('--no-dry-run'), env());
  expect(run).toMatchObject({ code: 0 });
  await until(async () => (await balances()).join() === '1001,2001');
  const { delegators } = JSON.parse(yard.read('payouts.json')).payoutsByCycle[4];
  expect(delegators[people[0].address].payoutOperationHash).toMatch(/^o/);
  expect(delegators[unrevealed].payoutOperationHash).toBeUndefined();
});

test('a kill in its wait makes it pay again', async () => {
  configure();
  const database = JSON.parse(yard.read('payouts.json'));
  for (const each of Object.values<any>(database.payoutsByCycle[4].delegators)) delete each.payoutOperationHash;
  yard.write('payouts.json', database);
  const before = await balances();
  const run = yard.spawn('backerei', words('--no-dry-run'), env('1'));
  await until(async () => (await balances())[0] > before[0]);
  await run.end('SIGTERM');
  expect(await yard.run('backerei', words('--no-dry-run'), env())).toMatchObject({ code: 0 });
  await until(async () => (await balances())[0] === before[0] + 2000);
});

test('what it cannot read it refuses', async () => {
  expect(await yard.run('backerei', ['payout', '--config', yard.path('backerei.yaml')])).toMatchObject({ code: 1 });
  yard.write('payouts.json', '{}');
  expect(await yard.run('backerei', words(), env())).toMatchObject({ code: 1 });
  expect(yard.read('payouts.json')).toBe('{}');
  yard.write('backerei.yaml', { port: '8732' });
  expect((await yard.run('backerei', words(), env())).output).toContain('Error parsing configuration file');
});
