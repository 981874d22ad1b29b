import { type ComputeKind, digest } from './compute-kinds';
import { invalid } from './google-error';
import type { Json } from './google-routes';
import type { GoogleWorld } from './google-world';

const GLOBAL = 'projects/{project}/global';

/** Caching of a backend (Compute Engine API, backendBuckets: cdnPolicy): what nobody sends is Google's to choose. */
function cdnPolicyOf(sent: Json): Json {
  const policy = {
    cacheMode: 'CACHE_ALL_STATIC',
    negativeCaching: true,
    requestCoalescing: true,
    serveWhileStale: 86_400,
    signedUrlCacheMaxAgeSec: '0',
    ...sent,
  };
  const ttls = ['clientTtl', 'defaultTtl', 'maxTtl'].filter((field) => field in policy);
  if (policy.cacheMode === 'USE_ORIGIN_HEADERS' && ttls.length > 0)
    throw invalid(`Invalid value for field 'resource.cdnPolicy.${ttls[0]}': must not be set with USE_ORIGIN_HEADERS`);
  if (!['USE_ORIGIN_HEADERS', 'FORCE_CACHE_ALL', 'CACHE_ALL_STATIC'].includes(policy.cacheMode))
    throw invalid(`Invalid value for field 'resource.cdnPolicy.cacheMode': '${policy.cacheMode}'`);
  if (!(policy.serveWhileStale >= 0 && policy.serveWhileStale <= 604_800))
    throw invalid("Invalid value for field 'resource.cdnPolicy.serveWhileStale': from 0 to 604800");
  const byOrigin =
    policy.cacheMode === 'USE_ORIGIN_HEADERS' ? {} : { clientTtl: 3600, defaultTtl: 3600, maxTtl: 86_400 };
  return { ...byOrigin, ...policy };
}

