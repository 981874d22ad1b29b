import { GoogleStandIn } from '../google/google-stand-in';

let google: GoogleStandIn;

beforeEach(async () => {
  google = await GoogleStandIn.start();
  const project = google.world.addProject('bakery');
  for (const api of ['compute', 'dns', 'storage']) google.world.enable(project, `${api}.googleapis.com`);
  await ask('POST', 'storage.googleapis.com/storage/v1/b?project=bakery', { name: 'bakery-site' });
});

afterEach(() => google.stop());

async function ask(method: string, path: string, body?: object): Promise<{ status: number; json: any }> {
  const answer = await fetch(`${google.url}/${path}`, { method, body: body && JSON.stringify(body) });
  return { status: answer.status, json: await answer.json() };
}

const COMPUTE = 'compute.googleapis.com/compute/v1/projects/bakery/global';
const make = (kind: string, body: object) => ask('POST', `${COMPUTE}/${kind}`, { name: 'site', ...body });
const shown = async (kind: string) => (await ask('GET', `${COMPUTE}/${kind}/site`)).json;
const link = (kind: string) => `projects/bakery/global/${kind}/site`;

/** A load balancer up to its proxy. */
async function makeProxy(): Promise<void> {
  await make('backendBuckets', { bucketName: 'bakery-site', enableCdn: true });
  await make('urlMaps', { defaultService: link('backendBuckets') });
  await make('sslCertificates', { type: 'MANAGED', managed: { domains: ['payouts.example.org'] } });
  await make('targetHttpsProxies', { urlMap: link('urlMaps'), sslCertificates: [link('sslCertificates')] });
}

describe('a backend bucket', () => {
  const refused = async (body: object) => (await make('backendBuckets', { bucketName: 'bakery-site', ...body })).status;

  test('serves old pages for a day, and remembers that one is missing, where nobody says otherwise', async () => {
    await make('backendBuckets', { bucketName: 'bakery-site' });
    expect((await shown('backendBuckets')).cdnPolicy).toMatchObject({ serveWhileStale: 86_400, negativeCaching: true });
  });

  test.each(['clientTtl', 'defaultTtl', 'maxTtl'])('takes no %s where the headers of the origin count', async (ttl) => {
    expect(await refused({ cdnPolicy: { cacheMode: 'USE_ORIGIN_HEADERS', [ttl]: 0 } })).toBe(400);
    expect(await refused({ cdnPolicy: { cacheMode: 'FORCE_CACHE_ALL', [ttl]: 60 } })).toBe(200);
  });

  test.each([
    ['X-Goog-Meta: x'],
    ['no header'],
    ['X-Y:'],
    ['X-Y: a', 'x-y: b'],
    Array.from({ length: 17 }, (_, i) => `X-${i}: x`),
  ])('sends no headers such as %s', async (...customResponseHeaders) => {
    expect(await refused({ customResponseHeaders })).toBe(400);
  });

  test('is of a bucket that there is', async () => {
    expect(await refused({ bucketName: 'nowhere' })).toBe(400);
  });
});

describe('a load balancer', () => {
  test('answers at an address that is reserved, at each port once', async () => {
    await makeProxy();
    await make('addresses', {});
    const { address } = await shown('addresses');
    const rule = { target: link('targetHttpsProxies'), portRange: '443', loadBalancingScheme: 'EXTERNAL_MANAGED' };
    expect((await make('forwardingRules', { ...rule, IPAddress: '198.51.100.1' })).status).toBe(400);
    expect((await make('forwardingRules', { ...rule, IPAddress: address })).status).toBe(200);
    expect(await shown('forwardingRules')).toMatchObject({ portRange: '443-443', IPAddress: address });
    expect((await make('forwardingRules', { ...rule, name: 'other', IPAddress: address })).status).toBe(400);
  });

  test('goes from the door to the bucket: nothing goes that something else speaks of', async () => {
    await makeProxy();
    const remove = async (kind: string) => (await ask('DELETE', `${COMPUTE}/${kind}/site`)).status;
    expect(await remove('sslCertificates')).toBe(400);
    expect(await remove('urlMaps')).toBe(400);
    expect(await remove('backendBuckets')).toBe(400);
    for (const kind of ['targetHttpsProxies', 'urlMaps', 'sslCertificates', 'backendBuckets'])
      expect([kind, await remove(kind)]).toEqual([kind, 200]);
  });

  test('takes another certificate in place, by the verb that has no `global` in its path', async () => {
    await makeProxy();
    const managed = { domains: ['rewards.example.org'] };
    await make('sslCertificates', { name: 'other', type: 'MANAGED', managed });
    const verb = 'compute.googleapis.com/compute/v1/projects/bakery/targetHttpsProxies/site/setSslCertificates';
    const { status } = await ask('POST', verb, { sslCertificates: ['projects/bakery/global/sslCertificates/other'] });
    expect(status).toBe(200);
    expect((await shown('targetHttpsProxies')).sslCertificates).toEqual([expect.stringMatching(/\/other$/)]);
    expect((await ask('DELETE', `${COMPUTE}/sslCertificates/site`)).status).toBe(200);
  });

  test('sends to a service or elsewhere, and never both', async () => {
    await make('backendBuckets', { bucketName: 'bakery-site' });
    const elsewhere = { defaultUrlRedirect: { httpsRedirect: true, stripQuery: false } };
    expect((await make('urlMaps', { ...elsewhere, defaultService: link('backendBuckets') })).status).toBe(400);
    expect((await make('urlMaps', {})).status).toBe(400);
    expect((await make('urlMaps', elsewhere)).status).toBe(200);
  });

  test('has no certificate on the day that it asks for one', async () => {
    await makeProxy();
    expect((await shown('sslCertificates')).managed.status).toBe('PROVISIONING');
  });
});

