import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member';
import { archiveBucket, siteBucket } from '../model/google/names';
import { sitePages } from '../model/site';
import { privateBucket } from './private-bucket';
import { siteLoadBalancer } from './site-load-balancer';
import { type SiteZone, siteZone } from './site-zone';
import type { StackContext } from './stack-context';

/** So long a page that was written over, or taken away, can be had back. */
const OLD_PAGES_DAYS = 30;

/** What the rest of the stack tells of the site. */
export interface MadeSite {
  /** Of the load balancer, where there is one. */
  readonly address?: string;
  readonly zone?: SiteZone;
}

/**
 * Where delegators see what they were paid: a bucket that everybody may read and one pod may write, and in front of it,
 * where the site has a domain, a load balancer with a cache.
 */
export function payoutSite(context: StackContext, writer: ServiceAccount): MadeSite {
  const { site } = context.bakery;
  if (!site) throw new Error(`${context.bakery.name} publishes nothing`);
  const bucket = publicBucket(context, writer);
  if (site.history.length > 0) privateArchive(context, writer);
  if (!site.domain) return {};
  const address = siteLoadBalancer(context, { bucket, domain: site.domain });
  return { address, ...(site.domain.dns.cloudDns ? { zone: siteZone(context, site.domain.name, address) } : {}) };
}

/**
 * Everybody may read an object whose name he knows. Nobody may ask for the names: visitors of a page that is not there are
 * told that they may not see it. No access logs: they would say which visitor looks at which account.
 */
function publicBucket({ stack, bakery, project, api }: StackContext, writer: ServiceAccount): StorageBucket {
  const isForGood = bakery.site?.domain !== undefined;
  const bucket = new StorageBucket(stack, 'site_bucket', {
    project,
    name: siteBucket(bakery),
    location: bakery.settings.google.region.toUpperCase(), // as Google tells it back
    uniformBucketLevelAccess: true,
    publicAccessPrevention: 'inherited', // an organization may refuse it; day-one looks before
    website: { ...sitePages },
    versioning: { enabled: true },
    lifecycleRule: [{ action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: OLD_PAGES_DAYS } }],
    dependsOn: api('storage'),
    // Links of delegators lead there. Without a domain it is a test's, and goes with it.
    ...(isForGood ? { lifecycle: { preventDestroy: true } } : { forceDestroy: true }),
  });
  const may = (id: string, role: string, member: string) =>
    new StorageBucketIamMember(stack, id, { bucket: bucket.name, role, member });
  // To get an object, not to list them: roles/storage.objectViewer can do both.
  may('site_public', 'roles/storage.legacyObjectReader', 'allUsers');
  // To write over an object takes the right to delete it.
  may('site_writer', 'roles/storage.objectUser', writer.member);
  return bucket;
}

/** What was paid before payout-guard kept the records: a person puts it there, and the site's pod reads it. */
function privateArchive(context: StackContext, reader: ServiceAccount): void {
  const bucket = privateBucket(context, 'site_archive', {
    name: archiveBucket(context.bakery),
    versioning: { enabled: true },
    lifecycle: { preventDestroy: true },
  });
  new StorageBucketIamMember(context.stack, 'site_archive_reader', {
    bucket: bucket.name,
    role: 'roles/storage.objectViewer',
    member: reader.member,
  });
}
