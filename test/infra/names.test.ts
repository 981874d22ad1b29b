import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixtures } from '../kit/bakeries';
import { ROOT } from '../kit/root';
import { at, everyStack, ofType, type Resource, stackOf } from './terraform';

const stacks = Object.entries(everyStack());

/** The argument that names a resource in Google Cloud, and what Google takes (the documentation page of each). */
const named: Record<string, { argument: string; limit: RegExp }> = {
  google_artifact_registry_repository: { argument: 'repository_id', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_address: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_backend_bucket: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_firewall: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_global_address: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_global_forwarding_rule: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_managed_ssl_certificate: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_network: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_router: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_router_nat: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_ssl_policy: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_subnetwork: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_target_http_proxy: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_target_https_proxy: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_compute_url_map: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_container_cluster: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/ },
  google_container_node_pool: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/ },
  google_dns_managed_zone: { argument: 'name', limit: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/ },
  google_firestore_database: { argument: 'name', limit: /^[a-z][a-z0-9-]{2,61}[a-z0-9]$/ },
  google_kms_crypto_key: { argument: 'name', limit: /^[A-Za-z0-9_-]{1,63}$/ },
  google_kms_key_ring: { argument: 'name', limit: /^[A-Za-z0-9_-]{1,63}$/ },
  google_logging_project_exclusion: { argument: 'name', limit: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/ },
  google_pubsub_topic: { argument: 'name', limit: /^[A-Za-z][A-Za-z0-9._~%+-]{2,254}$/ },
  google_secret_manager_secret: { argument: 'secret_id', limit: /^[A-Za-z0-9_-]{1,255}$/ },
  google_storage_bucket: { argument: 'name', limit: /^(?!goog)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/ },
  google_service_account: { argument: 'account_id', limit: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/ },
};

/** Grants, records of a zone and project-wide settings have no name of their own. */
const nameless =
  /_iam_(member|member_remove|audit_config)$|^google_project(_service)?$|^google_(binary_authorization_policy|dns_record_set)$/;

test.each(stacks)("%s: every name carries the bakery's name and fits Google's limit", (_, { bakery, resources }) => {
  for (const { type, config } of resources.filter((each) => !nameless.test(each.type))) {
    const { argument, limit } = named[type] ?? fail(type);
    expect(config[argument]).toMatch(limit);
    expect(`${config[argument]}-`).toMatch(new RegExp(`^${bakery.name}-`));
  }
});

test.each(stacks)('%s: no two resources of a type share a name', (_, { resources }) => {
  const names = resources
    .filter(({ type }) => named[type])
    .map(({ type, config }) => `${type} ${config[named[type].argument]}`);
  expect(new Set(names).size).toBe(names.length);
});

test('two bakeries of one project share no name', () => {
  const [, first] = stacks.find(([title]) => title === 'smallest') ?? fail('smallest');
  const [, second] = stacks.find(([title]) => title === 'longest-name') ?? fail('longest-name');
  const names = ({ type, config }: Resource) => (named[type] ? [`${type} ${config[named[type].argument]}`] : []);
  const taken = new Set(first.resources.flatMap(names));
  expect(second.resources.flatMap(names).filter((name) => taken.has(name))).toEqual([]);
});

test.each(stacks)('%s: everything is labelled with its bakery', (_, stack) => {
  const { settings, name } = stack.bakery;
  const labels = { bakery: name, 'managed-by': 'tezos-bakery', ...settings.google.labels };
  expect(stack.json.provider.google[0]).toMatchObject({ default_labels: labels });
  if (settings.cluster.existing) return;
  expect(at(stack, 'google_container_cluster.bakery').resource_labels).toEqual(labels);
  expect(at(stack, 'google_container_node_pool.baking').node_config.resource_labels).toEqual(labels);
});

test('tearing the test bakery down ends the rotation of every key, which would be paid for ever, and then its versions', () => {
  const guide = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
  const lines = guide.split('\n').filter((line) => line.startsWith('gcloud kms keys '));
  const keys = ofType(stackOf(fixtures().bakingnet), 'google_kms_crypto_key').filter((key) => key.rotation_period);
  expect(keys.length).toBeGreaterThan(0);
  for (const { name } of keys) {
    const where = '--keyring=bakingnet-encryption --location=europe-west4 --project=example-bakery-test';
    const stop = lines.indexOf(`gcloud kms keys update ${name} --remove-rotation-schedule ${where}`);
    const destroy = lines.indexOf(`gcloud kms keys versions destroy VERSION --key=${name} ${where}`);
    expect(stop).toBeGreaterThan(-1);
    expect(destroy).toBeGreaterThan(stop);
  }
});

function fail(what: string): never {
  throw new Error(`nothing is known of ${what}: add it to the table`);
}
