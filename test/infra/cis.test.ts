import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exceptions } from '../conformance/exceptions';
import { smallest } from '../kit/bakeries';
import { exampleBakeries, manifestsOf } from '../kit/rendered';
import { everyStack, type Json, ofType, stackOf } from './terraform';

/** CIS GKE 1.9, section 5: the items that checkov has no check for. checkov.test.ts has those that it has. */
const items = [
  '5.1.1', // images are scanned
  '5.1.2', // few people change images
  '5.1.3', // the cluster only reads images
  '5.1.4', // only trusted images run
  '5.2.2', // pods have accounts of their own
  '5.3.1', // Secrets are encrypted with a key in KMS
  '5.6.6', // a firewall on the nodes
  '5.6.7', // certificates that Google manages
  '5.7.2', // Linux auditd
  '5.9.1', // own keys for persistent disks
  '5.9.2', // own keys for boot disks
  '5.10.1', // no web UI
  '5.10.3', // a sandbox for what is not trusted
  '5.10.4', // security posture
] as const;
type Item = (typeof items)[number];

/** Tests by the file they are in, and the title by which they assert an item. */
const asserted: Partial<Record<Item, readonly [file: string, title: string]>> = {
  '5.1.1': ['cis.test.ts', 'images are scanned for vulnerabilities'],
  '5.1.2': ['identities.test.ts', 'nodes of both pools may pull from every repository, and push to none'],
  '5.1.3': ['identities.test.ts', 'nodes of both pools may pull from every repository, and push to none'],
  '5.1.4': ['project.test.ts', 'only images from registries of the bakeries of the project run'],
  '5.2.2': [
    'identities.test.ts',
    'belong to the pod that the chart gives that service account, once the identity pool exists',
  ],
  '5.3.1': ['checkov.test.ts', 'CIS GKE 5.3.1'],
  '5.6.6': ['vpc.test.ts', 'nothing comes in that no rule allows, and attempts are logged'],
  '5.6.7': ['cis.test.ts', 'no HTTP is published, so there is no certificate to manage'],
  '5.10.1': ['cis.test.ts', 'the cluster has no web UI'],
  '5.10.4': ['checkov.test.ts', 'CIS GKE 5.10.4'],
};

const rows = exceptions.filter(({ judge }) => judge === 'CIS GKE');

test.each(items)('CIS GKE %s is asserted by a test, or is in the table of exceptions; never both', (item) => {
  const excepted = rows.some(({ check }) => check === item);
  expect([item, excepted]).toEqual([item, asserted[item] === undefined]);
  const [file, title] = asserted[item] ?? [];
  if (!file) return;
  const source = readFileSync(join(__dirname, file), 'utf8');
  expect(source.includes(`test('${title}'`) || source.includes(`checks: '${title}'`)).toBe(true);
});

const stacks = Object.values(everyStack());
const manifests = Object.values(exampleBakeries()).flatMap(manifestsOf);
const nodeConfigs = stacks.flatMap((stack) => [
  ...ofType(stack, 'google_container_node_pool').map(({ node_config }) => node_config),
  ...ofType(stack, 'google_container_cluster').map(({ node_config }) => node_config),
]);
const none = (of: Json[], argument: string) => of.length > 0 && of.every((each) => each[argument] === undefined);

/** What an exception excuses is really not there: once it is, its row has to go. */
const missing: Record<string, () => boolean> = {
  '5.7.2': () => !manifests.some(({ kind }) => kind === 'DaemonSet'),
  '5.9.1': () => {
    const classes = manifests.filter(({ kind }) => kind === 'StorageClass');
    return none(
      classes.map(({ parameters }) => parameters),
      'disk-encryption-kms-key',
    );
  },
  '5.9.2': () => none(nodeConfigs, 'boot_disk_kms_key'),
  '5.10.3': () => none(nodeConfigs, 'sandbox_config'),
};

test('every exception that checkov cannot judge excuses something', () => {
  expect(rows.map(({ check }) => check)).toEqual(Object.keys(missing));
  for (const { check } of rows) expect([check, missing[check]()]).toEqual([check, true]);
});

test('images are scanned for vulnerabilities', () => {
  for (const repository of ofType(stackOf(smallest()), 'google_artifact_registry_repository')) {
    expect(repository.vulnerability_scanning_config).toEqual({ enablement_config: 'INHERITED' });
    expect(repository.depends_on).toContain('google_project_service.containerscanning');
  }
});

test('no HTTP is published, so there is no certificate to manage', () => {
  expect(manifests.filter(({ kind }) => /^(Ingress|Gateway|HTTPRoute|ManagedCertificate)$/.test(kind))).toEqual([]);
});

test('the cluster has no web UI', () => {
  for (const { addons_config } of stacks.flatMap((stack) => ofType(stack, 'google_container_cluster'))) {
    expect(addons_config).not.toHaveProperty('kubernetes_dashboard');
  }
});
