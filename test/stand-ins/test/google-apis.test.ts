import { request } from 'node:http';
import { connect } from 'node:net';
import { writeInto } from '../google/cloud-storage';
import { GoogleStandIn } from '../google/google-stand-in';
import type { Project } from '../google/google-world';

let google: GoogleStandIn;
let project: Project;

beforeEach(async () => {
  google = await GoogleStandIn.start();
  project = google.world.addProject('bakery');
});

afterEach(() => google.stop());

async function ask(method: string, path: string, body?: object): Promise<{ status: number; json: any }> {
  const answer = await fetch(`${google.url}/${path}`, { method, body: body && JSON.stringify(body) });
  return { status: answer.status, json: await answer.json() };
}

function turnOn(...apis: string[]): void {
  for (const api of apis) google.world.enable(project, `${api}.googleapis.com`);
}

const MANAGER = 'cloudresourcemanager.googleapis.com/v1/projects/bakery';
const COMPUTE = 'compute.googleapis.com/compute/v1/projects/bakery';
const KMS = 'cloudkms.googleapis.com/v1';
const RING = 'projects/bakery/locations/europe-west4/keyRings/ring';
const KEY = `${RING}/cryptoKeys/key`;
const USES_KEYS = 'roles/cloudkms.cryptoKeyEncrypterDecrypter';

test('an API that is off is refused with the reason that Google gives', async () => {
  const off = await ask('GET', MANAGER);
  expect([off.status, off.json.error.details[0].reason]).toEqual([403, 'SERVICE_DISABLED']);
  turnOn('cloudresourcemanager');
  expect((await ask('GET', MANAGER)).json.projectNumber).toBe(project.number);
});

describe('a project that a stack makes', () => {
  const made = { projectId: 'made', name: 'made', parent: { type: 'folder', id: '42' } };
  const make = () => ask('POST', 'cloudresourcemanager.googleapis.com/v1/projects', made);
  const enableCompute = () =>
    ask('POST', 'serviceusage.googleapis.com/v1/projects/made/services/compute.googleapis.com:enable', {});

  test('is not there before, and is made once', async () => {
    google.world.announceProject('made');
    expect((await ask('GET', 'cloudresourcemanager.googleapis.com/v1/projects/made')).status).toBe(403);
    expect([(await make()).status, (await make()).status]).toEqual([200, 409]);
    const { json } = await ask('GET', 'cloudresourcemanager.googleapis.com/v1/projects/made');
    expect(json).toMatchObject({ projectId: 'made', parent: made.parent, lifecycleState: 'ACTIVE' });
  });

  test('has no machines before somebody pays, and an open network then', async () => {
    google.world.announceProject('made');
    await make();
    expect((await enableCompute()).json.error.message).toContain('Billing account for project');
    const billing = 'cloudbilling.googleapis.com/v1/projects/made/billingInfo';
    await ask('PUT', billing, { billingAccountName: 'billingAccounts/012345-6789AB-CDEF01' });
    expect((await ask('GET', billing)).json.billingEnabled).toBe(true);
    expect((await enableCompute()).status).toBe(200);
    const compute = 'compute.googleapis.com/compute/v1/projects/made/global';
    const { json: network } = await ask('GET', `${compute}/networks/default`);
    const filter = encodeURIComponent(`network eq ${network.selfLink}`);
    const { json: rules } = await ask('GET', `${compute}/firewalls?filter=${filter}`);
    expect(rules.items.map(({ name }: any) => name)).toEqual(['default-allow-ssh']);
    expect((await ask('DELETE', `${compute}/networks/default`)).status).toBe(400);
    await ask('DELETE', `${compute}/firewalls/default-allow-ssh`);
    expect((await ask('DELETE', `${compute}/networks/default`)).status).toBe(200);
  });
});

test('a budget is of a project that is there, and goes when it is deleted', async () => {
  const place = 'billingbudgets.googleapis.com/v1/billingAccounts/012345-6789AB-CDEF01/budgets';
  const amount = { specifiedAmount: { units: '900' } };
  const of = (id: string) => ({ amount, budgetFilter: { projects: [`projects/${id}`] } });
  expect((await ask('POST', place, of('nowhere'))).status).toBe(403);
  const { json: budget } = await ask('POST', place, of(project.number));
  const url = `billingbudgets.googleapis.com/v1/${budget.name}`;
  await ask('PATCH', `${url}?updateMask=amount`, { amount: { specifiedAmount: { units: '1000' } } });
  expect((await ask('GET', url)).json.amount.specifiedAmount.units).toBe('1000');
  await ask('DELETE', url);
  expect((await ask('GET', url)).status).toBe(404);
});

