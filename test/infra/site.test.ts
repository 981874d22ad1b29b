import { siteDomainName } from '../../model/google/names';
import { siteHeaders } from '../../model/site';
import { CONTENT_SECURITY_POLICY, NOT_FOUND } from '../../programs/site-builder/site-builder.contract';
import { smallest } from '../kit/bakeries';
import { at, bucketOnly, ofType, paying, publishing, stackOf, zoneElsewhere } from './terraform';

const stack = stackOf(smallest(publishing));
const elsewhere = stackOf(smallest(zoneElsewhere));
const bare = stackOf(smallest(bucketOnly));
const writer = `\${google_service_account.site.member}`;
const domain = 'payouts.example.org';

const grantsOn = (of: typeof stack, id: string) =>
  ofType(of, 'google_storage_bucket_iam_member')
    .filter(({ bucket }) => bucket === `\${google_storage_bucket.${id}.name}`)
    .map(({ role, member }) => [role, member])
    .sort();

describe('the bucket of the payout site', () => {
  test('is read by everybody who knows a name, listed by nobody, and written by one pod', () => {
    for (const each of [stack, elsewhere, bare]) {
      expect(grantsOn(each, 'site_bucket')).toEqual([
        ['roles/storage.legacyObjectReader', 'allUsers'],
        ['roles/storage.objectUser', writer],
      ]);
    }
    const grant = at(stack, 'google_service_account_iam_member.site_workload_identity');
    expect(grant.member).toBe('serviceAccount:smallest-project.svc.id.goog[smallest-payouts/payout-site]');
    expect(ofType(stack, 'google_project_iam_member').filter(({ member }) => member === writer)).toEqual([]);
  });

  test('stays when its stack goes, and keeps what was written over for a month', () => {
    expect(at(stack, 'google_storage_bucket.site_bucket')).toMatchObject({
      name: 'smallest-site-smallest-project',
      location: 'EUROPE-WEST4',
      uniform_bucket_level_access: true,
      versioning: { enabled: true },
      lifecycle_rule: [{ action: { type: 'Delete' }, condition: { days_since_noncurrent_time: 30 } }],
      website: { main_page_suffix: 'index.html', not_found_page: NOT_FOUND },
      lifecycle: { prevent_destroy: true },
    });
  });

  test('keeps no log of who has looked at which account', () => {
    for (const each of [stack, elsewhere, bare]) {
      for (const bucket of ofType(each, 'google_storage_bucket')) expect(bucket).not.toHaveProperty('logging');
    }
    // Google logs each request of a load balancer in front of a bucket: every one of its URL maps is excluded.
    for (const each of [stack, elsewhere]) {
      const { filter, disabled } = at(each, 'google_logging_project_exclusion.site_visitors');
      const maps = ofType(each, 'google_compute_url_map')
        .map(({ name }) => name)
        .sort();
      expect(maps).toHaveLength(2);
      expect(filter).toBe(
        `resource.type="http_load_balancer" AND resource.labels.url_map_name=(${maps.map((name) => `"${name}"`).join(' OR ')})`,
      );
      expect(disabled).toBeUndefined();
    }
    expect(ofType(bare, 'google_logging_project_exclusion')).toEqual([]);
  });

  test('of a test bakery goes with it, costs no load balancer, and is what terraform output tells', () => {
    const bucket = at(bare, 'google_storage_bucket.site_bucket');
    expect(bucket.force_destroy).toBe(true);
    expect(bucket.lifecycle?.prevent_destroy).toBeUndefined();
    const types = new Set(bare.resources.map(({ type }) => type));
    expect([...types].filter((type) => /global|backend|proxy|url_map|ssl|dns/.test(type))).toEqual([]);
    expect(bare.json.output.site_url.value).toBe(
      'https://storage.googleapis.com/smallest-site-smallest-project/index.html',
    );
    for (const output of ['site_records', 'site_name_servers', 'site_ds_command'])
      expect(bare.json.output).not.toHaveProperty(output);
  });
});

describe('what was paid before', () => {
  test('lies in a bucket of its own, which nobody but the site may read', () => {
    expect(at(stack, 'google_storage_bucket.site_archive')).toMatchObject({
      name: 'smallest-archive-smallest-project',
      public_access_prevention: 'enforced',
      versioning: { enabled: true },
      lifecycle: { prevent_destroy: true },
    });
    expect(grantsOn(stack, 'site_archive')).toEqual([['roles/storage.objectViewer', writer]]);
  });

  test('needs no bucket where a bakery brings nothing along', () => {
    expect(ofType(bare, 'google_storage_bucket').map(({ name }) => name)).toEqual([
      'smallest-payouts-smallest-project',
      'smallest-site-smallest-project',
    ]);
  });
});

