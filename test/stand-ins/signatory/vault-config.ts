import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Exit } from '../kit/program';

/** A vault of Cloud KMS: all keys of a ring. */
export interface KmsVault {
  readonly project: string;
  readonly location: string;
  readonly key_ring: string;
}

export interface SignatoryConfig {
  readonly address: string;
  readonly utilityAddress: string;
  readonly vaults: readonly KmsVault[];
  /** By address: kinds of what begins with 0x03 that may be signed with it. */
  readonly allowed: ReadonlyMap<string, readonly string[]>;
}

/** pkg/config/config.go, with what it fills in. Unknown keys are passed over, as the real one does. */
export function readSignatoryConfig(path: string): SignatoryConfig {
  const file = read(path);
  const { server = {}, vaults = {}, tezos, watermark = { driver: 'file' } } = file ?? {};
  if (watermark.driver !== 'mem')
    throw refused(`the stand-in keeps watermarks in memory only, not by ${watermark.driver}`);
  const { address = ':6732', utility_address: utilityAddress = ':9583' } = server;
  for (const each of [address, utilityAddress])
    if (!/:\d+$/.test(each)) throw refused(`${each} fails on the 'hostname_port' tag`);
  const allowed = Object.entries<any>(tezos ?? {}).map(([key, policy]) => [key, genericOf(policy)] as const);
  return { address, utilityAddress, vaults: Object.values<any>(vaults).map(vaultOf), allowed: new Map(allowed) };
}

function read(path: string): any {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refused((error as Error).message);
  }
}

function vaultOf({ driver, config = {} }: any): KmsVault {
  if (driver !== 'cloudkms') throw refused(`the stand-in knows no vault of the driver ${driver}`);
  const missing = ['project', 'location', 'key_ring'].find((name) => typeof config[name] !== 'string');
  if (missing) throw refused(`(Vault/cloudkms): ${missing} is required`);
  return config as KmsVault;
}

/** A key without a policy signs nothing. */
const genericOf = (policy: any): readonly string[] => policy?.allow?.generic ?? [];

const refused = (why: string) => new Exit(1, `Error: ${why}`);
