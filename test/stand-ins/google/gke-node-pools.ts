import { gkeOperation } from './gke-operation';
import { exists, GoogleError, invalid } from './google-error';
import type { Json, Routes } from './google-routes';
import type { GoogleWorld } from './google-world';

/** Node pools are resources below their cluster, which shows them too. */
export function nodePoolRoutes(world: GoogleWorld, cluster: string): Routes {
  const one = `${cluster}/nodePools/{pool}`;
  const change = (path: string, edit: (pool: Json) => void) => {
    edit(world.get(`container/${path}`));
    return gkeOperation(world, path);
  };
  const verb = (name: string, edit: (pool: Json, body: Json) => void): Routes => ({
    [`POST ${one}:${name}`]: ({ path, body }) => change(path.replace(/:\w+$/, ''), (pool) => edit(pool, body)),
  });
  return {
    [`GET ${cluster}/nodePools`]: ({ path }) => {
      const owner = path.replace(/\/nodePools$/, '');
      world.get(`container/${owner}`);
      return { nodePools: poolsOf(world, owner) };
    },
    [`POST ${cluster}/nodePools`]: ({ path, body }) => {
      const owner = path.replace(/\/nodePools$/, '');
      newPool(world, owner, body.nodePool);
      return gkeOperation(world, owner);
    },
    [`GET ${one}`]: ({ path }) => world.get(`container/${path}`),
    [`PUT ${one}`]: ({ path, body }) => change(path, (pool) => updatePool(world, path, pool, body)),
    [`DELETE ${one}`]: ({ path }) => {
      world.get(`container/${path}`);
      removePool(world, path);
      return gkeOperation(world, path);
    },
    ...verb('setSize', (pool, { nodeCount }) => {
      setSize(world, pool, nodeCount);
    }),
    ...verb('setManagement', (pool, { management }) => {
      pool.management = management;
    }),
    ...verb('setAutoscaling', (pool, { autoscaling }) => {
      pool.autoscaling = autoscaling;
    }),
  };
}

export const poolsOf = (world: GoogleWorld, cluster: string): Json[] => world.under(`container/${cluster}/nodePools/`);

/** The cluster with its pools in it. */
export function withPools(world: GoogleWorld, path: string): Json {
  const cluster = world.get(`container/${path}`);
  const nodePools = poolsOf(world, path);
  return { ...cluster, nodePools, nodeConfig: nodePools[0]?.config };
}

export function newPool(world: GoogleWorld, owner: string, sent: Json): void {
  const cluster = world.get(`container/${owner}`);
  const name = `${owner}/nodePools/${sent.name}`;
  if (!/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(sent.name)) throw invalid(`NodePool.name: ${sent.name}`);
  if (world.resources.has(`container/${name}`)) throw exists(name);
  const locations: string[] = sent.locations?.length ? sent.locations : cluster.locations;
  checkZones(cluster, locations);
  const { config, ...rest } = sent;
  world.resources.set(`container/${name}`, {
    ...rest,
    selfLink: `https://container.googleapis.com/v1/${name}`,
    status: 'RUNNING',
    version: cluster.currentMasterVersion,
    locations,
    etag: `etag-${world.next()}`,
    config: filledConfig(world, config ?? {}, owner.split('/')[1] as string),
    management: { autoRepair: true, autoUpgrade: true, ...sent.management },
    maxPodsConstraint: sent.maxPodsConstraint ?? cluster.defaultMaxPodsConstraint ?? { maxPodsPerNode: '110' },
    networkConfig: { podRange: cluster.ipAllocationPolicy?.clusterSecondaryRangeName, ...sent.networkConfig },
    podIpv4CidrSize: 25,
    upgradeSettings: sent.upgradeSettings ?? { maxSurge: 1, strategy: 'SURGE' },
    instanceGroupUrls: locations.map((zone) => newGroup(world, name, { zone, size: sent.initialNodeCount ?? 0 })),
  });
}

function checkZones({ location }: Json, zones: readonly string[]): void {
  const region = location.replace(/-[a-z]$/, '');
  const stranger = zones.find((zone) => !new RegExp(`^${region}-[a-z]$`).test(zone));
  if (stranger) throw invalid(`Location "${stranger}" is not a zone of ${region}`);
}

/** Machines of a zone belong to a group, which is Compute Engine's. */
function newGroup(world: GoogleWorld, pool: string, { zone, size }: { zone: string; size: number }): string {
  const [, project, , , , cluster, , id] = pool.split('/');
  const name = `gke-${cluster}-${id}-grp`;
  const path = `projects/${project}/zones/${zone}/instanceGroupManagers/${name}`;
  const selfLink = `https://www.googleapis.com/compute/v1/${path}`;
  const instanceGroup = selfLink.replace('instanceGroupManagers', 'instanceGroups');
  world.resources.set(`compute/${path}`, {
    kind: 'compute#instanceGroupManager',
    name,
    selfLink,
    instanceGroup,
    targetSize: size,
    pool,
  });
  return selfLink;
}

