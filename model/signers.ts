import { type BakerKey, signingKeysOf } from './bakery-keys';
import type { BakerySettings } from './settings/bakery.settings';
import { compareReleases, releaseNames } from './tezos/octez';

/** In the gateway's pod: a folder for each signer, with a Unix socket for each of its uplinks. */
const SOCKETS_DIR = '/run/signers';

/** Who logs in at a machine at home: the one user that cloud-init makes. It has no password. */
export const ADMIN = 'admin';

/** The one user of the tunnels' image: whoever dials in is it, and so is sshd. */
export const TUNNEL_USER = 'signer';

/** A machine at home with the device that holds keys, and the ways to it. */
export interface Signer {
  readonly name: string;
  readonly settings: SignerSettings;
  /** Those of the bakery's signing keys that it holds, in the order of its list. */
  readonly keys: readonly BakerKey[];
  /** Container of its tunnel: `tunnel-attic`. */
  readonly tunnel: string;
  /** Where it dials in. */
  readonly port: { readonly name: string; readonly number: number };
  /** Folder of its sockets. */
  readonly socketsDir: string;
  /** In the order of its list, which is that of preference. */
  readonly uplinks: readonly { readonly name: string; readonly socket: string }[];
}

/** A signer that the gateway knows. */
export interface KnownSigner extends Signer {
  /** By which it is let in. */
  readonly sshKey: string;
}

type Homes = NonNullable<BakerySettings['custody']['homes']>;
type SignerSettings = Homes['signers'][number];

/** The signers at home, in the order of preference; none with another custody. */
export function signersOf(settings: Pick<BakerySettings, 'bakers' | 'custody'>): Signer[] {
  const keysOf = (baker: string) => {
    return signingKeysOf(settings).filter(({ setting }) => settings.bakers[Number(setting[1])].name === baker);
  };
  return (settings.custody.homes?.signers ?? []).map((signer) => {
    const { name, port, uplinks } = signer;
    const socketsDir = `${SOCKETS_DIR}/${name}`;
    return {
      name,
      settings: signer,
      keys: signer.keys.flatMap(keysOf),
      tunnel: `tunnel-${name}`,
      port: { name: `ssh-${port}`, number: port },
      socketsDir,
      uplinks: uplinks.map(({ name: uplink }) => ({ name: uplink, socket: `${socketsDir}/${uplink}.sock` })),
    };
  });
}

/**
 * Those whose ssh key the file has. The others have no tunnel, and the guard does not wait for them: a machine that has
 * never dialled in has never heard of a guard, so none can have asked its device. With the first line of its key it is
 * one that every later guard waits for.
 */
export function knownSigners(signers: readonly Signer[]): KnownSigner[] {
  return signers.flatMap((signer) => {
    const { sshKey } = signer.settings;
    return sshKey === undefined ? [] : [{ ...signer, sshKey }];
  });
}

/** The first release whose octez-signer may stand before a device at home: nobody has looked at earlier ones. */
export const FIRST_OCTEZ_AT_HOME = '25.0';

/** The octez-signer of the machines at home; without checksums while the file has none. */
export function octezAtHome({
  custody,
  octez,
}: Pick<BakerySettings, 'custody' | 'octez'>): NonNullable<Homes['octezSigner']> {
  const { node, baker = node, signer = baker } = octez;
  // Where the chain needs an old release, the signer is new all the same: it follows no chain.
  const version = compareReleases(signer, FIRST_OCTEZ_AT_HOME) < 0 ? (releaseNames.at(-1) as string) : signer;
  return custody.homes?.octezSigner ?? { version, from: { binary: {} } };
}
