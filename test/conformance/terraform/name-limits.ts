/** What Google takes as a name. */
export interface Limit {
  readonly pattern: RegExp;
  readonly min?: number;
  readonly max: number;
  /** The page that says so. */
  readonly source: string;
}

/** What is known of the names of a resource type. */
export interface TypeRow {
  /** Path in the block -> limit. `tags[]` is every item of a list, `labels{}` every value and `labels{key}` every key of a map. */
  readonly names: Readonly<Record<string, Limit>>;
  /** Arguments that say which thing in the project it is: there may be one of each. */
  readonly identity: readonly string[];
  /** Why several stacks of a project may hold the same one. */
  readonly shared?: string;
}

const resourceName: Limit = {
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  max: 63,
  source: 'Compute Engine, "Name resources" (RFC 1035)',
};
const clusterName: Limit = {
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  max: 40,
  source: 'Kubernetes Engine API, projects.locations.clusters: name',
};
const poolName: Limit = {
  ...clusterName,
  source: 'Kubernetes Engine API, projects.locations.clusters.nodePools: name, 40 as for clusters',
};
const exclusionName: Limit = {
  pattern: /^[a-z][a-z0-9-]*$/,
  max: 40,
  source: 'Google publishes none; what the settings take',
};
const kmsName: Limit = {
  pattern: /^[a-zA-Z0-9_-]+$/,
  max: 63,
  source: 'Cloud KMS API, keyRings.create and cryptoKeys.create: id',
};
const databaseId: Limit = {
  pattern: /^(?![0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$)[a-z][a-z0-9-]*[a-z0-9]$/,
  min: 4,
  max: 63,
  source: 'Firestore API, projects.databases.create: databaseId',
};
const repositoryId: Limit = {
  pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
  max: 63,
  source: 'Artifact Registry, "Create standard repositories": name',
};
const policyId: Limit = {
  pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
  max: 127,
  source: 'Artifact Registry API, repositories: cleanupPolicies',
};
const secretId: Limit = {
  pattern: /^[a-zA-Z0-9_-]+$/,
  max: 255,
  source: 'Secret Manager API, projects.secrets.create: secretId',
};
const topicName: Limit = {
  pattern: /^(?!goog)[A-Za-z][A-Za-z0-9._~%+-]*$/,
  min: 3,
  max: 255,
  source: 'Pub/Sub, "Create a topic": guidelines to name',
};
const budgetName: Limit = { pattern: /^\P{C}*$/u, max: 60, source: 'Cloud Billing Budget API, budgets: displayName' };
const logBucketId: Limit = {
  pattern: /^[A-Za-z0-9_.-]+$/,
  max: 100,
  source: 'Cloud Logging API, locations.buckets.create: bucketId',
};
const exclusionId: Limit = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
  max: 100,
  source: 'Cloud Logging API, projects.exclusions: name',
};
const accountId: Limit = {
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])$/,
  min: 6,
  max: 30,
  source: 'IAM API, projects.serviceAccounts.create: accountId',
};
const displayName: Limit = { pattern: /^\P{C}*$/u, max: 100, source: 'IAM API, projects.serviceAccounts: displayName' };
const projectId: Limit = {
  pattern: /^[a-z][-a-z0-9]*[a-z0-9]$/,
  min: 6,
  max: 30,
  source: 'Resource Manager API, projects: projectId',
};
const projectName: Limit = {
  pattern: /^[A-Za-z0-9'" !-]+$/,
  min: 4,
  max: 30,
  source: 'Resource Manager API, projects: displayName',
};
const apiName: Limit = {
  pattern: /^[a-z0-9]+\.googleapis\.com$/,
  max: 63,
  source: 'Service Usage API, services: name',
};
const labelKey: Limit = {
  pattern: /^[a-z][a-z0-9_-]*$/,
  max: 63,
  source: 'Resource Manager, "Labels overview": requirements',
};
const labelValue: Limit = { pattern: /^[a-z0-9_-]*$/, max: 63, source: labelKey.source };
const nodeLabelKey: Limit = {
  pattern: /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
  max: 317,
  source: 'Kubernetes, "Labels and Selectors": syntax (a prefix of 253, a slash, a name of 63)',
};
const nodeLabelValue: Limit = {
  pattern: /^([A-Za-z0-9]([\w.-]*[A-Za-z0-9])?)?$/,
  max: 63,
  source: nodeLabelKey.source,
};
const zoneName: Limit = {
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  max: 63,
  source: 'Cloud DNS API, managedZones: name',
};
const dnsName: Limit = {
  pattern: /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){2,}$/,
  max: 254,
  source: 'Cloud DNS API, managedZones: dnsName (RFC 1035, with the dot of the root)',
};
const bucketName: Limit = {
  pattern: /^(?!goog)[a-z0-9][a-z0-9_-]*[a-z0-9]$/,
  min: 3,
  max: 63,
  source: 'Cloud Storage, "About buckets": names (without dots: those are of domains)',
};

const labels = (path: string) => ({ [`${path}{key}`]: labelKey, [`${path}{}`]: labelValue });

