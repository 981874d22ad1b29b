import type { Bakery } from '../bakery';

/** A Kubernetes Secret that a person fills; Secret Manager keeps the copy. Values never pass through this project. */
export interface NeededSecret {
  /** Name of the Kubernetes Secret. */
  readonly name: string;
  readonly namespace: string;
  /** Keys (files) the Secret must hold. */
  readonly keys: readonly string[];
  /** Name in Secret Manager. */
  readonly secretManagerId: string;
  readonly why: string;
}

export function neededSecrets(bakery: Bakery): NeededSecret[] {
  const { hot } = bakery.settings.custody;
  if (!hot) return [];
  return [
    {
      name: hot.secret,
      namespace: bakery.namespace('baking'),
      keys: ['secret_keys'],
      secretManagerId: secretManagerId(bakery.name, hot.secret),
      why: "octez-signer's secret_keys file, with the names of the bakers (and -consensus, -companion) as its aliases",
    },
  ];
}

/** Name in Secret Manager of the copy of a Kubernetes Secret: `mainnet-signing-keys`. */
export function secretManagerId(bakery: string, secret: string): string {
  return `${bakery}-${secret}`;
}
