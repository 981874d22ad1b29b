import { type BakerKey, signingKeysOf } from './bakery-keys';
import type { BakerySettings } from './settings/bakery.settings';

/** In the gateway's pod: a folder for each signer, with a Unix socket for each of its uplinks. */
const SOCKETS_DIR = '/run/signers';

/** A device at home that holds keys, and the ways to it. */
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

type SignerSettings = NonNullable<BakerySettings['custody']['homes']>['signers'][number];

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
      uplinks: uplinks.map((uplink) => ({ name: uplink, socket: `${socketsDir}/${uplink}.sock` })),
    };
  });
}
