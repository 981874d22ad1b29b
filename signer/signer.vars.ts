import type { Bakery } from '../model/bakery';
import { rawMessageKey } from '../model/message-keys';
import { chosen } from '../model/settings/chosen';
import { ADMIN, octezAtHome, type Signer, TUNNEL_USER } from '../model/signers';
import { homeArchitectures, octezBinary } from '../model/tezos/octez-binaries';
import { signedChain } from '../model/tezos/signed-chain';

/**
 * What the roles of a machine at home are told; each role says in its meta/argument_specs.yml what it takes. What does not
 * exist yet is absent, and the role that needs it installs, and starts nothing.
 */
export interface SignerVars {
  readonly signer_bakery: string;
  readonly signer_name: string;
  /** Where it dials, as whom, and by which key it knows that it has dialled the gateway. */
  readonly signer_gateway: {
    readonly address?: string;
    readonly port: number;
    readonly user: string;
    readonly host_key?: string;
  };
  /** Public half of the guard's key: 32 bytes in base64. */
  readonly signer_message_key?: string;
  readonly signer_network: string;
  readonly signer_chain_id: string;
  readonly signer_device: 'ledger' | 'tcp' | 'http' | 'software';
  readonly signer_keys: readonly {
    readonly alias: string;
    readonly address: string;
    readonly public_key: string;
    /** Where octez-signer finds it; absent while that is not known, and for keys in software. */
    readonly url?: string;
  }[];
  /** For `-M` of octez-signer. */
  readonly signer_magic_bytes: string;
  readonly signer_octez: {
    readonly version: string;
    /** By Debian's name of the architecture; those whose checksum is known. */
    readonly binary?: Readonly<Record<string, { readonly url: string; readonly sha256: string }>>;
    /** The checksum of the file with the key that signs the packages. */
    readonly apt?: { readonly key_sha256: string };
  };
  /** The preferred one first. */
  readonly signer_uplinks: readonly {
    readonly name: string;
    readonly interface: string;
    readonly primary: boolean;
    /** In the gateway's pod: where the tunnel of this uplink begins. */
    readonly socket: string;
  }[];
  readonly signer_budget_ms: number;
  readonly signer_device_limit_ms: number;
  readonly signer_admin: {
    readonly user: string;
    readonly networks: readonly string[];
    readonly ssh_keys: readonly string[];
  };
  readonly signer_ups?: string;
  readonly signer_time_servers: readonly string[];
}

/** Variables of one machine. */
export function signerVars(bakery: Bakery, signer: Signer): SignerVars {
  const homes = homesOf(bakery);
  const { address, hostKey, messageKey } = homes.gateway;
  const { admin } = homes;
  const { device, ups, uplinks } = signer.settings;
  const { blockMs, firstBytes } = signedChain(bakery.network, [bakery.releases.node, bakery.releases.baker]);
  return {
    signer_bakery: bakery.name,
    signer_name: signer.name,
    signer_gateway: { address, port: signer.port.number, user: TUNNEL_USER, host_key: hostKey },
    signer_message_key: messageKey && rawMessageKey(messageKey),
    signer_network: bakery.network.name,
    signer_chain_id: bakery.network.chainId,
    signer_device: chosen(device).name,
    signer_keys: keysOf(signer),
    signer_magic_bytes: firstBytes.map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(','),
    signer_octez: octezOf(bakery),
    signer_uplinks: uplinks.map(({ name, interface: device }, i) => {
      return { name, interface: device, primary: i === 0, socket: signer.uplinks[i].socket };
    }),
    signer_budget_ms: Math.floor(blockMs / 3), // the guard waits for half a block, and so hears why
    signer_device_limit_ms: 2 * blockMs,
    signer_admin: { user: ADMIN, networks: admin?.networks ?? [], ssh_keys: admin?.sshKeys ?? [] },
    signer_ups: ups && chosen(ups).name,
    signer_time_servers: homes.timeServers,
  };
}

/** The keys of a signer, in the order of its bakers; of a delegate that has a consensus key never its own. */
function keysOf({ keys, settings: { device } }: Signer): SignerVars['signer_keys'] {
  const base = (device.tcp ?? device.http)?.url;
  return keys.map(({ alias, address, publicKey }) => {
    const url = base === undefined ? device.ledger?.url : `${base}/${address}`;
    return { alias, address, public_key: publicKey, ...(url === undefined ? {} : { url }) };
  });
}

function octezOf(bakery: Bakery): SignerVars['signer_octez'] {
  const { version, from } = octezAtHome(bakery.settings);
  if (from.apt) return { version, apt: { key_sha256: digits(from.apt.key) } };
  const binary = homeArchitectures.flatMap((architecture) => {
    const sum = from.binary?.[architecture];
    const url = octezBinary(version, architecture);
    return sum === undefined ? [] : [[architecture, { url, sha256: digits(sum) }] as const];
  });
  return { version, binary: Object.fromEntries(binary) };
}

const digits = (checksum: string) => checksum.replace(/^sha256:/, '');

/** The section of a bakery with signers at home. */
export function homesOf({ settings }: Bakery) {
  const { homes } = settings.custody;
  if (!homes) throw new Error('only a bakery with signers at home has machines');
  return homes;
}
