/** An IPv4 network in CIDR notation; its address has no bit set behind the prefix. */
export interface Cidr {
  readonly text: string;
  /** First address, as an unsigned 32-bit number. */
  readonly first: number;
  readonly prefix: number;
}

/** No leading zeros: some parsers read 010 as eight. */
const OCTET = '(0|[1-9]\\d{0,2})';
const ADDRESS_PATTERN = new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}$`);
const CIDR_PATTERN = /^([\d.]+)\/(0|[1-9]\d?)$/;

/** What is wrong with the text, as the end of a sentence that starts with it; undefined when nothing is. */
export function cidrProblem(text: string): string | undefined {
  const [, address, prefixText] = CIDR_PATTERN.exec(text) ?? [];
  if (address === undefined) return 'is not an IPv4 network such as 10.0.0.0/22';
  const number = addressNumber(address);
  if (number === undefined) return 'is not an IPv4 network: four numbers from 0 to 255, then a slash and a prefix';
  const prefix = Number(prefixText);
  if (prefix > 32) return 'has a prefix beyond /32';
  const first = networkOf(number, prefix);
  return first === number
    ? undefined
    : `has bits set behind the prefix: the network is ${addressText(first)}/${prefix}`;
}

/** Throws on text that {@link cidrProblem} objects to. */
export function parseCidr(text: string): Cidr {
  const problem = cidrProblem(text);
  if (problem) throw new Error(`"${text}" ${problem}`);
  const [address, prefix] = text.split('/') as [string, string];
  return { text, first: addressNumber(address)!, prefix: Number(prefix) };
}

/** An IPv4 address as an unsigned 32-bit number; undefined if the text is none. */
export function addressNumber(text: string): number | undefined {
  const octets = ADDRESS_PATTERN.exec(text)?.slice(1).map(Number);
  if (!octets || octets.some((value) => value > 255)) return undefined;
  return octets.reduce((number, value) => number * 256 + value, 0);
}

export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** Number of addresses. */
export function size({ prefix }: Cidr): number {
  return 2 ** (32 - prefix);
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.prefix <= inner.prefix && networkOf(inner.first, outer.prefix) === outer.first;
}

export function containsAddress(network: Cidr, address: string): boolean {
  const number = addressNumber(address);
  return number !== undefined && networkOf(number, network.prefix) === network.first;
}

/** Two networks either nest or are apart. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return contains(a, b) || contains(b, a);
}

/** Number of addresses that at least one of the networks holds. */
function sizeOfAll(networks: readonly Cidr[]): number {
  let [total, end] = [0, 0];
  for (const network of [...networks].sort((a, b) => a.first - b.first || a.prefix - b.prefix)) {
    const last = network.first + size(network);
    total += Math.max(0, last - Math.max(end, network.first));
    end = Math.max(end, last);
  }
  return total;
}

/** Networks that hold a 128th of all addresses together are not those of people one knows. */
const SHORTEST_PREFIX = 8;

/** Whether these networks let in everybody, one of them or all together; what is none, or private, lets in nobody. */
export function letInEverybody(ranges: readonly string[]): boolean {
  const networks = ranges.filter((range) => !cidrProblem(range)).map(parseCidr);
  return sizeOfAll(networks.filter(reachesInternet)) >= 2 ** (33 - SHORTEST_PREFIX);
}

/** The longest prefix (smallest network) that holds this many addresses. */
export function prefixFor(addresses: number): number {
  return 32 - Math.ceil(Math.log2(addresses));
}

/** Without bit operators: shifts by 32 are shifts by 0, and the result would be signed. */
function networkOf(number: number, prefix: number): number {
  return number - (number % 2 ** (32 - prefix));
}

/** A block of addresses that the internet does not route. */
interface PrivateRange {
  readonly cidr: string;
  readonly what: string;
  /** `inside`: a VPC may hold it; `nowhere`: none does; `examples`: it stands in texts for addresses of the internet. */
  readonly found: 'inside' | 'nowhere' | 'examples';
}

/**
 * What is not the internet: exceptions of a policy that lets a pod reach "the internet".
 * IANA, "IPv4 Special-Purpose Address Registry", and the multicast block; VPC, "Subnets" (valid IPv4 ranges).
 */
export const privateRanges: readonly PrivateRange[] = [
  { cidr: '0.0.0.0/8', what: 'this network', found: 'nowhere' },
  { cidr: '10.0.0.0/8', what: 'private (RFC 1918)', found: 'inside' },
  { cidr: '100.64.0.0/10', what: 'carrier-grade NAT (RFC 6598); GKE also takes pod ranges from it', found: 'inside' },
  { cidr: '127.0.0.0/8', what: 'loopback', found: 'nowhere' },
  {
    cidr: '169.254.0.0/16',
    what: "link-local, and Google's metadata server, which hands out credentials",
    found: 'nowhere',
  },
  { cidr: '172.16.0.0/12', what: 'private (RFC 1918)', found: 'inside' },
  { cidr: '192.0.0.0/24', what: 'protocol assignments', found: 'inside' },
  { cidr: '192.0.2.0/24', what: 'documentation', found: 'examples' },
  { cidr: '192.168.0.0/16', what: 'private (RFC 1918)', found: 'inside' },
  { cidr: '198.18.0.0/15', what: 'benchmarking', found: 'inside' },
  { cidr: '198.51.100.0/24', what: 'documentation', found: 'examples' },
  { cidr: '203.0.113.0/24', what: 'documentation', found: 'examples' },
  { cidr: '224.0.0.0/4', what: 'multicast', found: 'nowhere' },
  { cidr: '240.0.0.0/4', what: 'reserved, and broadcast', found: 'inside' },
];

/** Whether somebody on the internet may have an address of the network. */
export function reachesInternet(network: Cidr): boolean {
  return !privateRanges.some(({ cidr, found }) => found !== 'examples' && contains(parseCidr(cidr), network));
}

/** Whether somebody on the internet may dial it: four numbers, and no address of a block that the internet does not route. */
export function isPublicAddress(text: string): boolean {
  return addressNumber(text) !== undefined && !privateRanges.some(({ cidr }) => containsAddress(parseCidr(cidr), text));
}
