import type { ArtifactRegistryRepository } from '@cdktf/provider-google/lib/artifact-registry-repository';
import { ArtifactRegistryRepositoryIamMember } from '@cdktf/provider-google/lib/artifact-registry-repository-iam-member';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member';
import type { ITerraformDependable } from 'cdktf';
import { podIdentities } from '../model/google/pod-identities';
import { type PoolRole, poolName, poolRoles } from '../model/google/pools';
import { type StackContext, terraformId, workloadPool } from './stack-context';

export interface NodeAccount {
  readonly account: ServiceAccount;
  /** What nodes wait for: without them a node neither registers in good health nor pulls an image. */
  readonly grants: readonly ITerraformDependable[];
}

export type NodeAccounts = Readonly<Record<PoolRole, NodeAccount>>;

/** What nodes run as: they write logs and metrics and pull images, nothing else. Pods have identities of their own. */
export function nodeAccounts(context: StackContext, repositories: readonly ArtifactRegistryRepository[]): NodeAccounts {
  const accounts = poolRoles.map((pool) => [pool, nodeAccount(context, pool, repositories)] as const);
  return Object.fromEntries(accounts) as NodeAccounts;
}

/** What any node waits for. */
export function grantsOf(accounts: NodeAccounts): ITerraformDependable[] {
  return Object.values(accounts).flatMap(({ grants }) => grants);
}

const nodeRoles = [
  { id: 'role', role: 'roles/container.defaultNodeServiceAccount' }, // GKE, "Harden your cluster": the least a node needs
  { id: 'image_streaming', role: 'roles/serviceusage.serviceUsageConsumer' }, // GKE, "Use Image streaming": requirements
];

function nodeAccount(
  { stack, bakery, project, api }: StackContext,
  pool: PoolRole,
  repositories: readonly ArtifactRegistryRepository[],
): NodeAccount {
  const account = new ServiceAccount(stack, `${pool}_nodes`, {
    accountId: poolName(bakery.name, pool),
    displayName: `${bakery.name}: nodes of the ${pool} pool`,
    dependsOn: api('iam'),
  });
  const roles = nodeRoles.map(
    ({ id, role }) =>
      new ProjectIamMember(stack, `${pool}_nodes_${id}`, {
        project,
        role,
        member: account.member,
        dependsOn: api('cloudresourcemanager', 'container'),
      }),
  );
  const pulls = repositories.map(
    ({ node, name, location }) =>
      new ArtifactRegistryRepositoryIamMember(stack, `${pool}_nodes_pull_${node.id}`, {
        repository: name,
        location,
        role: 'roles/artifactregistry.reader',
        member: account.member,
      }),
  );
  return { account, grants: [...roles, ...pulls] };
}

/**
 * What pods act as towards Google, without any key. `after`: the cluster, because the first one with workload
 * identity makes the project's identity pool, and IAM refuses members of a pool that does not exist.
 */
export function podAccounts(
  context: StackContext,
  after: readonly ITerraformDependable[],
): Map<string, ServiceAccount> {
  const { stack, bakery, api } = context;
  const accounts = podIdentities(bakery).map(({ account, namespace, kubernetesAccount, why }) => {
    const id = terraformId(account.slice(bakery.name.length + 1));
    const serviceAccount = new ServiceAccount(stack, id, {
      accountId: account,
      displayName: `${bakery.name}: ${why}`,
      dependsOn: api('iam'),
    });
    new ServiceAccountIamMember(stack, `${id}_workload_identity`, {
      serviceAccountId: serviceAccount.name,
      role: 'roles/iam.workloadIdentityUser',
      member: `serviceAccount:${workloadPool(bakery)}[${namespace}/${kubernetesAccount}]`,
      dependsOn: [...api('iamcredentials'), ...after],
    });
    return [kubernetesAccount, serviceAccount] as const;
  });
  return new Map(accounts);
}
