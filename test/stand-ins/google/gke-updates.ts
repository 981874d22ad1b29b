import { encryptionOf } from './gke-defaults';
import { invalid } from './google-error';
import type { Json } from './google-routes';
import type { GoogleWorld } from './google-world';

/** `desired<Key>` of a cluster's update -> where it goes in the cluster, if not to `<key>`. */
const elsewhere: Readonly<Record<string, string>> = {
  desiredAddonsConfig: 'addonsConfig',
  desiredClusterAutoscaling: 'autoscaling',
  desiredDefaultEnablePrivateNodes: 'networkConfig.defaultEnablePrivateNodes',
  desiredDefaultSnatStatus: 'networkConfig.defaultSnatStatus',
  desiredDnsConfig: 'networkConfig.dnsConfig',
  desiredGatewayApiConfig: 'networkConfig.gatewayApiConfig',
  desiredNodePoolAutoConfigKubeletConfig: 'nodePoolAutoConfig.nodeKubeletConfig',
  desiredServiceExternalIpsConfig: 'networkConfig.serviceExternalIpsConfig',
};

/** Those that go to the key of their own name. */
const alike = new Set(
  [
    ...[
      'anonymousAuthenticationConfig',
      'authenticatorGroupsConfig',
      'binaryAuthorization',
      'costManagementConfig',
      'loggingConfig',
      'locations',
    ],
    ...['monitoringConfig', 'notificationConfig', 'podAutoscaling', 'rbacBindingConfig', 'releaseChannel'],
    ...['secretManagerConfig', 'securityPostureConfig', 'shieldedNodes', 'verticalPodAutoscaling'],
    ...['workloadIdentityConfig', 'meshCertificates', 'identityServiceConfig'],
  ].map((key) => `desired${key[0]!.toUpperCase()}${key.slice(1)}`),
);

type Edit = (cluster: Json, value: Json, pool: (id: string) => Json) => void;

const special: Readonly<Record<string, Edit>> = {
  desiredControlPlaneEndpointsConfig: (cluster, { dnsEndpointConfig, ipEndpointsConfig }) => {
    Object.assign(cluster.controlPlaneEndpointsConfig.dnsEndpointConfig, dnsEndpointConfig);
    Object.assign(cluster.controlPlaneEndpointsConfig.ipEndpointsConfig, ipEndpointsConfig);
  },
  desiredDatabaseEncryption: (cluster, value) => {
    cluster.databaseEncryption = encryptionOf(value);
  },
  desiredGcfsConfig: (cluster, value) => {
    cluster.nodePoolDefaults.nodeConfigDefaults.gcfsConfig = value;
  },
  desiredIntraNodeVisibilityConfig: (cluster, { enabled }) => {
    cluster.networkConfig.enableIntraNodeVisibility = Boolean(enabled);
  },
  // It can be turned on and never off again.
  desiredL4ilbSubsettingConfig: (cluster, { enabled }) => {
    if (!enabled) throw invalid('L4 ILB subsetting cannot be disabled once it is enabled.');
    cluster.networkConfig.enableL4ilbSubsetting = true;
  },
  desiredNodeKubeletConfig: (cluster, value) => {
    cluster.nodePoolDefaults.nodeConfigDefaults.nodeKubeletConfig = value;
  },
};

/** One change at a time, as GKE takes it; what the stand-in does not know it refuses. */
export function updated(world: GoogleWorld, path: string, cluster: Json, { desiredNodePoolId, ...update }: Json): void {
  const keys = Object.keys(update);
  if (keys.length !== 1) throw invalid(`Must specify exactly one field to update, not ${keys.join(', ') || 'none'}`);
  const [key, value] = Object.entries<Json>(update)[0]!;
  if (key === 'desiredNodePoolAutoscaling') {
    world.get(`container/${path}/nodePools/${desiredNodePoolId}`).autoscaling = value;
  } else if (special[key]) special[key](cluster, value, () => undefined);
  else if (key in elsewhere) put(cluster, elsewhere[key] as string, value);
  else if (alike.has(key)) put(cluster, key[7]!.toLowerCase() + key.slice(8), value);
  else throw invalid(`Unknown name "${key}" at 'update': not in test/stand-ins/google/gke-updates.ts`);
}

function put(cluster: Json, path: string, value: Json): void {
  const [key, inner] = path.split('.') as [string, string?];
  const merges = key === 'addonsConfig';
  if (inner) cluster[key] = { ...cluster[key], [inner]: value };
  else cluster[key] = merges ? { ...cluster[key], ...value } : value;
}