test('the log bucket of a project is there from the beginning', async () => {
  const bucket = 'logging.googleapis.com/v2/projects/bakery/locations/global/buckets/_Default';
  expect((await ask('GET', bucket)).json.retentionDays).toBe(30);
  await ask('PATCH', `${bucket}?updateMask=retentionDays`, { retentionDays: 90 });
  expect((await ask('GET', bucket)).json.retentionDays).toBe(90);
  expect((await ask('PATCH', `${bucket}?updateMask=retentionDays`, { retentionDays: 0 })).status).toBe(400);
});

test('an operation is running when it is told of and done when it is asked for', async () => {
  turnOn('compute');
  const told = await ask('POST', `${COMPUTE}/global/networks`, { name: 'vpc' });
  expect(told.json.status).toBe('RUNNING');
  expect((await ask('GET', `${COMPUTE}/global/operations/${told.json.name}`)).json.status).toBe('DONE');
});

test('a policy that somebody else has changed since it was read is not replaced', async () => {
  turnOn('cloudresourcemanager');
  const binding = { role: 'roles/viewer', members: ['user:one@example.com'] };
  const { json: read } = await ask('POST', `${MANAGER}:getIamPolicy`);
  google.world.policies.grant('projects/bakery', 'roles/viewer', 'user:other@example.com');
  const policy = { bindings: [binding], etag: read.etag };
  expect((await ask('POST', `${MANAGER}:setIamPolicy`, { policy })).status).toBe(409);
  expect(google.world.policies.has('projects/bakery', 'roles/viewer', 'user:other@example.com')).toBe(true);
  const { json: newer } = await ask('POST', `${MANAGER}:getIamPolicy`);
  const again = { bindings: [...newer.bindings, binding], etag: newer.etag };
  expect((await ask('POST', `${MANAGER}:setIamPolicy`, { policy: again })).status).toBe(200);
});

test.each([
  ['serviceAccount:nobody@bakery.iam.gserviceaccount.com', 'does not exist'],
  ['serviceAccount:bakery.svc.id.goog[baking/baker]', 'Identity Pool does not exist'],
  ['baker@example.com', 'Invalid principal type'],
])('nothing is granted to %s, whom Google does not know', async (member, words) => {
  turnOn('cloudresourcemanager');
  const policy = { bindings: [{ role: 'roles/viewer', members: [member] }] };
  const answer = await ask('POST', `${MANAGER}:setIamPolicy`, { policy });
  expect([answer.status, answer.json.error.message]).toEqual([400, expect.stringContaining(words)]);
});

async function makeKey(): Promise<void> {
  turnOn('cloudkms');
  await ask('POST', `${KMS}/${RING.replace(/\/ring$/, '')}?keyRingId=ring`, {});
  await ask('POST', `${KMS}/${RING}/cryptoKeys?cryptoKeyId=key`, { purpose: 'ENCRYPT_DECRYPT' });
}

test("Google's own account is not there because its API is on; once it has come it is granted a key", async () => {
  await makeKey();
  turnOn('container');
  const agent = `serviceAccount:service-${project.number}@container-engine-robot.iam.gserviceaccount.com`;
  const policy = { bindings: [{ role: USES_KEYS, members: [agent] }] };
  expect((await ask('POST', `${KMS}/${KEY}:setIamPolicy`, { policy })).status).toBe(400);
  const services = 'serviceusage.googleapis.com/v1beta1/projects/bakery/services';
  await ask('POST', `${services}/container.googleapis.com:generateServiceIdentity`);
  expect((await ask('POST', `${KMS}/${KEY}:setIamPolicy`, { policy })).status).toBe(200);
});

const CLUSTERS = 'container.googleapis.com/v1/projects/bakery/locations/europe-west4-a/clusters';

