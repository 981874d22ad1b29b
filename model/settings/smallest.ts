/**
 * The smallest bakery file there is, as plain data: only what has no default. It stands in for what
 * could not be read, and tests start from it. Its key is a throwaway.
 */
export const smallestBakery = {
  network: 'bakingnet',
  octez: { node: '25.2' },
  liquidityBakingVote: 'pass',
  bakers: [
    {
      name: 'baker',
      address: 'tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U',
      publicKey: 'edpktnjswEnsTqDt3SSkdqo2YDzg3c56xSotr8BDWj82ureBErFLEb',
    },
  ],
  custody: {
    homes: {
      signers: [
        {
          name: 'home',
          device: 'ledger',
          keys: ['baker'],
          port: 22001,
          sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICzxUvxyXVHl5uJEunHCr/6h1lsiL5e+7SRaF6nDiEqZ',
        },
      ],
    },
  },
  google: {
    project: { existing: { id: 'smallest-project' } },
    region: 'europe-west4',
    state: { bucket: 'smallest-state' },
  },
  cluster: { zonal: { zone: 'europe-west4-a', baking: { machineType: 'e2-standard-8' } } },
} as const;
