import type { ChainExporterConfig } from '../../../programs/chain-exporter/chain-exporter.contract';
import { startExporter } from '../../../programs/chain-exporter/start-exporter';
import { ask } from '../kit/http-client';
import { madeSecretKey } from '../kit/secret-keys';
import { peerFlags, until, Yard } from './yard';

/** The program that counts rights, at nodes of both kinds of chain: what it reads there it must understand. */
const yard = new Yard();
const endings: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
  await yard.clear();
});

const key = madeSecretKey('watched baker');
const rights = { [key.address]: { share: 0.6, publicKey: key.publicKey } };
const pace = { blockTimeMs: 200, roundIncrementMs: 50, startLevel: 10, blocksPerCycle: 12, blocksPerCommitment: 4 };

async function exporterOf(rpc: string, chain: ChainExporterConfig['chain'], nodes: ChainExporterConfig['nodes'] = []) {
  const said: string[] = [];
  const { port, stop } = await startExporter(
    {
      ...{ chain, nodes, wallets: [{ name: 'own', address: key.address }], bakedProtocols: [] },
      delegates: [{ name: 'watched', address: key.address }],
      sources: [{ name: 'node', url: rpc }],
      metrics: { port: 0, host: '127.0.0.1' },
    },
    (_, message) => said.push(message),
  );
  endings.push(stop);
  const text = async () => (await ask(`http://127.0.0.1:${port}/metrics`)).text;
  const value = async (series: string) => {
    const line = (await text()).split('\n').find((each) => each.startsWith(series));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  };
  const state = async () => [said, await text()];
  return { value, state, said };
}

const labels = `delegate="${key.address}",delegate_name="watched"`;
const missedVotes = `tezos_baker_attestation_rights_total{${labels},result="missed"}`;
const missedBlocks = `tezos_baker_block_rights_total{${labels},result="missed"}`;

test('what nobody bakes and attests is missed, and after a baker has come what it does is counted, its nonces too', async () => {
  const chain = await yard.chain({ ...pace, rights });
  const node = await yard.node('round', ['--synchronisation-threshold', '1', ...peerFlags(chain.peers)]);
  const { value, state } = await exporterOf(node.rpc, { id: 'NetXdQprcVkpaWU', rank: 'round', blockMs: 1200 });
  const guarded = await exporterOf(node.publicRpc, { id: 'NetXdQprcVkpaWU', rank: 'round', blockMs: 1200 });
  await until(async () => ((await value(missedVotes)) ?? 0) >= 3 && ((await value(missedBlocks)) ?? 0) >= 1, state);
  const run = ['run', 'remotely', '--liquidity-baking-toggle-vote', 'pass', '--without-dal'];
  await yard.start('octez-baker', ['-E', node.rpc, '-d', yard.wallet('w', ['watched baker']), ...run]);
  const baked = `tezos_baker_block_rights_total{${labels},result="baked"}`;
  const seen = `tezos_baker_attestation_rights_total{${labels},result="seen"}`;
  await until(async () => ((await value(seen)) ?? 0) >= 5 && ((await value(baked)) ?? 0) >= 3, state);
  expect(await value(`octez_delegate_own_staked{${labels}}`)).toBeGreaterThan(0);
  expect(await value(`octez_delegate_participation_missed_levels{${labels}}`)).toBeDefined();
  await until(async () => (await value(`tezos_baker_unrevealed_nonces{${labels}}`)) === 0, state);
  expect(await value('chain_exporter_skipped_levels_total')).toBe(0);
  // The secure list answers all but rights.
  expect(await guarded.value('chain_exporter_read_timestamp_seconds')).toBeDefined();
  expect(await guarded.value(`tezos_baker_unrevealed_nonces{${labels}}`)).toBeDefined();
  const refused = guarded.said.filter((line) => line.endsWith('it answered 401'));
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.filter((line) => !/\/helpers\/(baking|attestation)_rights\?/.test(line))).toEqual([]);
});

test('the same at a node of 7.5, which has neither rounds nor metrics', async () => {
  const env = { STAND_IN_VERSION: '7.5' };
  const chainName = 'TEZOS_ALPHANET_CARTHAGE_2019-11-28T13:02:13Z';
  const protocols = [{ fromLevel: 0, hash: 'PsCARTHAGazKbHtnKfLzQg3kms52kSRpgnDY982a9oYsSXRLQEb' }];
  const chain = await yard.chain({ ...pace, rights, protocols, chainName, chainId: 'NetXjD3HPJJjmcd' });
  await yard.run('tezos-node', ['identity', 'generate', '--data-dir', yard.path('old')], env);
  const config = ['config', 'init', '--data-dir', yard.path('old'), '--network', 'carthagenet'];
  await yard.run('tezos-node', [...config, '--history-mode', 'archive'], env);
  const flags = ['--bootstrap-threshold', '1', '--history-mode', 'archive', ...peerFlags(chain.peers)];
  const node = await yard.node('old', flags, { version: '7.5' });
  const nodes = [{ name: 'sentry', url: node.rpc }];
  const old = { id: 'NetXjD3HPJJjmcd', rank: 'priority', blockMs: 1200 } as const;
  const { value, state } = await exporterOf(node.rpc, old, nodes);
  await until(async () => ((await value(missedVotes)) ?? 0) >= 3 && ((await value(missedBlocks)) ?? 0) >= 1, state);
  expect(await value('tezos_node_connections{node="sentry"}')).toBeGreaterThan(0);
  expect(await value(`octez_delegate_staking_balance{${labels}}`)).toBeGreaterThan(0);
});