/** A network, a subnetwork, a key that GKE may use; and a cluster on them. */
async function makeCluster(): Promise<{ status: number; json: any }> {
  await makeKey();
  turnOn('compute', 'container');
  await ask('POST', `${COMPUTE}/global/networks`, { name: 'vpc' });
  const network = 'projects/bakery/global/networks/vpc';
  const nodes = { name: 'nodes', network, ipCidrRange: '10.10.0.0/24' };
  await ask('POST', `${COMPUTE}/regions/europe-west4/subnetworks`, nodes);
  const subnetwork = 'projects/bakery/regions/europe-west4/subnetworks/nodes';
  const databaseEncryption = { state: 'ENCRYPTED', keyName: KEY };
  const cluster = { name: 'bakery', network, subnetwork, initialNodeCount: 1, databaseEncryption };
  return ask('POST', CLUSTERS, { cluster });
}

test('no cluster is encrypted with a key that GKE may not use', async () => {
  expect((await makeCluster()).json.error.message).toMatch(/container-engine-robot.* may not use the key/);
});

async function makeAllowedCluster(): Promise<any> {
  const agent = google.world.makeAgent(project, 'container.googleapis.com');
  google.world.policies.grant(`kms/${KEY}`, USES_KEYS, `serviceAccount:${agent}`);
  expect((await makeCluster()).status).toBe(200);
  return (await ask('GET', `${CLUSTERS}/bakery`)).json;
}

test('a cluster shows what GKE decides by itself, and a pool that nobody asked for', async () => {
  const cluster = await makeAllowedCluster();
  expect(cluster.networkConfig.enableL4ilbSubsetting).toBe(true);
  expect(cluster.databaseEncryption.state).toBe('ALL_OBJECTS_ENCRYPTION_ENABLED');
  expect(cluster.nodePools.map(({ name }: any) => name)).toEqual(['default-pool']);
});

test('a cluster takes one known change at a time, and cannot give up what GKE turned on', async () => {
  await makeAllowedCluster();
  const update = async (fields: object) => (await ask('PUT', `${CLUSTERS}/bakery`, { update: fields })).status;
  expect(await update({ desiredReleaseChannel: { channel: 'STABLE' } })).toBe(200);
  expect((await ask('GET', `${CLUSTERS}/bakery`)).json.releaseChannel.channel).toBe('STABLE');
  expect(await update({ desiredL4ilbSubsettingConfig: { enabled: false } })).toBe(400);
  expect(await update({ desiredMadeUp: {} })).toBe(400);
  expect(await update({ desiredReleaseChannel: {}, desiredLocations: [] })).toBe(400);
});

test('groups of Google may be let in later', async () => {
  await makeAllowedCluster();
  const desiredAuthenticatorGroupsConfig = { enabled: true, securityGroup: 'gke-security-groups@example.com' };
  const update = { desiredAuthenticatorGroupsConfig };
  expect((await ask('PUT', `${CLUSTERS}/bakery`, { update })).status).toBe(200);
  const cluster = (await ask('GET', `${CLUSTERS}/bakery`)).json;
  expect(cluster.authenticatorGroupsConfig).toEqual(desiredAuthenticatorGroupsConfig);
});

test.each([
  [{ bootDisk: { sizeGb: '60' } }, 'pd-balanced', 60],
  [{ bootDisk: { diskType: 'pd-ssd' } }, 'pd-ssd', 50],
  [{ bootDisk: {}, machineType: 'e2-standard-8' }, 'pd-balanced', 50],
  [{ diskSizeGb: 60 }, 'pd-balanced', 60],
  [{ diskType: 'pd-ssd' }, 'pd-ssd', 50],
])('of a boot disk only what is sent changes: %j', async (sent, diskType, size) => {
  await makeAllowedCluster();
  const nodePool = { name: 'pool', config: { bootDisk: { diskType: 'pd-balanced', sizeGb: '50' } } };
  expect((await ask('POST', `${CLUSTERS}/bakery/nodePools`, { nodePool })).status).toBe(200);
  expect((await ask('PUT', `${CLUSTERS}/bakery/nodePools/pool`, { name: 'pool', ...sent })).status).toBe(200);
  const { config } = (await ask('GET', `${CLUSTERS}/bakery/nodePools/pool`)).json;
  expect(config).toMatchObject({ diskType, diskSizeGb: size, bootDisk: { diskType, sizeGb: String(size) } });
});

