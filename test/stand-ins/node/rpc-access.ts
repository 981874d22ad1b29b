import { isIP } from 'node:net';
import { type Address, parseAddress } from '../kit/http-server';
import { Exit } from '../kit/program';
import type { Release } from '../kit/release';
import type { NodeConfig } from './config-file';

/**
 * Who may ask what (octez.md 3.3; RPC_server.ml): everything on loopback; on any other address the secure list, unless
 * --allow-all-rpc or the configuration's `acl` name that address. 7.5 has no lists: everything is open.
 */
const SECURE: readonly RegExp[] = [
  /^GET \/version$/,
  /^GET \/chains\/[^/]+\/(chain_id|is_bootstrapped|checkpoint|invalid_blocks)$/,
  /^GET \/chains\/[^/]+\/levels\//,
  /^GET \/chains\/[^/]+\/blocks$/,
  /^GET \/chains\/[^/]+\/blocks\/[^/]+$/,
  /^GET \/chains\/[^/]+\/blocks\/[^/]+\/(hash|header|metadata|operations|operation_hashes|protocols|live_blocks|votes|context)(\/|$)/,
  /^GET \/chains\/[^/]+\/blocks\/[^/]+\/helpers\/current_level$/,
  /^GET \/chains\/[^/]+\/mempool\/(filter|pending_operations)$/,
  /^GET \/config\/(history_mode|network\/dal)$/,
  /^GET \/network\/stat$/,
  /^POST \/injection\/operation$/,
];

export type Access = (method: string, path: string) => boolean;

const everything: Access = () => true;
const secure: Access = (method, path) => SECURE.some((each) => each.test(`${method} ${path}`));

const isLoopback = (host: string) =>
  host === '' || host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/**
 * An entry of a list (resto/src/acl.ml): `GET /x`, `/x` (any method); `*` is one part of a path, `**` any number of them,
 * none too, and only at the end. What cannot be read ends the node.
 */
function matcher(rule: string): Access {
  const [, method, path] = /^(GET|PUT|POST|PATCH|DELETE)? *(\/.*)$/.exec(rule) ?? [];
  if (path === undefined) throw new Exit(1, `Error: Resto.Acl.parse: invalid method matcher: ${rule}`);
  const wanted = partsOf(path);
  const isOpen = wanted.at(-1) === '**';
  if (isOpen) wanted.pop();
  if (wanted.includes('**')) throw new Exit(1, 'Error: double-star can only appear in suffix position');
  return (asked, at) => {
    const parts = partsOf(at);
    const fits = isOpen ? parts.length >= wanted.length : parts.length === wanted.length;
    return (!method || method === asked) && fits && wanted.every((part, i) => part === '*' || part === parts[i]);
  };
}

const partsOf = (path: string) =>
  path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);

const isAt =
  ({ host, port }: Address) =>
  (text: string) => {
    const other = parseAddress(text, 8732);
    return other.host === host && other.port === port;
  };

/** An address of --allow-all-rpc must equal one of --rpc-addr (octez.md 3.2). */
export function requireListeners(allowed: readonly string[], rpcAddrs: readonly string[]): void {
  const stray = allowed.find((text) => !rpcAddrs.some(isAt(parseAddress(text, 8732))));
  if (stray === undefined) return;
  const listeners = rpcAddrs.length > 0 ? rpcAddrs.join(', ') : 'none';
  throw new Exit(1, `Error: --allow-all-rpc ${stray} is not an address of --rpc-addr (${listeners})`);
}

export function accessOf(address: Address, config: NodeConfig, release: Release): Access {
  if (!release.hasRpcAcl) return everything;
  const { host, port } = address;
  if (config.allowAllRpc.some(isAt(address))) return everything;
  const rule = config.acl.find(({ address: at }) => at === host || at === `${host}:${port}`);
  if (rule?.blacklist) {
    const denied = rule.blacklist.map(matcher);
    return (method, path) => !denied.some((each) => each(method, path));
  }
  if (rule?.whitelist) {
    const allowed = rule.whitelist.map(matcher);
    return (method, path) => allowed.some((each) => each(method, path));
  }
  return isLoopback(host) ? everything : secure;
}
