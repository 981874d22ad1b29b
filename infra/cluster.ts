import { ContainerCluster, type ContainerClusterConfig } from '@cdktf/provider-google/lib/container-cluster';
import type { Bakery } from '../model/bakery';
import { resourceLabels } from '../model/google/names';
import { MAX_PODS_PER_NODE, ownClusterOf } from '../model/google/pools';
import { controlPlaneAccess } from './cluster-access';
import { addons, hardening, observation } from './cluster-features';
import type { NodeAccounts } from './identities';
import { encryptionKey, type KeyRings } from './kms';
import { maintenancePolicy } from './maintenance';
import { hardenedNode } from './node-config';
import type { Api } from './project-services';
import type { StackContext } from './stack-context';
import { upgradeNotices } from './upgrade-notices';
import { PODS, SERVICES, type Vpc } from './vpc';

const apis: Api[] = [
  'binaryauthorization',
  'compute',
  'container',
  'containerfilesystem',
  'containersecurity',
  'dns',
  'logging',
  'monitoring',
];

/** Where the control plane runs: a region, or one zone. */
export function clusterLocation({ settings }: Bakery): string {
  return settings.cluster.zonal?.zone ?? settings.google.region;
}

/** The Kubernetes cluster, without nodes: these come in pools. */
export function cluster(
  context: StackContext,
  on: { vpc: Vpc; rings: KeyRings; accounts: NodeAccounts },
): ContainerCluster {
  const { stack, bakery, api } = context;
  const { cluster: kind, maintenance } = bakery.settings;
  const secretsKey = clusterSecretsKey(context, on.rings);
  return new ContainerCluster(stack, 'bakery', {
    name: bakery.name,
    location: clusterLocation(bakery),
    ...(kind.regional ? { nodeLocations: kind.regional.zones } : {}),
    resourceLabels: resourceLabels(bakery),
    deletionProtection: true, // asked only when the cluster's turn comes: by then its pools are gone
    releaseChannel: { channel: ownClusterOf(bakery.settings)!.releaseChannel },
    maintenancePolicy: maintenancePolicy(maintenance),
    ...networking(on.vpc),
    ...controlPlaneAccess(bakery),
    databaseEncryption: { state: 'ENCRYPTED', keyName: secretsKey.id },
    ...hardening(bakery),
    ...addons(bakery),
    ...observation,
    ...upgradeNotices(context),
    ...defaultPool(bakery, on.accounts),
    dependsOn: [secretsKey.grant, ...on.accounts.auxiliary.grants, ...api(...apis)],
  });
}

/** Encrypts Kubernetes Secrets in etcd. Its agent is the one that runs GKE in the project. */
function clusterSecretsKey(context: StackContext, rings: KeyRings) {
  const agent = `service-${context.projectNumber}@container-engine-robot.iam.gserviceaccount.com`;
  return encryptionKey(context, { ring: rings.encryption, what: 'cluster-secrets', agent, apis: ['container'] });
}

function networking({ network, nodes }: Vpc) {
  return {
    network: network.id,
    subnetwork: nodes.id,
    networkingMode: 'VPC_NATIVE',
    ipAllocationPolicy: {
      clusterSecondaryRangeName: PODS,
      servicesSecondaryRangeName: SERVICES,
      stackType: 'IPV4',
    },
    defaultMaxPodsPerNode: MAX_PODS_PER_NODE,
    // GKE turns it on by itself. Unwritten, 6.50.0 reads that as a change back, which replaces the cluster.
    enableL4IlbSubsetting: true,
  } satisfies Partial<ContainerClusterConfig>;
}

/**
 * GKE makes a cluster with one pool, which Terraform removes at once: pools that stand apart can be changed without
 * replacing the cluster. Its nodes are as safe as the others while they live, and what GKE reports of them afterwards
 * must not look like a change: both arguments would replace the cluster.
 */
function defaultPool(bakery: Bakery, accounts: NodeAccounts) {
  return {
    removeDefaultNodePool: true,
    initialNodeCount: 1,
    nodeConfig: { machineType: 'e2-medium', ...hardenedNode(bakery, accounts.auxiliary.account) },
    lifecycle: {
      // A plan that would replace the cluster is refused as a whole, so the pools stay too.
      preventDestroy: true,
      ignoreChanges: [
        'initial_node_count',
        'node_config',
        'node_pool',
        'database_encryption[0].state', // from 1.35 on GKE answers ALL_OBJECTS_ENCRYPTION_ENABLED
      ],
    },
  } satisfies Partial<ContainerClusterConfig>;
}
