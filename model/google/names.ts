import type { Bakery } from '../bakery';

/**
 * Names by which Terraform and Kubernetes meet. Both sides take them from here; neither reads the
 * other's output. All of them carry the bakery's name: several bakeries may share a project.
 */

/** Label and taint key of a node pool; its value is `poolName`. */
export const POOL_KEY = 'tezos-bakery/pool';

export const poolRoles = ['baking', 'auxiliary'] as const;
export type PoolRole = (typeof poolRoles)[number];

/** Value of the pool's label (and, for the baking pool, taint): `mainnet-baking`. */
export function poolName(bakery: string, pool: PoolRole): string {
  return `${bakery}-${pool}`;
}

/** Reserved external addresses by what they are for: the Services take them by name. */
export function reservedAddresses(bakery: Bakery): { name: string; output: string; why: string }[] {
  const { sentries, dal } = bakery.settings;
  return [
    ...sentries
      .filter(({ loadBalancer }) => loadBalancer)
      .map(({ name }) => ({
        name: sentryAddress(bakery.name, name),
        output: `sentry_${name.replaceAll('-', '_')}_p2p_address`,
        why: 'peers list it by hand',
      })),
    ...(dal ? [{ name: dalAddress(bakery.name), output: 'dal_p2p_address', why: 'goes into dal.publicAddress' }] : []),
  ];
}

export function sentryAddress(bakery: string, sentry: string): string {
  return `${bakery}-sentry-${sentry}-p2p`;
}

export function dalAddress(bakery: string): string {
  return `${bakery}-dal-p2p`;
}

/** Labels of everything of Google's that takes labels: Terraform's resources, and the disks of the storage classes. */
export function resourceLabels({ name, settings }: Bakery): Record<string, string> {
  return { ...settings.google.labels, bakery: name, 'managed-by': 'tezos-bakery' };
}

/** Account ids of Google service accounts (6 to 30 characters). */
export function serviceAccountIds(bakery: Bakery): { id: string; why: string }[] {
  return [
    ...poolRoles.map((pool) => ({ id: poolName(bakery.name, pool), why: `nodes of the ${pool} pool` })),
    ...identities(bakery).map(({ account, why }) => ({ id: account, why })),
  ];
}

/** A Kubernetes service account that acts as a Google service account. No key exists for either. */
export interface Identity {
  readonly account: string;
  readonly namespace: string;
  readonly kubernetesAccount: string;
  readonly why: string;
}

export function identities(bakery: Bakery): Identity[] {
  if (!bakery.settings.custody.kms) return [];
  return [
    {
      account: `${bakery.name}-signer`,
      namespace: bakery.namespace('baking'),
      kubernetesAccount: 'signer-gateway',
      why: 'signs with the keys in Cloud KMS',
    },
  ];
}

/** Artifact Registry repository that mirrors an upstream registry: `mainnet-docker-io`. */
export function mirrorRepository(bakery: string, registry: string): string {
  return `${bakery}-${registry.replaceAll('.', '-')}`;
}

/** Artifact Registry repository of images built from this project. */
export function ownRepository(bakery: string): string {
  return `${bakery}-images`;
}

/** Host and path in front of a repository's images. */
export function registryPath(bakery: Bakery, repository: string): string {
  return `${bakery.settings.google.region}-docker.pkg.dev/${bakery.projectId}/${repository}`;
}

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
      secretManagerId: `${bakery.name}-${hot.secret}`,
      why: "octez-signer's secret_keys file, with the names of the bakers (and -consensus, -companion) as its aliases",
    },
  ];
}