const groupsOf = (world: GoogleWorld, pool: string) => [...world.resources].filter(([, group]) => group.pool === pool);

export const nameOf = ({ selfLink }: Json): string => selfLink.slice('https://container.googleapis.com/v1/'.length);

/** With its machines. */
export function removePool(world: GoogleWorld, path: string): void {
  world.resources.delete(`container/${path}`);
  for (const [name] of groupsOf(world, path)) world.resources.delete(name);
}

function setSize(world: GoogleWorld, pool: Json, nodeCount: number): void {
  for (const [, group] of groupsOf(world, nameOf(pool))) group.targetSize = nodeCount;
}

/** A node's configuration with what GKE puts in. */
function filledConfig(world: GoogleWorld, sent: Json, project: string): Json {
  const account: string = sent.serviceAccount ?? 'default';
  if (account !== 'default' && !world.resources.has(`iam/projects/${project}/serviceAccounts/${account}`)) {
    throw new GoogleError(400, `Service account "${account}" does not exist.`);
  }
  const diskSizeGb = sent.bootDisk?.sizeGb ? Number(sent.bootDisk.sizeGb) : (sent.diskSizeGb ?? 100);
  const diskType = sent.bootDisk?.diskType ?? sent.diskType ?? 'pd-balanced';
  return {
    machineType: 'e2-medium',
    imageType: 'COS_CONTAINERD',
    ...sent,
    serviceAccount: account,
    diskSizeGb,
    diskType,
    bootDisk: { diskType, sizeGb: String(diskSizeGb) },
    effectiveCgroupMode: 'EFFECTIVE_CGROUP_MODE_V2',
    loggingConfig: sent.loggingConfig ?? { variantConfig: { variant: 'DEFAULT' } },
    resourceLabels: {
      ...sent.resourceLabels,
      'goog-gke-node-pool-provisioning-model': sent.spot ? 'spot' : 'on-demand',
    },
    shieldedInstanceConfig: { enableIntegrityMonitoring: true, ...sent.shieldedInstanceConfig },
    kubeletConfig: { insecureKubeletReadonlyPortEnabled: false, ...sent.kubeletConfig },
  };
}

/** A boot disk with what is sent of it: the rest stays. Its older fields say the same. */
function withBootDisk({ bootDisk: before }: Json, sent: Json): Json {
  const bootDisk = { ...before, ...sent };
  return { bootDisk, diskType: bootDisk.diskType, diskSizeGb: Number(bootDisk.sizeGb) };
}

/** What a pool's update may say -> how it gets into the node's configuration. */
const configOf: Readonly<Record<string, (value: Json, config: Json) => Json>> = {
  bootDisk: (sent, config) => withBootDisk(config, sent),
  diskSizeGb: (value, config) => withBootDisk(config, { sizeGb: String(value) }),
  diskType: (diskType, config) => withBootDisk(config, { diskType }),
  labels: ({ labels }) => ({ labels }),
  tags: ({ tags }) => ({ tags }),
  taints: ({ taints }) => ({ taints }),
  ...Object.fromEntries(
    [
      ...['containerdConfig', 'gcfsConfig', 'gvnic', 'imageType', 'kubeletConfig', 'linuxNodeConfig'],
      ...['loggingConfig', 'machineType', 'resourceManagerTags', 'workloadMetadataConfig'],
    ].map((key) => [key, (value: Json) => ({ [key]: value })]),
  ),
};

function updatePool(world: GoogleWorld, path: string, pool: Json, { name: _, etag, ...update }: Json): void {
  if (etag && etag !== pool.etag) throw new GoogleError(412, 'node pool etag mismatch');
  const cluster = world.get(`container/${path.slice(0, path.indexOf('/nodePools/'))}`);
  for (const [key, value] of Object.entries<Json>(update)) {
    if (key in configOf) Object.assign(pool.config, configOf[key]!(value, pool.config));
    else if (key === 'resourceLabels') {
      pool.config.resourceLabels = { ...goog(pool.config.resourceLabels), ...value.labels };
    } else if (key === 'locations') {
      checkZones(cluster, value);
      pool.locations = value;
    } else if (key === 'upgradeSettings') pool.upgradeSettings = value;
    else if (key === 'nodeVersion') pool.version = value;
    else if (key === 'nodeNetworkConfig') Object.assign(pool.networkConfig, value);
    else throw invalid(`Unknown name "${key}" at 'nodePool': not in test/stand-ins/google/gke-node-pools.ts`);
  }
  pool.etag = `etag-${world.next()}`;
}

const goog = (labels: Json) =>
  Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => key.startsWith('goog-gke')));