describe('a bucket', () => {
  const STORAGE = 'storage.googleapis.com/storage/v1/b';
  const iamConfiguration = { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' };
  const make = (more: object = {}) =>
    ask('POST', `${STORAGE}?project=bakery`, { name: 'a-bucket', iamConfiguration, ...more });

  test('is made once in the world, with what Google decides by itself', async () => {
    expect((await make({ location: 'europe-west4' })).json).toMatchObject({
      location: 'EUROPE-WEST4',
      storageClass: 'STANDARD',
    });
    const { json } = await ask('GET', `${STORAGE}/a-bucket`);
    expect(json.softDeletePolicy.retentionDurationSeconds).toBe('604800');
    google.world.addProject('other');
    expect((await ask('POST', `${STORAGE}?project=other`, { name: 'a-bucket' })).status).toBe(409);
    expect((await ask('POST', `${STORAGE}?project=nowhere`, { name: 'another' })).status).toBe(403);
  });

  test.each([
    [{ name: 'goog-bucket' }, 'Invalid bucket name'],
    [{ name: 'Bucket' }, 'Invalid bucket name'],
    [{ softDeletePolicy: { retentionDurationSeconds: '60' } }, 'between 7 and 90 days'],
    [{ lifecycle: { rule: [{ action: { type: 'Delete' }, condition: {} }] } }, 'at least one condition'],
    [{ madeUp: true }, 'knows no madeUp'],
  ])('is refused as Google refuses it: %j', async (sent, words) => {
    const { status, json } = await make(sent);
    expect([status, json.error.message]).toEqual([400, expect.stringContaining(words)]);
  });

  test('that is closed to the public is opened to nobody unknown', async () => {
    await make();
    const grant = async (member: string) => {
      const bindings = [{ role: 'roles/storage.objectViewer', members: [member] }];
      return (await ask('PUT', `${STORAGE}/a-bucket/iam`, { bindings })).status;
    };
    expect([await grant('allUsers'), await grant('serviceAccount:a@b.iam.gserviceaccount.com')]).toEqual([412, 400]);
    expect(await grant('user:watchtower@example.com')).toBe(200);
    const { json } = await ask('GET', `${STORAGE}/a-bucket/iam?optionsRequestedPolicyVersion=3`);
    expect(json.bindings[0].members).toEqual(['user:watchtower@example.com']);
  });

  test('goes when it is empty', async () => {
    await make();
    writeInto(google.world, 'a-bucket', 'heartbeat.json');
    expect((await ask('DELETE', `${STORAGE}/a-bucket`)).status).toBe(409);
    expect((await ask('GET', `${STORAGE}/a-bucket/o?versions=true`)).json.items).toHaveLength(1);
    await ask('DELETE', `${STORAGE}/a-bucket/o/heartbeat.json`);
    expect((await ask('DELETE', `${STORAGE}/a-bucket`)).status).toBe(200);
    expect((await ask('GET', `${STORAGE}/a-bucket`)).status).toBe(404);
  });
});

test('what something stands on cannot be deleted', async () => {
  await makeAllowedCluster();
  const refused = await ask('DELETE', `${COMPUTE}/regions/europe-west4/subnetworks/nodes`);
  expect([refused.status, refused.json.error.errors[0].reason]).toEqual([400, 'resourceInUseByAnotherResource']);
  await ask('DELETE', `${CLUSTERS}/bakery`);
  expect((await ask('DELETE', `${COMPUTE}/regions/europe-west4/subnetworks/nodes`)).status).toBe(200);
});

test('a request that the stand-in does not know is a 404 that is told to whoever judges', async () => {
  turnOn('compute');
  expect((await ask('GET', `${COMPUTE}/global/madeUp`)).status).toBe(404);
  expect([...google.world.strangers]).toEqual(['GET compute.googleapis.com/projects/bakery/global/madeUp']);
});

test('who hangs up before the proxy has refused ends nothing', async () => {
  const { port } = new URL(google.url);
  for (let i = 0; i < 20; i++) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write('CONNECT dns.googleapis.com:443 HTTP/1.1\r\n\r\n', () => socket.resetAndDestroy());
      });
      socket.on('close', () => resolve());
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  turnOn('cloudresourcemanager');
  expect((await ask('GET', MANAGER)).status).toBe(200);
});

test('nothing gets through to the real Google', async () => {
  const { HTTPS_PROXY } = google.environment();
  const status = await new Promise((resolve, reject) => {
    const asked = request(HTTPS_PROXY as string, { method: 'CONNECT', path: 'dns.googleapis.com:443' });
    asked.on('connect', ({ statusCode }) => resolve(statusCode)).on('error', reject);
    asked.end();
  });
  expect([status, ...google.world.strangers]).toEqual([403, 'CONNECT dns.googleapis.com:443']);
});
