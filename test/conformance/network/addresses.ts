import { BlockList, isIPv4 } from 'node:net';
import type { Bakery } from '../../../model/bakery';
import { addressText, parseCidr, size } from '../../../model/google/cidr';
import { type Endpoint, type NetworkPolicy, networksOf } from './endpoints';
import { notInternet } from './wanted';

/** The resolvers that are addresses; the others are pods of kube-system. */
export const resolverAddresses = ['169.254.20.10', '169.254.169.254'];

/** GKE's metadata server, as the policies of a cluster see it. */
export const metadataAddresses = {
  'metadata server': '169.254.169.254',
  'metadata server of Calico clusters': '169.254.169.252',
} as const;

/** Addresses with a name of their own. Nothing is ever sent to them. */
const named: Readonly<Record<string, string>> = {
  '8.8.4.4': 'internet',
  '2606:4700::1111': 'internet, IPv6',
  '10.200.0.9': 'private network outside the cluster',
  '172.20.0.9': 'private network outside the cluster',
  '192.168.1.9': 'private network outside the cluster',
  '100.64.3.9': 'carrier-grade NAT',
  '169.254.20.10': 'NodeLocal DNSCache',
  '169.254.169.254': 'metadata server, Cloud DNS',
  '169.254.169.252': 'metadata server of Calico clusters',
};

/**
 * What stands outside the pods. Beside the named addresses: the last one before, the first, the last and the next one
 * after every network that a policy or this part's list names. No policy can tell any other address from these.
 */
export function addressesOf({ settings }: Bakery, policies: readonly NetworkPolicy[]): Endpoint[] {
  const cluster = Object.entries(settings.google.ranges);
  const ranges = [...Object.values(settings.google.ranges), ...settings.sentries.flatMap(sourceRangesOf)];
  const networks = [...networksOf(policies), ...Object.keys(notInternet), ...ranges].filter(isNetworkOfIPv4);
  const ips = new Set([...Object.keys(named), ...ranges.map(someAddressOf), ...networks.flatMap(edgesOf)]);
  return [...ips].map((ip) => addressEndpoint(ip, cluster));
}

/** Whether anyone on the internet can have this address. */
export function isInternet({ ip, kind }: Endpoint): boolean {
  return kind === 'address' && isIPv4(ip) && !Object.keys(notInternet).some((range) => isWithin(ip, range));
}

/** Who may dial a load balancer: its ranges, without the private networks that a range happens to span. */
export function isListedCaller(endpoint: Endpoint, sourceRanges: readonly string[]): boolean {
  if (endpoint.kind !== 'address') return false;
  return sourceRanges.some((range) => {
    const spanned = Object.keys(notInternet).filter((special) => isWithin(endpoint.ip, special));
    return (
      isWithin(endpoint.ip, range) && spanned.every((special) => endsOf(range).every((end) => isWithin(end, special)))
    );
  });
}

export function sourceRangesOf(sentry: Bakery['settings']['sentries'][number]): readonly string[] {
  return sentry.loadBalancer?.sourceRanges ?? [];
}

function addressEndpoint(ip: string, cluster: readonly (readonly [string, string])[]): Endpoint {
  const [role] = cluster.find(([, range]) => isWithin(ip, range)) ?? [];
  if (role) {
    const kind = role === 'nodes' || role === 'pods' ? 'node' : 'cluster';
    return { name: `${ip} (cluster: ${role})`, kind, ip };
  }
  const special = Object.keys(notInternet).find((range) => isWithin(ip, range));
  return { name: `${ip} (${named[ip] ?? (special ? notInternet[special] : 'internet')})`, kind: 'address', ip };
}

function edgesOf(network: string): string[] {
  const cidr = parseCidr(network);
  const neighbours = [cidr.first - 1, cidr.first + size(cidr)].filter((number) => number >= 0 && number < 2 ** 32);
  return [...endsOf(network), ...neighbours.map(addressText)];
}

function endsOf(network: string): string[] {
  const cidr = parseCidr(network);
  return [cidr.first, cidr.first + size(cidr) - 1].map(addressText);
}

function someAddressOf(network: string): string {
  const cidr = parseCidr(network);
  return addressText(cidr.first + Math.floor(size(cidr) / 2));
}

function isNetworkOfIPv4(network: string): boolean {
  return isIPv4(network.split('/')[0]);
}

/** Asked of Node, not of the arithmetic that made the policies. */
export function isWithin(ip: string, network: string): boolean {
  const [first, prefix] = network.split('/');
  const list = new BlockList();
  list.addSubnet(first, Number(prefix), 'ipv4');
  return isIPv4(ip) && list.check(ip, 'ipv4');
}
