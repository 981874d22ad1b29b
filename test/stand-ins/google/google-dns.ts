import { exists, GoogleError, invalid, notFound } from './google-error';
import type { Call, Json, Routes } from './google-routes';
import type { GoogleWorld } from './google-world';

const ZONES = 'projects/{project}/managedZones';
const ONE = `${ZONES}/{zone}`;

/** A set of records, as Cloud DNS has it. */
interface Rrset {
  readonly kind: string;
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly rrdatas: readonly string[];
}

const full = ({ at }: Pick<Call, 'at'>) => `dns/projects/${at.project}/managedZones/${at.zone}`;

/** Cloud DNS: zones, and changes of their records, which are all or nothing. */
export function cloudDns(world: GoogleWorld): Routes {
  return {
    [`POST ${ZONES}`]: ({ path, body }) => {
      const name = `dns/${path}/${body.name}`;
      if (world.resources.has(name)) throw exists(body.name);
      world.resources.set(name, { ...makeZone(world, body), rrsets: firstRecords(body.dnsName) });
      return shown(world.get(name));
    },
    [`GET ${ONE}`]: (call) => shown(world.get(full(call))),
    [`PUT ${ONE}`]: (call) => {
      const zone = world.get(full(call));
      if (call.body.dnsName !== zone.dnsName || call.body.name !== zone.name)
        throw invalid('entity.managedZone: immutable');
      Object.assign(zone, ownOf(call.body), { dnssecConfig: dnssecOf(call.body.dnssecConfig) });
      const operation = { kind: 'dns#operation', id: String(world.next()), status: 'done', type: 'update' };
      return operation;
    },
    [`DELETE ${ONE}`]: (call) => {
      const { rrsets, dnsName } = world.get(full(call));
      if (rrsets.some((each: Rrset) => !isOfZone(each, dnsName)))
        throw new GoogleError(
          400,
          "The resource named 'zone' cannot be deleted because it contains one or more record sets",
          {
            reason: 'containerNotEmpty',
          },
        );
      world.resources.delete(full(call));
      return {};
    },
    [`GET ${ONE}/rrsets`]: (call) => {
      const [name, type] = ['name', 'type'].map((field) => call.query.get(field));
      const all: Rrset[] = world.get(full(call)).rrsets;
      const rrsets = all.filter((each) => (!name || each.name === name) && (!type || each.type === type));
      return { kind: 'dns#resourceRecordSetsListResponse', rrsets };
    },
    [`POST ${ONE}/changes`]: (call) => change(world, call),
    [`GET ${ONE}/changes/{change}`]: ({ path }) => world.operationNamed(path),
  };
}

const shown = ({ rrsets: _, ...zone }: Json): Json => zone;

function makeZone(world: GoogleWorld, sent: Json): Json {
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(sent.name ?? ''))
    throw invalid(`entity.managedZone.name: '${sent.name}'`);
  if (!/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+$/.test(sent.dnsName ?? ''))
    throw invalid(`entity.managedZone.dnsName: '${sent.dnsName}'`);
  if (!sent.description) throw invalid('entity.managedZone.description: it must be set');
  const id = world.next();
  return {
    kind: 'dns#managedZone',
    visibility: 'public',
    cloudLoggingConfig: { kind: 'dns#managedZoneCloudLoggingConfig', enableLogging: false },
    ...ownOf(sent),
    id: String(id),
    creationTime: new Date().toISOString(),
    nameServers: [1, 2, 3, 4].map((i) => `ns-cloud-a${i}.googledomains.com.`),
    dnssecConfig: dnssecOf(sent.dnssecConfig),
  };
}

/** Of a public zone too the provider sends for whom it is visible, an empty list, and Cloud DNS tells none back. */
function ownOf({ privateVisibilityConfig: { networks = [], gkeClusters = [] } = {} as Json, ...sent }: Json): Json {
  if (networks.length + gkeClusters.length > 0) throw invalid('the stand-in has public zones alone');
  return sent;
}

function dnssecOf(sent: Json = {}): Json {
  const key = (keyType: string, keyLength: number) => {
    return { kind: 'dns#dnsKeySpec', algorithm: 'rsasha256', keyType, keyLength };
  };
  const defaultKeySpecs = [key('keySigning', 2048), key('zoneSigning', 1024)];
  return { kind: 'dns#managedZoneDnsSecConfig', state: 'off', nonExistence: 'nsec3', defaultKeySpecs, ...sent };
}

/** Those that a zone has by itself, and keeps. */
function firstRecords(dnsName: string): Rrset[] {
  const kind = 'dns#resourceRecordSet';
  const servers = [1, 2, 3, 4].map((i) => `ns-cloud-a${i}.googledomains.com.`);
  const authority = `${servers[0]} cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300`;
  return [
    { kind, name: dnsName, type: 'NS', ttl: 21_600, rrdatas: servers },
    { kind, name: dnsName, type: 'SOA', ttl: 21_600, rrdatas: [authority] },
  ];
}

const isOfZone = ({ name, type }: Rrset, dnsName: string) => name === dnsName && ['NS', 'SOA'].includes(type);

/** What is taken away must be there, letter by letter; what is added must not. */
function change(world: GoogleWorld, call: Call): Json {
  const zone = world.get(full(call));
  const { additions = [], deletions = [] } = call.body as { additions?: Rrset[]; deletions?: Rrset[] };
  let rrsets: Rrset[] = zone.rrsets;
  for (const gone of deletions) {
    const found = rrsets.find(
      (each) => isSame(each, gone) && JSON.stringify(each.rrdatas) === JSON.stringify(gone.rrdatas),
    );
    if (!found) throw rrsets.some((each) => isSame(each, gone)) ? conditionNotMet(gone) : notFound(gone.name);
    rrsets = rrsets.filter((each) => each !== found);
  }
  for (const added of additions) {
    mustBeRecord(added, zone.dnsName);
    if (rrsets.some((each) => isSame(each, added))) throw exists(`${added.name} (${added.type})`);
    rrsets = [...rrsets, { ...added, kind: 'dns#resourceRecordSet' }];
  }
  zone.rrsets = rrsets;
  const id = String(world.next());
  const told = { kind: 'dns#change', id, status: 'pending', startTime: new Date().toISOString(), additions, deletions };
  return world.operation(`${call.path}/${id}`, told, { ...told, status: 'done' });
}

const isSame = (one: Rrset, other: Rrset) => one.name === other.name && one.type === other.type;

const conditionNotMet = ({ name, type }: Rrset) =>
  new GoogleError(412, `Precondition not met for 'entity.change.deletions[${name}][${type}]'`, {
    reason: 'conditionNotMet',
  });

const forms: Readonly<Record<string, RegExp>> = {
  A: /^(\d{1,3}\.){3}\d{1,3}$/,
  CAA: /^\d{1,3} (issue|issuewild|iodef) "[^"]*"$/,
};

function mustBeRecord({ name, type, ttl, rrdatas }: Rrset, dnsName: string): void {
  if (name !== dnsName && !name.endsWith(`.${dnsName}`)) throw invalid(`entity.change.additions.name: '${name}'`);
  const form = forms[type];
  if (!form) throw invalid(`the stand-in knows no records of type ${type}`);
  if (!(ttl >= 0) || rrdatas.length === 0 || !rrdatas.every((each) => form.test(each)))
    throw invalid(`entity.change.additions[${name}][${type}]: '${rrdatas}'`);
}
