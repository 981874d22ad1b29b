import { ComputeBackendBucket } from '@cdktf/provider-google/lib/compute-backend-bucket';
import { ComputeGlobalAddress } from '@cdktf/provider-google/lib/compute-global-address';
import { ComputeGlobalForwardingRule } from '@cdktf/provider-google/lib/compute-global-forwarding-rule';
import { ComputeManagedSslCertificate } from '@cdktf/provider-google/lib/compute-managed-ssl-certificate';
import { ComputeSslPolicy } from '@cdktf/provider-google/lib/compute-ssl-policy';
import { ComputeTargetHttpProxy } from '@cdktf/provider-google/lib/compute-target-http-proxy';
import { ComputeTargetHttpsProxy } from '@cdktf/provider-google/lib/compute-target-https-proxy';
import { ComputeUrlMap } from '@cdktf/provider-google/lib/compute-url-map';
import { LoggingProjectExclusion } from '@cdktf/provider-google/lib/logging-project-exclusion';
import type { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { siteDomainName, siteName } from '../model/google/names';
import { type DomainSettings, siteHeaders } from '../model/site';
import type { StackContext } from './stack-context';

/** The global one that takes headers and redirects; `EXTERNAL` is its classic predecessor. */
const SCHEME = 'EXTERNAL_MANAGED';

const redirectName = (bakery: string) => `${siteName(bakery)}-redirect`;

interface Behind {
  readonly bucket: StorageBucket;
  readonly domain: DomainSettings;
}

/** In front of the site's bucket, at an address that the domain's record names. Answers the address. */
export function siteLoadBalancer(context: StackContext, behind: Behind): string {
  const { stack, bakery, api } = context;
  const address = new ComputeGlobalAddress(stack, 'site_address', {
    name: siteName(bakery.name),
    addressType: 'EXTERNAL',
    ipVersion: 'IPV4',
    dependsOn: api('compute'),
    lifecycle: { preventDestroy: true }, // with another one the record would lead to somebody else
  });
  forgetVisitors(context);
  overHttps(context, behind, address);
  overHttp(context, address);
  return address.address;
}

/**
 * Google logs each request to a load balancer in front of a bucket, with the visitor's address and the page, and this cannot
 * be turned off (Cloud Load Balancing, "Logging"). So entries are thrown away before the project keeps them.
 */
function forgetVisitors({ stack, bakery, project, api }: StackContext): void {
  const maps = [siteName(bakery.name), redirectName(bakery.name)].map((name) => `"${name}"`);
  new LoggingProjectExclusion(stack, 'site_visitors', {
    project,
    name: `${siteName(bakery.name)}-visitors`,
    description: 'nobody keeps which visitor looks at which account',
    filter: `resource.type="http_load_balancer" AND resource.labels.url_map_name=(${maps.join(' OR ')})`,
    dependsOn: api('logging'),
  });
}

/**
 * Keeps what objects say of themselves, and no more: data for a year under names that never change, pages for a minute.
 * So nothing is ever invalidated. Neither an old page while there is a new one, nor that a page is missing.
 */
function backend({ stack, bakery, api }: StackContext, { bucket, domain }: Behind): ComputeBackendBucket {
  return new ComputeBackendBucket(stack, 'site_backend', {
    name: siteName(bakery.name),
    bucketName: bucket.name,
    enableCdn: true,
    cdnPolicy: {
      cacheMode: 'USE_ORIGIN_HEADERS',
      serveWhileStale: 0,
      negativeCaching: false,
      requestCoalescing: true,
    },
    compressionMode: 'AUTOMATIC',
    customResponseHeaders: siteHeaders(domain),
    dependsOn: api('compute'),
  });
}

function overHttps(context: StackContext, behind: Behind, address: ComputeGlobalAddress): void {
  const { stack, bakery, api } = context;
  const name = siteName(bakery.name);
  const urls = new ComputeUrlMap(stack, 'site_urls', {
    name,
    defaultService: backend(context, behind).id,
    dependsOn: api('compute'),
  });
  const certificate = new ComputeManagedSslCertificate(stack, 'site_certificate', {
    name: siteDomainName(bakery.name, behind.domain.name),
    managed: { domains: [behind.domain.name] },
    dependsOn: api('compute'),
    lifecycle: { createBeforeDestroy: true }, // one that is used cannot go
  });
  const policy = new ComputeSslPolicy(stack, 'site_tls', {
    name,
    profile: 'RESTRICTED',
    minTlsVersion: 'TLS_1_2',
    dependsOn: api('compute'),
  });
  const proxy = new ComputeTargetHttpsProxy(stack, 'site_https', {
    name,
    urlMap: urls.id,
    sslCertificates: [certificate.id],
    sslPolicy: policy.id,
  });
  forwarding(context, { id: 'https', port: '443', target: proxy.id, address });
}

/** Whoever comes without TLS is sent to where there is. */
function overHttp(context: StackContext, address: ComputeGlobalAddress): void {
  const { stack, bakery, api } = context;
  const name = redirectName(bakery.name);
  const urls = new ComputeUrlMap(stack, 'site_redirect', {
    name,
    defaultUrlRedirect: { httpsRedirect: true, redirectResponseCode: 'MOVED_PERMANENTLY_DEFAULT', stripQuery: false },
    dependsOn: api('compute'),
  });
  const proxy = new ComputeTargetHttpProxy(stack, 'site_http', { name, urlMap: urls.id });
  forwarding(context, { id: 'http', port: '80', target: proxy.id, address });
}

interface Door {
  readonly id: 'http' | 'https';
  readonly port: string;
  readonly target: string;
  readonly address: ComputeGlobalAddress;
}

function forwarding({ stack, bakery }: StackContext, { id, port, target, address }: Door): void {
  new ComputeGlobalForwardingRule(stack, `site_${id}_door`, {
    name: `${siteName(bakery.name)}-${id}`,
    loadBalancingScheme: SCHEME,
    ipProtocol: 'TCP',
    ipAddress: address.address,
    portRange: port,
    target,
  });
}
