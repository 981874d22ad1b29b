import type { ContainerClusterConfig } from '@cdktf/provider-google/lib/container-cluster';
import type { Bakery } from '../model/bakery';
import { IMAGE_STREAMING } from '../model/google/pools';
import { workloadPool } from './stack-context';

/** What keeps pods, nodes and the network honest. */
export function hardening(bakery: Bakery) {
  return {
    datapathProvider: 'ADVANCED_DATAPATH', // Dataplane V2 enforces NetworkPolicies itself; Calico's switch stays off
    networkPolicy: { enabled: false },
    enableIntranodeVisibility: true, // flow logs see pods of one node talk
    enableShieldedNodes: true,
    workloadIdentityConfig: { workloadPool: workloadPool(bakery) },
    binaryAuthorization: { evaluationMode: 'PROJECT_SINGLETON_POLICY_ENFORCE' },
    securityPostureConfig: {
      mode: 'BASIC',
      vulnerabilityMode: 'VULNERABILITY_DISABLED', // GKE stopped scanning workloads; Artifact Registry scans images
    },
    serviceExternalIpsConfig: { enabled: false }, // CVE-2020-8554: whoever writes a Service could take over an address
    gatewayApiConfig: { channel: 'CHANNEL_DISABLED' }, // nothing here uses it
    nodePoolDefaults: {
      nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: 'FALSE', gcfsConfig: { enabled: IMAGE_STREAMING } },
    },
  } satisfies Partial<ContainerClusterConfig>;
}

/** Programs of GKE's own that run in the cluster. model/google/system-pods.ts counts what they take from the nodes. */
export function addons({ survivesZoneLoss }: Bakery) {
  return {
    addonsConfig: {
      dnsCacheConfig: { enabled: true },
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      gkeBackupAgentConfig: { enabled: false }, // without a backup plan it does nothing, and takes memory
      httpLoadBalancing: { disabled: false }, // its controller also makes the load balancers of Services on reserved addresses
      networkPolicyConfig: { disabled: true },
      statefulHaConfig: { enabled: survivesZoneLoss }, // moves a pod with its regional disk when a zone is lost
    },
    // Cloud DNS answers on the node, from Google's metadata server. kube-dns runs as pods, and its only place is the
    // auxiliary pool: with the spot nodes gone, the baker could not resolve its own node.
    dnsConfig: { clusterDns: 'CLOUD_DNS', clusterDnsScope: 'CLUSTER_SCOPE', clusterDnsDomain: 'cluster.local' },
    verticalPodAutoscaling: { enabled: true }, // recommendations; it changes nothing without an object that asks for it
  } satisfies Partial<ContainerClusterConfig>;
}

/** What Google keeps of the cluster. */
export const observation = {
  loggingConfig: { enableComponents: ['SYSTEM_COMPONENTS', 'WORKLOADS'] },
  monitoringConfig: {
    enableComponents: ['SYSTEM_COMPONENTS'],
    managedPrometheus: { enabled: false }, // the bakery brings its own Prometheus; a second one bills every sample
    advancedDatapathObservabilityConfig: { enableMetrics: false, enableRelay: false }, // only managed Prometheus reads them
  },
  costManagementConfig: { enabled: true },
} satisfies Partial<ContainerClusterConfig>;
