import type { Bakery } from '../bakery';
import { type ComponentName, components } from '../components';
import { poolName, poolRoles } from './pools';

/** A Kubernetes service account that acts as a Google service account. No key exists for either. */
export interface PodIdentity {
  readonly account: string;
  /** The Google service account's name towards others. */
  readonly email: string;
  readonly namespace: string;
  readonly kubernetesAccount: string;
  readonly why: string;
}

/** What pods of a bakery act as towards Google. */
export function podIdentities(bakery: Bakery): PodIdentity[] {
  const identity = (component: ComponentName, as: string, why: string): PodIdentity => {
    const account = `${bakery.name}-${as}`;
    const email = `${account}@${bakery.projectId}.iam.gserviceaccount.com`;
    const namespace = bakery.namespace(components[component].namespace);
    return { account, email, namespace, kubernetesAccount: component, why };
  };
  return [
    ...(bakery.settings.custody.kms ? [identity('signer-gateway', 'signer', 'signs with the keys in Cloud KMS')] : []),
    ...(bakery.has('heartbeat') ? [identity('heartbeat', 'heartbeat', 'writes the heartbeat into its bucket')] : []),
    ...(bakery.payouts ? [identity('payout-guard', 'payouts', 'signs payouts, and keeps their records')] : []),
    ...(bakery.site ? [identity('payout-site', 'site', 'writes the payout site into its bucket')] : []),
  ];
}

/** Account ids of the Google service accounts of nodes and pods (6 to 30 characters). */
export function serviceAccountIds(bakery: Bakery): { id: string; why: string }[] {
  return [
    ...poolRoles.map((pool) => ({ id: poolName(bakery.name, pool), why: `nodes of the ${pool} pool` })),
    ...podIdentities(bakery).map(({ account, why }) => ({ id: account, why })),
  ];
}
