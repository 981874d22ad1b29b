import { isIP } from 'node:net';
import { type Address, parseAddress } from '../kit/http-server';
import { Exit } from '../kit/program';
import type { Release } from '../kit/release';
import type { NodeConfig } from './config-file';

/**
 * Who may ask what (octez.md 3.3; RPC_server.ml): everything on loopback; on any other address the secure list, unless
 * --allow-all-rpc or the configuration's `acl` name that address. 7.5 has no lists: everything is open.
 */
const secureRules: readonly string[] = [
  'GET /chains/*/blocks',
  'GET /chains/*/blocks/*',
  'GET /chains/*/chain_id',
  'GET /chains/*/checkpoint',
  'GET /chains/*/blocks/*/context/adaptive_issuance_launch_cycle',
  'GET /chains/*/blocks/*/context/big_maps/*/*',
  'GET /chains/*/blocks/*/context/cache/**',
  'GET /chains/*/blocks/*/context/constants',
  'GET /chains/*/blocks/*/context/contracts/*/**',
  'GET /chains/*/blocks/*/context/delegates/*/**',
  'GET /chains/*/blocks/*/context/denunciations',
  'GET /chains/*/blocks/*/context/issuance',
  'GET /chains/*/blocks/*/context/issuance/*',
  'GET /chains/*/blocks/*/context/liquidity_baking/*',
  'GET /chains/*/blocks/*/context/nonces/*',
  'GET /chains/*/blocks/*/context/sapling/**',
  'GET /chains/*/blocks/*/context/seed_computation',
  'GET /chains/*/blocks/*/context/selected_snapshot',
  'GET /chains/*/blocks/*/context/total_frozen_stake',
  'GET /chains/*/blocks/*/context/total_supply',
  'GET /chains/*/blocks/*/hash',
  'GET /chains/*/blocks/*/header',
  'GET /chains/*/blocks/*/header/**',
  'GET /chains/*/blocks/*/helpers/current_level',
  'GET /chains/*/blocks/*/live_blocks',
  'GET /chains/*/blocks/*/metadata',
  'GET /chains/*/blocks/*/metadata_hash',
  'GET /chains/*/blocks/*/minimal_valid_time',
  'GET /chains/*/blocks/*/operation_hashes',
  'GET /chains/*/blocks/*/operation_hashes/**',
  'GET /chains/*/blocks/*/operation_metadata_hashes',
  'GET /chains/*/blocks/*/operations',
  'GET /chains/*/blocks/*/operations/**',
  'GET /chains/*/blocks/*/operations_metadata_hash',
  'GET /chains/*/blocks/*/protocols',
  'GET /chains/*/blocks/*/resulting_context_hash',
  'GET /chains/*/blocks/*/votes/**',
  'GET /chains/*/invalid_blocks',
  'GET /chains/*/invalid_blocks/*',
  'GET /chains/*/is_bootstrapped',
  'GET /chains/*/levels/*',
  'GET /chains/*/mempool/filter',
  'GET /chains/*/mempool/pending_operations',
  'GET /config/history_mode',
  'GET /config/network/user_activated_protocol_overrides',
  'GET /config/network/user_activated_upgrades',
  'GET /config/network/dal',
  'GET /network/stat',
  'GET /protocols',
  'GET /protocols/*/environment',
  'GET /version',
  'POST /chains/*/blocks/*/context/contracts/*/big_map_get',
  'POST /chains/*/blocks/*/context/seed',
  'POST /injection/operation',
];

export type Access = (method: string, path: string) => boolean;

const everything: Access = () => true;

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

const secureAccess = secureRules.map(matcher);
const secure: Access = (method, path) => secureAccess.some((each) => each(method, path));

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
