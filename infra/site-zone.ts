import { DnsManagedZone } from '@cdktf/provider-google/lib/dns-managed-zone';
import { DnsRecordSet } from '@cdktf/provider-google/lib/dns-record-set';
import { siteDomainName } from '../model/google/names';
import { CERTIFICATE_AUTHORITY, SITE_TTL } from '../model/site';
import type { StackContext } from './stack-context';

/** A zone of the site's own. */
export interface SiteZone {
  /** A Terraform expression: the names of its servers. */
  readonly nameServers: string[];
}

/**
 * The zone of the site's domain, signed. It answers once the domain above it delegates to it: NS records, and the DS record
 * of its key. With another zone of the same name both would lead nowhere, so it stays.
 */
export function siteZone({ stack, bakery, api }: StackContext, domain: string, address: string): SiteZone {
  const zone = new DnsManagedZone(stack, 'site_zone', {
    name: siteDomainName(bakery.name, domain),
    dnsName: `${domain}.`,
    visibility: 'public',
    dnssecConfig: { state: 'on', nonExistence: 'nsec3' },
    dependsOn: api('dns'),
    lifecycle: { preventDestroy: true },
  });
  const record = (id: string, type: string, value: string) =>
    new DnsRecordSet(stack, `site_record_${id}`, {
      managedZone: zone.name,
      name: zone.dnsName,
      type,
      ttl: SITE_TTL,
      rrdatas: [value],
    });
  record('a', 'A', address);
  record('caa', 'CAA', CERTIFICATE_AUTHORITY); // nobody else is given a certificate for the domain
  return { nameServers: zone.nameServers };
}