describe('a zone', () => {
  const ZONES = 'dns.googleapis.com/api/dns/v1/projects/bakery/managedZones';
  /** As the provider's other client calls it. */
  const SITE = 'dns.googleapis.com/dns/v1/projects/bakery/managedZones/site';
  const zone = { name: 'site', dnsName: 'payouts.example.org.', description: 'x', dnssecConfig: { state: 'on' } };
  const record = { name: zone.dnsName, type: 'A', ttl: 300, rrdatas: ['203.0.113.9'] };
  const change = (body: object) => ask('POST', `${SITE}/changes`, body);
  beforeEach(() => ask('POST', ZONES, zone));

  test('is signed, has servers, and the records that each has by itself', async () => {
    const { json } = await ask('GET', `${ZONES}/site`);
    expect(json).toMatchObject({ dnsName: zone.dnsName, dnssecConfig: { state: 'on', nonExistence: 'nsec3' } });
    expect(json.nameServers).toHaveLength(4);
    expect(json).not.toHaveProperty('rrsets');
    const { rrsets } = (await ask('GET', `${SITE}/rrsets`)).json;
    expect(rrsets.map(({ type }: any) => type)).toEqual(['NS', 'SOA']);
  });

  test('that is public tells nobody for whom it is visible, though the provider sends an empty list', async () => {
    const sent = { ...zone, privateVisibilityConfig: { networks: [] } };
    expect((await ask('PUT', `${ZONES}/site`, sent)).status).toBe(200);
    expect((await ask('GET', `${ZONES}/site`)).json).not.toHaveProperty('privateVisibilityConfig');
  });

  test('is there once, under a name with the dot of the root', async () => {
    expect((await ask('POST', ZONES, zone)).status).toBe(409);
    expect((await ask('POST', ZONES, { ...zone, name: 'other', dnsName: 'payouts.example.org' })).status).toBe(400);
  });

  test('takes changes that fit, whole or not at all, which are done at the first question', async () => {
    const told = await change({ additions: [record] });
    expect([told.status, told.json.status]).toEqual([200, 'pending']);
    expect((await ask('GET', `${SITE}/changes/${told.json.id}`)).json.status).toBe('done');
    expect((await change({ additions: [record] })).status).toBe(409);
    expect((await change({ deletions: [{ ...record, rrdatas: ['203.0.113.8'] }] })).status).toBe(412);
    expect((await change({ additions: [{ ...record, name: 'example.org.' }] })).status).toBe(400);
    const both = { deletions: [record], additions: [{ ...record, rrdatas: ['not an address'] }] };
    expect((await change(both)).status).toBe(400);
    const { rrsets } = (await ask('GET', `${SITE}/rrsets?name=${record.name}&type=A`)).json;
    expect(rrsets).toEqual([{ ...record, kind: 'dns#resourceRecordSet' }]);
  });

  test('with records of its own stays', async () => {
    await change({ additions: [record] });
    expect((await ask('DELETE', `${ZONES}/site`)).status).toBe(400);
    await change({ deletions: [record] });
    expect((await ask('DELETE', `${ZONES}/site`)).status).toBe(200);
  });
});

test('what a project is not to keep of its logs has a name, a filter, and can be changed and taken away', async () => {
  const ALL = 'logging.googleapis.com/v2/projects/bakery/exclusions';
  const exclusion = { name: 'site-visitors', filter: 'resource.type="http_load_balancer"' };
  expect((await ask('POST', ALL, { ...exclusion, name: '.site' })).status).toBe(400);
  expect((await ask('POST', ALL, { name: 'site-visitors' })).status).toBe(400);
  expect((await ask('POST', ALL, exclusion)).status).toBe(200);
  expect((await ask('POST', ALL, exclusion)).status).toBe(409);
  const changed = { filter: 'severity=DEFAULT', description: 'x' };
  await ask('PATCH', `${ALL}/site-visitors?updateMask=filter`, changed);
  expect((await ask('GET', `${ALL}/site-visitors`)).json).toEqual({ ...exclusion, filter: changed.filter });
  expect((await ask('DELETE', `${ALL}/site-visitors`)).status).toBe(200);
  expect((await ask('GET', `${ALL}/site-visitors`)).status).toBe(404);
});