/** "Custom headers in backend services": 16 of them, 8 KiB together, none of Google's own, none twice. */
function checkHeaders(headers: readonly string[]): void {
  const names = headers.map((header) => header.split(':')[0]!.toLowerCase());
  const wrong = headers.find((header) => !/^[A-Za-z0-9!#$%&'*+.^_`|~-]+: ?\S(.*\S)?$/.test(header));
  if (wrong !== undefined) throw invalid(`Invalid value for field 'resource.customResponseHeaders': '${wrong}'`);
  const isRefused = (name: string) => /^(x-user-ip|cdn-loop|x-goog|x-gfe|x-amz-)/.test(name);
  const refused = names.find((name, i) => isRefused(name) || names.indexOf(name) < i);
  if (refused !== undefined || headers.length > 16 || headers.join('').length > 8192)
    throw invalid(`Invalid value for field 'resource.customResponseHeaders': ${refused ?? 'too many'}`);
}

function backendBucket(sent: Json, world: GoogleWorld): Json {
  if (!world.resources.has(`storage/b/${sent.bucketName}`))
    throw invalid(`Invalid value for field 'resource.bucketName': there is no bucket '${sent.bucketName}'`);
  checkHeaders(sent.customResponseHeaders ?? []);
  return { kind: 'compute#backendBucket', enableCdn: false, ...sent, cdnPolicy: cdnPolicyOf(sent.cdnPolicy) };
}

/** Google asks the domain's resolvers whether it leads here, and that takes its time. */
function sslCertificate(sent: Json): Json {
  const domains: string[] = sent.managed?.domains ?? [];
  const isName = (domain: string) =>
    domain.length <= 63 && /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\.?$/.test(domain);
  if (sent.type !== 'MANAGED' || domains.length === 0 || domains.length > 100 || !domains.every(isName))
    throw invalid("Invalid value for field 'resource.managed.domains'");
  const domainStatus = Object.fromEntries(domains.map((domain) => [domain, 'PROVISIONING']));
  return { kind: 'compute#sslCertificate', ...sent, managed: { domains, status: 'PROVISIONING', domainStatus } };
}

function sslPolicy(sent: Json): Json {
  if (!['COMPATIBLE', 'MODERN', 'RESTRICTED', 'CUSTOM', undefined].includes(sent.profile))
    throw invalid(`Invalid value for field 'resource.profile': '${sent.profile}'`);
  const enabledFeatures = ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'];
  return { kind: 'compute#sslPolicy', profile: 'COMPATIBLE', minTlsVersion: 'TLS_1_0', enabledFeatures, ...sent };
}

function urlMap(sent: Json): Json {
  const ways = ['defaultService', 'defaultUrlRedirect'].filter((field) => sent[field]);
  if (ways.length !== 1)
    throw invalid("Invalid value for field 'resource': exactly one of defaultService, defaultUrlRedirect");
  return { kind: 'compute#urlMap', ...sent };
}

function proxy(kind: string, least: readonly string[]) {
  return (sent: Json): Json => {
    const missing = least.find((field) => !sent[field]?.length);
    if (missing) throw invalid(`Invalid value for field 'resource.${missing}': it must be set`);
    return { kind, ...sent };
  };
}

function forwardingRule(sent: Json, world: GoogleWorld): Json {
  const reserved = world.under('compute/').filter(({ kind }) => kind === 'compute#address');
  if (!reserved.some(({ address }) => address === sent.IPAddress))
    throw invalid(`Invalid value for field 'resource.IPAddress': '${sent.IPAddress}' is reserved by nobody`);
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(sent.portRange ?? '') ?? [];
  if (from === undefined || from !== to) throw invalid("Invalid value for field 'resource.portRange': one port");
  if (!/\/targetHttps?Proxies\/[^/]+$/.test(sent.target ?? ''))
    throw invalid("Invalid value for field 'resource.target'");
  const same = world.under('compute/').find((each) => {
    return (
      each.kind === 'compute#forwardingRule' && each.IPAddress === sent.IPAddress && each.portRange === `${from}-${to}`
    );
  });
  if (same && same.name !== sent.name)
    throw invalid(`Invalid value for field 'resource.IPAddress': ${same.name} has that port already`);
  return {
    kind: 'compute#forwardingRule',
    loadBalancingScheme: 'EXTERNAL',
    networkTier: 'PREMIUM',
    ...sent,
    portRange: `${from}-${to}`,
    labelFingerprint: digest(sent.labels),
  };
}

/** What an application load balancer is made of, and the address in front of it. */
export const loadBalancingKinds = {
  globalAddress: {
    path: `${GLOBAL}/addresses`,
    make: (sent, world) => ({
      kind: 'compute#address',
      addressType: 'EXTERNAL',
      networkTier: 'PREMIUM',
      ipVersion: 'IPV4',
      address: `203.0.113.${world.next() % 250}`,
      status: 'RESERVED',
      ...sent,
      labelFingerprint: digest(sent.labels),
    }),
    immutable: ['name', 'description', 'addressType', 'ipVersion'],
  },
  backendBucket: { path: `${GLOBAL}/backendBuckets`, make: backendBucket, immutable: ['name'], replaced: true },
  sslCertificate: {
    path: `${GLOBAL}/sslCertificates`,
    make: sslCertificate,
    immutable: ['name', 'description', 'managed', 'type'],
  },
  sslPolicy: {
    path: `${GLOBAL}/sslPolicies`,
    make: sslPolicy,
    immutable: ['name', 'description'],
    marks: ({ fingerprint: _, ...made }) => ({ fingerprint: digest(made) }),
  },
  urlMap: {
    path: `${GLOBAL}/urlMaps`,
    make: urlMap,
    immutable: ['name'],
    replaced: true,
    marks: ({ fingerprint: _, ...made }) => ({ fingerprint: digest(made) }),
  },
  targetHttpProxy: {
    path: `${GLOBAL}/targetHttpProxies`,
    make: proxy('compute#targetHttpProxy', ['urlMap']),
    immutable: ['name', 'description'],
    setters: { setUrlMap: 'urlMap' },
  },
  targetHttpsProxy: {
    path: `${GLOBAL}/targetHttpsProxies`,
    make: proxy('compute#targetHttpsProxy', ['urlMap', 'sslCertificates']),
    immutable: ['name', 'description'],
    setters: { setUrlMap: 'urlMap', setSslCertificates: 'sslCertificates', setSslPolicy: 'sslPolicy' },
  },
  forwardingRule: {
    path: `${GLOBAL}/forwardingRules`,
    make: forwardingRule,
    immutable: ['name', 'IPAddress', 'IPProtocol', 'portRange', 'loadBalancingScheme'],
    setters: { setTarget: 'target' },
  },
} satisfies Record<string, ComputeKind>;
