import { filledCluster } from './gke-defaults';
import { nameOf, newPool, nodePoolRoutes, poolsOf, removePool, withPools } from './gke-node-pools';
import { gkeOperation } from './gke-operation';
import { updated } from './gke-updates';
import { exists, GoogleError, invalid } from './google-error';
import { mayEncrypt } from './google-kms';
import type { Call, Json, Routes } from './google-routes';
import type { GoogleWorld } from './google-world';
import { agentOf } from './service-agents';

export const CLUSTERS = 'projects/{project}/locations/{location}/clusters';
const ONE = `${CLUSTERS}/{cluster}`;

/** Kubernetes Engine. */
export function kubernetesEngine(world: GoogleWorld): Routes {
  const change = (path: string, edit: (cluster: Json) => void) => {
    edit(world.get(`container/${path}`));
    return gkeOperation(world, path);
  };
  const verb = (name: string, edit: (cluster: Json, body: Json) => void): Routes => ({
    [`POST ${ONE}:${name}`]: ({ path, body }) => change(path.replace(/:\w+$/, ''), (cluster) => edit(cluster, body)),
  });
  return {
    [`POST ${CLUSTERS}`]: (call) => createCluster(world, call),
    [`GET ${ONE}`]: ({ path }) => withPools(world, path),
    [`PUT ${ONE}`]: ({ path, body }) => change(path, (cluster) => updated(world, path, cluster, body.update ?? {})),
    [`DELETE ${ONE}`]: ({ path }) => {
      world.get(`container/${path}`);
      for (const pool of poolsOf(world, path)) removePool(world, nameOf(pool));
      world.resources.delete(`container/${path}`);
      return gkeOperation(world, path);
    },
    ...verb('setResourceLabels', (cluster, { resourceLabels, labelFingerprint }) => {
      if (labelFingerprint !== cluster.labelFingerprint)
        throw new GoogleError(412, 'Labels could not be set due to fingerprint mismatch.');
      cluster.resourceLabels = resourceLabels;
      cluster.labelFingerprint = world.next().toString(16).padStart(8, '0');
    }),
    ...verb('setMaintenancePolicy', (cluster, { maintenancePolicy }) => {
      const version = cluster.maintenancePolicy?.resourceVersion;
      if (maintenancePolicy?.resourceVersion !== version)
        throw new GoogleError(400, 'maintenance_policy.resource_version is not the newest');
      cluster.maintenancePolicy = { ...maintenancePolicy, resourceVersion: world.next().toString(16).padStart(8, '0') };
    }),
    ...verb('setLegacyAbac', (cluster, { enabled }) => {
      cluster.legacyAbac = { enabled };
    }),
    ...verb('setNetworkPolicy', (cluster, { networkPolicy }) => {
      cluster.networkPolicy = networkPolicy;
    }),
    ...nodePoolRoutes(world, ONE),
    'GET projects/{project}/locations/{location}/operations/{operation}': ({ path }) => world.operationNamed(path),
  };
}

function createCluster(world: GoogleWorld, { path, body, at }: Call): Json {
  const { cluster } = body;
  if (!/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(cluster.name)) throw invalid(`Cluster.name: ${cluster.name}`);
  const name = `${path}/${cluster.name}`;
  if (world.resources.has(`container/${name}`)) throw exists(name);
  checkPlace(world, cluster, at.project!);
  const { nodePools, nodeConfig, initialNodeCount, ...rest } = cluster;
  if (!nodePools && !(initialNodeCount > 0)) throw invalid('Cluster.initial_node_count must be greater than zero.');
  const filled = filledCluster(world, rest, { name, location: at.location! });
  world.resources.set(`container/${name}`, { ...filled, initialNodeCount });
  // GKE itself makes a pool where nobody names one; Terraform takes it away again.
  for (const pool of nodePools ?? [{ name: 'default-pool', initialNodeCount, config: nodeConfig }])
    newPool(world, name, pool);
  return gkeOperation(world, name);
}

/** What a cluster stands on must be there, and its agent must be able to use the key. */
function checkPlace(world: GoogleWorld, cluster: Json, project: string): void {
  const subnetwork = world.get(`compute/${cluster.subnetwork}`);
  world.get(`compute/${cluster.network}`);
  if (!subnetwork.network.endsWith(cluster.network))
    throw invalid(`${cluster.subnetwork} is not in ${cluster.network}`);
  const ranges = subnetwork.secondaryIpRanges?.map(({ rangeName }: Json) => rangeName) ?? [];
  const { clusterSecondaryRangeName: pods, servicesSecondaryRangeName: services } = cluster.ipAllocationPolicy ?? {};
  for (const range of [pods, services].filter(Boolean)) {
    if (!ranges.includes(range)) throw invalid(`The secondary range "${range}" does not exist in the subnetwork`);
  }
  const { topic } = cluster.notificationConfig?.pubsub ?? {};
  if (topic) world.get(`pubsub/${topic}`);
  const { state, keyName } = cluster.databaseEncryption ?? {};
  const { email } = agentOf('container.googleapis.com', world.project(project).number);
  if (state === 'ENCRYPTED') mayEncrypt(world, keyName, email);
}
