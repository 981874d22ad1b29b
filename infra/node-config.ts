import type { ContainerNodePoolNodeConfig } from '@cdktf/provider-google/lib/container-node-pool';
import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { Bakery } from '../model/bakery';
import { resourceLabels } from '../model/google/names';
import { IMAGE_STREAMING } from '../model/google/pools';

/** What every node has, whatever its pool. */
export function hardenedNode(bakery: Bakery, account: ServiceAccount) {
  return {
    imageType: 'COS_CONTAINERD',
    serviceAccount: account.email,
    oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'], // IAM decides, not scopes
    resourceLabels: resourceLabels(bakery),
    metadata: { 'disable-legacy-endpoints': 'true' }, // GKE sets it; unwritten, Terraform would take it away
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    workloadMetadataConfig: { mode: 'GKE_METADATA' }, // pods see their own identity, never the node's
    gcfsConfig: { enabled: IMAGE_STREAMING },
    gvnic: { enabled: true },
    kubeletConfig: {
      insecureKubeletReadonlyPortEnabled: 'FALSE',
      cpuCfsQuota: true, // the default; unwritten, 6.50.0 sends false
      podPidsLimit: 4096, // a fork bomb stays in its pod; an Octez node with its validator has tens of threads
    },
  } satisfies ContainerNodePoolNodeConfig;
}