const nodeConfig = {
  ...labels('node_config.resource_labels'),
  'node_config.labels{key}': nodeLabelKey,
  'node_config.labels{}': nodeLabelValue,
  'node_config.taint[].key': nodeLabelKey,
  'node_config.taint[].value': nodeLabelValue,
  'node_config.tags[]': resourceName,
};

/** A grant has no name; the same one twice would be taken away by whichever block goes first. */
const grant = (...on: string[]): TypeRow => ({ names: {}, identity: [...on, 'role', 'member'] });

/** Every resource type that infra/ makes. A type that is not here fails, so that this list is complete. */
export const typeRows: Readonly<Record<string, TypeRow>> = {
  google_artifact_registry_repository: {
    names: { repository_id: repositoryId, 'cleanup_policies[].id': policyId, ...labels('labels') },
    identity: ['location', 'repository_id'],
  },
  google_artifact_registry_repository_iam_member: grant('location', 'repository'),
  google_billing_budget: { names: { display_name: budgetName }, identity: ['display_name'] },
  google_binary_authorization_policy: { names: {}, identity: [] }, // one per project
  google_compute_address: { names: { name: resourceName, ...labels('labels') }, identity: ['name'] },
  google_compute_backend_bucket: { names: { name: resourceName }, identity: ['name'] },
  google_compute_firewall: { names: { name: resourceName, 'target_tags[]': resourceName }, identity: ['name'] },
  google_compute_global_address: { names: { name: resourceName, ...labels('labels') }, identity: ['name'] },
  google_compute_global_forwarding_rule: { names: { name: resourceName, ...labels('labels') }, identity: ['name'] },
  google_compute_managed_ssl_certificate: { names: { name: resourceName }, identity: ['name'] },
  google_compute_network: { names: { name: resourceName }, identity: ['name'] },
  google_compute_router: { names: { name: resourceName }, identity: ['name'] },
  google_compute_router_nat: { names: { name: resourceName }, identity: ['name'] },
  google_compute_ssl_policy: { names: { name: resourceName }, identity: ['name'] },
  google_compute_subnetwork: {
    names: { name: resourceName, 'secondary_ip_range[].range_name': resourceName },
    identity: ['name'],
  },
  google_compute_target_http_proxy: { names: { name: resourceName }, identity: ['name'] },
  google_compute_target_https_proxy: { names: { name: resourceName }, identity: ['name'] },
  google_compute_url_map: { names: { name: resourceName }, identity: ['name'] },
  google_container_cluster: {
    names: {
      name: clusterName,
      'ip_allocation_policy.cluster_secondary_range_name': resourceName,
      'ip_allocation_policy.services_secondary_range_name': resourceName,
      'maintenance_policy.maintenance_exclusion[].exclusion_name': exclusionName,
      ...labels('resource_labels'),
      ...nodeConfig,
    },
    identity: ['name'],
  },
  google_container_node_pool: { names: { name: poolName, ...nodeConfig }, identity: ['name'] },
  google_dns_managed_zone: {
    names: { name: zoneName, dns_name: dnsName, ...labels('labels') },
    identity: ['name'],
  },
  google_dns_record_set: { names: {}, identity: ['managed_zone', 'name', 'type'] }, // zone and name are the zone's
  google_firestore_database: { names: { name: databaseId }, identity: ['name'] },
  google_kms_crypto_key: { names: { name: kmsName, ...labels('labels') }, identity: ['key_ring', 'name'] },
  google_kms_crypto_key_iam_member: grant('crypto_key_id'),
  google_kms_key_ring: { names: { name: kmsName }, identity: ['location', 'name'] },
  google_kms_key_ring_iam_member: grant('key_ring_id'),
  google_logging_project_bucket_config: { names: { bucket_id: logBucketId }, identity: ['location', 'bucket_id'] },
  google_logging_project_exclusion: { names: { name: exclusionId }, identity: ['name'] },
  google_project: {
    names: { project_id: projectId, name: projectName, ...labels('labels') },
    identity: ['project_id'],
  },
  google_project_iam_audit_config: { names: {}, identity: ['service'] },
  google_project_iam_member: grant(),
  google_project_iam_member_remove: grant(),
  google_project_service: {
    names: { service: apiName },
    identity: ['service'],
    shared: 'turning an API on twice is the same as once, and no stack turns one off',
  },
  google_pubsub_topic: { names: { name: topicName, ...labels('labels') }, identity: ['name'] },
  google_secret_manager_secret: { names: { secret_id: secretId, ...labels('labels') }, identity: ['secret_id'] },
  google_service_account: { names: { account_id: accountId, display_name: displayName }, identity: ['account_id'] },
  google_service_account_iam_member: grant('service_account_id'),
  google_storage_bucket: { names: { name: bucketName, ...labels('labels') }, identity: ['name'] },
  google_storage_bucket_iam_member: grant('bucket'),
};

/** Names outside of resources: path in the stack's JSON -> limit. */
export const stackNames: Readonly<Record<string, Limit>> = {
  'provider.google[].project': projectId,
  ...labels('provider.google[].default_labels'),
  'terraform.backend.gcs.bucket': bucketName,
};
