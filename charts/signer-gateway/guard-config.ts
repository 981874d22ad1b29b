import type { Bakery } from '../../model/bakery';
import { signingKeysOf } from '../../model/bakery-keys';
import { components, urlOf } from '../../model/components';
import { isDialled } from '../../model/flows';
import { messageKeySecret } from '../../model/google/needed-secrets';
import { signedChain } from '../../model/tezos/signed-chain';
import type { GuardConfig } from '../../programs/guard/guard.contract';

/** Where the Secret of its messages is mounted. */
export const MESSAGE_KEY_DIR = '/etc/guard-key';

/** What the guard of a bakery is told. Only what it works with: nothing else may restart it. */
export function guardConfig(bakery: Bakery): GuardConfig {
  const { signer, metrics } = components['signer-gateway'].ports;
  const nodes = (['baker', 'sentry'] as const).filter((node) => isDialled(bakery, node, 'rpc'));
  return {
    chain: chainOf(bakery),
    keys: signingKeysOf(bakery.settings)
      .map(({ address, publicKey, role }) => ({ address, publicKey, role }))
      .sort((a, b) => (a.address < b.address ? -1 : 1)), // bakers of a file are a set
    signers: bakery.signers.map(({ name, keys, uplinks, settings: { away } }) => ({
      name,
      keys: keys.map(({ address }) => address).sort(),
      ...(away === undefined ? {} : { away }),
      uplinks,
    })),
    nodes: nodes.map((node) => urlOf(bakery, node, 'rpc')),
    privateKeyFile: `${MESSAGE_KEY_DIR}/${messageKeySecret.key}`,
    listen: { port: signer },
    metrics: isDialled(bakery, 'signer-gateway', 'metrics') ? { port: metrics } : { host: '127.0.0.1', port: metrics },
    control: '/tmp/guard.sock',
  };
}

function chainOf({ network, releases }: Bakery): GuardConfig['chain'] {
  const { blockMs, roundGrowthMs, startMs, firstBytes, voteTags } = signedChain(network, [
    releases.node,
    releases.baker,
  ]);
  return { id: network.chainId, blockMs, roundGrowthMs, startMs, tags: { firstBytes, ...voteTags } };
}
