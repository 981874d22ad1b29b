import type { Json } from './google-routes';
import type { GoogleWorld } from './google-world';

/** What GKE runs when somebody asks for its regular channel. */
export const GKE_VERSION = '1.35.4-gke.1200000';

/** A cluster as GKE shows it: what was sent, what nobody sent, and what GKE decides by itself. */
export function filledCluster(
  world: GoogleWorld,
  sent: Json,
  { name, location }: { name: string; location: string },
): Json {
  const [, project, , , , id] = name.split('/');
  const subnetwork = world.get(`compute/${sent.subnetwork}`);
  const rangeOf = (wanted: string) =>
    subnetwork.secondaryIpRanges?.find(({ rangeName }: Json) => rangeName === wanted)?.ipCidrRange;
  const pods = rangeOf(sent.ipAllocationPolicy?.clusterSecondaryRangeName) ?? '10.64.0.0/14';
  const services = rangeOf(sent.ipAllocationPolicy?.servicesSecondaryRangeName) ?? '34.118.224.0/20';
  const isZone = /-[a-z]$/.test(location);
  return {
    ...sent,
    ...(isZone ? { zone: location } : {}),
    id: world.next().toString(16).padStart(32, '0'),
    name: id,
    location,
    locations: sent.locations ?? (isZone ? [location] : ['b', 'c', 'd'].map((zone) => `${location}-${zone}`)),
    selfLink: `https://container.googleapis.com/v1/${name}`,
    network: sent.network.split('/').at(-1),
    subnetwork: sent.subnetwork.split('/').at(-1),
    status: 'RUNNING',
    createTime: new Date().toISOString(),
    initialClusterVersion: GKE_VERSION,
    currentMasterVersion: GKE_VERSION,
    currentNodeVersion: GKE_VERSION,
    endpoint: '172.16.0.2',
    clusterIpv4Cidr: pods,
    servicesIpv4Cidr: services,
    labelFingerprint: 'a9dc16a7',
    loggingService: 'logging.googleapis.com/kubernetes',
    monitoringService: 'monitoring.googleapis.com/kubernetes',
    masterAuth: { clusterCaCertificate: 'LS0tLS1CRUdJTg==', clientCertificateConfig: {} },
    ipAllocationPolicy: {
      ...sent.ipAllocationPolicy,
      clusterIpv4Cidr: pods,
      clusterIpv4CidrBlock: pods,
      servicesIpv4Cidr: services,
      servicesIpv4CidrBlock: services,
      stackType: sent.ipAllocationPolicy?.stackType ?? 'IPV4',
      podCidrOverprovisionConfig: {},
      defaultPodIpv4RangeUtilization: 0.0054,
    },
    ...(sent.maintenancePolicy
      ? { maintenancePolicy: { ...sent.maintenancePolicy, resourceVersion: 'e3b0c442' } }
      : {}),
    addonsConfig: filledAddons(sent.addonsConfig),
    autoscaling: { autoscalingProfile: 'BALANCED', ...sent.autoscaling },
    databaseEncryption: encryptionOf(sent.databaseEncryption),
    networkConfig: filledNetwork(sent),
    controlPlaneEndpointsConfig: filledEndpoints(sent.controlPlaneEndpointsConfig, { project: project!, location }),
    nodePoolDefaults: {
      nodeConfigDefaults: {
        loggingConfig: { variantConfig: { variant: 'DEFAULT' } },
        ...sent.nodePoolDefaults?.nodeConfigDefaults,
      },
    },
    ...filledRest(sent),
  };
}

/** Add-ons that GKE turns on, and shows, though nobody spoke of them. */
function filledAddons(sent: Json): Json {
  return {
    gcePersistentDiskCsiDriverConfig: { enabled: true },
    gcpFilestoreCsiDriverConfig: {},
    gcsFuseCsiDriverConfig: {},
    horizontalPodAutoscaling: {},
    httpLoadBalancing: {},
    kubernetesDashboard: { disabled: true },
    networkPolicyConfig: { disabled: true },
    ...sent,
  };
}

/** From 1.35 on everything in etcd is encrypted, not Secrets alone; and GKE says so in the field that was sent. */
export function encryptionOf(sent: Json): Json {
  if (sent?.state !== 'ENCRYPTED') return { state: 'DECRYPTED', currentState: 'CURRENT_STATE_DECRYPTED' };
  return {
    ...sent,
    state: 'ALL_OBJECTS_ENCRYPTION_ENABLED',
    currentState: 'CURRENT_STATE_ALL_OBJECTS_ENCRYPTION_ENABLED',
  };
}

function filledNetwork({ network, subnetwork, networkConfig }: Json): Json {
  return {
    defaultSnatStatus: {},
    serviceExternalIpsConfig: {},
    ...networkConfig,
    network,
    subnetwork,
    enableL4ilbSubsetting: true, // GKE's own change: of every new cluster, whatever was asked for
    networkTierConfig: { networkTier: 'NETWORK_TIER_DEFAULT' },
  };
}

function filledEndpoints(sent: Json, { project, location }: { project: string; location: string }): Json {
  const ip = sent?.ipEndpointsConfig ?? { enabled: true, enablePublicEndpoint: true };
  return {
    dnsEndpointConfig: {
      endpoint: `gke-0123456789abcdef-${project.length}.${location}.gke.goog`,
      ...sent?.dnsEndpointConfig,
    },
    ipEndpointsConfig: {
      ...ip,
      authorizedNetworksConfig: ip.authorizedNetworksConfig ?? {},
      privateEndpoint: '172.16.0.2',
      ...(ip.enablePublicEndpoint ? { publicEndpoint: '203.0.113.251' } : {}),
    },
  };
}

function filledRest(sent: Json): Json {
  const components = { componentConfig: { enableComponents: ['SYSTEM_COMPONENTS', 'WORKLOADS'] } };
  return {
    anonymousAuthenticationConfig: sent.anonymousAuthenticationConfig ?? { mode: 'ENABLED' },
    enterpriseConfig: { clusterTier: 'STANDARD' },
    fleet: sent.fleet,
    loggingConfig: sent.loggingConfig ?? components,
    monitoringConfig: sent.monitoringConfig ?? { ...components, managedPrometheusConfig: { enabled: true } },
    nodePoolAutoConfig: { nodeKubeletConfig: {}, ...sent.nodePoolAutoConfig },
    notificationConfig: sent.notificationConfig ?? { pubsub: {} },
    podAutoscaling: { hpaProfile: 'PERFORMANCE' },
    privateClusterConfig: sent.privateClusterConfig
      ? { ...sent.privateClusterConfig, peeringName: 'gke-n0123-peer' }
      : {},
    rbacBindingConfig: sent.rbacBindingConfig ?? {
      enableInsecureBindingSystemUnauthenticated: true,
      enableInsecureBindingSystemAuthenticated: true,
    },
    releaseChannel: sent.releaseChannel ?? { channel: 'REGULAR' },
    securityPostureConfig: {
      mode: 'BASIC',
      vulnerabilityMode: 'VULNERABILITY_DISABLED',
      ...sent.securityPostureConfig,
    },
    shieldedNodes: sent.shieldedNodes ?? { enabled: true },
    userManagedKeysConfig: sent.userManagedKeysConfig,
  };
}
