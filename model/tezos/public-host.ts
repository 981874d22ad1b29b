import { addressNumber, isPublicAddress } from '../google/cidr';
import { parsedUrl } from './witnesses';

/** Parts of letters, digits and dashes between dots, two of them at least; the last one is no number. */
const DNS_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Names that lead to the machine itself, or nowhere beyond it (RFC 6761, RFC 6762). */
const LOCAL = /(^|\.)(localhost|localdomain|local|invalid|internal)$/;

/** Whether the internet may know the host by this text, in whichever spelling: a name in the DNS, or a public IPv4 address. */
export function isPublicHost(text: string): boolean {
  const host = parsedUrl(`https://${text}/`)?.hostname.replace(/\.$/, '');
  if (host === undefined) return false;
  if (addressNumber(host) === undefined) return DNS_NAME.test(host) && !LOCAL.test(host);
  return isPublicAddress(host);
}

/** The same of the host in a URL. */
export function hasPublicHost(url: string): boolean {
  const host = /^https:\/\/([^/:]+)/i.exec(url)?.[1];
  return host !== undefined && isPublicHost(host);
}

/** The same of `host`, `host:port` or `host:port#peer-id`; the port must exist too. */
export function isPublicPeer(peer: string): boolean {
  const [, host, port = '1'] = /^([^:#]+)(?::(\d+))?/.exec(peer) ?? [];
  return host !== undefined && isPublicHost(host) && Number(port) >= 1 && Number(port) <= 65_535;
}
