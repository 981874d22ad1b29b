import type { Edit } from './rule';

/** Values that edits of the smallest bakery share. */

/** A custom network for edits that need another protocol. */
export function customNetwork(protocol: string) {
  return {
    name: 'testnet',
    chainId: 'NetXXWAHLEvre9b',
    protocol,
    config: { url: { url: 'https://example.org/testnet.json' } },
    bootstrapPeers: ['peer.example.org'],
  };
}

/** A regional cluster, for edits that need two zones. */
export const regionalCluster = {
  regional: { zones: ['europe-west4-a', 'europe-west4-b'], baking: { machineType: 'e2-standard-8' } },
};

/** The section `google` with a project that the stack makes. */
export const createdProject = {
  project: {
    create: { id: 'made-project', billingAccount: '012345-6789AB-CDEF01', parent: { folder: { id: '1' } } },
  },
  region: 'europe-west4',
  state: { bucket: 'smallest-state' },
};

/** Protocol 006 and the release that runs it. */
export const onCarthagenet: Edit = [
  [['network'], 'carthagenet'],
  [['octez', 'node'], '7.5'],
  [['liquidityBakingVote'], undefined],
];

/** Somebody who is told, and somebody who notices when nobody is. */
export const watched: Edit = [
  [['monitoring'], { own: { receivers: [{ name: 'oncall', to: 'pagerduty' }], heartbeat: 'hosted' } }],
];

export const onMainnet: Edit = [[['network'], 'mainnet'], [['cluster'], regionalCluster], ...watched];

/** A custody without signers, for edits of bakers. */
export const withHotKey: Edit = [[['custody'], { hot: { secret: 'signing-keys' } }]];