describe('the load balancer', () => {
  const backend = at(stack, 'google_compute_backend_bucket.site_backend');

  test('keeps what objects say of themselves, neither an old page nor that one is missing', () => {
    expect(backend).toMatchObject({
      enable_cdn: true,
      bucket_name: `\${google_storage_bucket.site_bucket.name}`,
      cdn_policy: { cache_mode: 'USE_ORIGIN_HEADERS', serve_while_stale: 0, negative_caching: false },
    });
    for (const ttl of ['client_ttl', 'default_ttl', 'max_ttl']) expect(backend.cdn_policy).not.toHaveProperty(ttl);
  });

  test('sends headers that keep others out of the pages, and more of your own in the place of ours', () => {
    expect(backend.custom_response_headers).toEqual(siteHeaders({ headers: {} }));
    expect(backend.custom_response_headers).toEqual(
      expect.arrayContaining([
        `Content-Security-Policy: ${CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`,
        'Referrer-Policy: no-referrer',
        'Strict-Transport-Security: max-age=31536000',
        'X-Content-Type-Options: nosniff',
      ]),
    );
    const own = smallest([
      ...paying,
      [['site'], { domain: { name: domain, headers: { 'referrer-policy': 'origin', 'X-Clacks': 'GNU' } } }],
    ]);
    const sent = at(stackOf(own), 'google_compute_backend_bucket.site_backend').custom_response_headers;
    const named = (name: string) => sent.filter((each: string) => each.toLowerCase().startsWith(`${name}:`));
    expect(named('referrer-policy')).toEqual(['referrer-policy: origin']);
    expect(named('x-clacks')).toEqual(['X-Clacks: GNU']);
    expect(named('x-frame-options')).toEqual(['X-Frame-Options: DENY']);
  });

  test('answers at 443 with a certificate of the domain, and with TLS that is not broken', () => {
    expect(at(stack, 'google_compute_managed_ssl_certificate.site_certificate')).toMatchObject({
      managed: { domains: [domain] },
      lifecycle: { create_before_destroy: true },
    });
    expect(at(stack, 'google_compute_target_https_proxy.site_https')).toMatchObject({
      url_map: `\${google_compute_url_map.site_urls.id}`,
      ssl_certificates: [`\${google_compute_managed_ssl_certificate.site_certificate.id}`],
      ssl_policy: `\${google_compute_ssl_policy.site_tls.id}`,
    });
    expect(at(stack, 'google_compute_ssl_policy.site_tls').min_tls_version).toBe('TLS_1_2');
    expect(at(stack, 'google_compute_global_forwarding_rule.site_https_door')).toMatchObject({
      port_range: '443',
      target: `\${google_compute_target_https_proxy.site_https.id}`,
      ip_address: `\${google_compute_global_address.site_address.address}`,
      load_balancing_scheme: 'EXTERNAL_MANAGED',
    });
  });

  test('sends whoever comes without TLS to where there is, at the same address', () => {
    expect(at(stack, 'google_compute_url_map.site_redirect').default_url_redirect).toEqual({
      https_redirect: true,
      redirect_response_code: 'MOVED_PERMANENTLY_DEFAULT',
      strip_query: false,
    });
    expect(at(stack, 'google_compute_global_forwarding_rule.site_http_door')).toMatchObject({
      port_range: '80',
      target: `\${google_compute_target_http_proxy.site_http.id}`,
      ip_address: `\${google_compute_global_address.site_address.address}`,
    });
  });

  test('gets another certificate and another zone for another domain, while the old ones are there', () => {
    const other = smallest([...paying, [['site'], { domain: { name: 'rewards.example.org' } }]]);
    for (const address of [
      'google_compute_managed_ssl_certificate.site_certificate',
      'google_dns_managed_zone.site_zone',
    ])
      expect(at(stackOf(other), address).name).not.toBe(at(stack, address).name);
  });

  test('keeps the address that a record somewhere names', () => {
    for (const each of [stack, elsewhere])
      expect(at(each, 'google_compute_global_address.site_address').lifecycle).toEqual({ prevent_destroy: true });
  });
});

describe('the domain', () => {
  const address = `\${google_compute_global_address.site_address.address}`;

  test('has a signed zone of its own, which leads to the load balancer and lets nobody else have certificates', () => {
    expect(at(stack, 'google_dns_managed_zone.site_zone')).toMatchObject({
      name: siteDomainName('smallest', domain),
      dns_name: `${domain}.`,
      visibility: 'public',
      dnssec_config: { state: 'on', non_existence: 'nsec3' },
      lifecycle: { prevent_destroy: true },
    });
    const records = ofType(stack, 'google_dns_record_set').map(({ type, rrdatas }) => [type, rrdatas]);
    expect(records).toEqual([
      ['A', [address]],
      ['CAA', ['0 issue "pki.goog"']],
    ]);
  });

  test('is delegated by what terraform output prints', () => {
    const { site_url, site_name_servers, site_ds_command, site_records } = stack.json.output;
    expect(site_url.value).toBe(`https://${domain}/`);
    expect(site_name_servers.value).toBe(`\${google_dns_managed_zone.site_zone.name_servers}`);
    expect(site_ds_command.value).toBe(
      `gcloud dns dns-keys describe 0 --zone=${siteDomainName('smallest', domain)} --project=smallest-project --format='value(ds_record())'`,
    );
    expect(site_records).toBeUndefined();
  });

  test('that is elsewhere has no zone here, and terraform output prints its record', () => {
    expect(elsewhere.resources.filter(({ type }) => type.startsWith('google_dns'))).toEqual([]);
    expect(elsewhere.json.output.site_records.value).toEqual([`${domain}. 300 IN A ${address}`]);
    expect(elsewhere.json.output).not.toHaveProperty('site_name_servers');
  });
});

test('a bakery that publishes nothing has nothing of it', () => {
  const silent = stackOf(smallest(paying));
  expect(silent.resources.filter(({ id }) => /^site_/.test(id))).toEqual([]);
  expect(Object.keys(silent.json.output).filter((name) => name.startsWith('site_'))).toEqual([]);
});
