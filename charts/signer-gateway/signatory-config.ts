import { stringify } from 'yaml';
import type { Bakery } from '../../model/bakery';
import { signingKeysOf } from '../../model/bakery-keys';
import { signingRing, watermarkDatabase } from '../../model/google/names';
import { kmsPatience, requestKinds } from '../../model/tezos/signatory';
import type { Files } from '../component-chart';
import { listenOn } from '../kit/ports';

const FILE = 'signatory.yaml';

/** Where `signatoryFiles` are mounted. */
export const SIGNATORY_DIR = '/etc/signatory';

/** What Signatory is started with. `--no-list` is not given: a key ring that cannot be listed ends it, with the reason. */
export const signatoryCommand = ['/bin/signatory', 'serve', '--config', `${SIGNATORY_DIR}/${FILE}`];

/** It insists on a directory that it can write to, and with the marks elsewhere keeps nothing there. */
const BASE_DIR = '/tmp';

/** Signatory's configuration (pkg/config/config.go and the drivers' own structs): which keys, for what, with marks where. */
export function signatoryFiles(bakery: Bakery): Files {
  const { projectId, settings, name } = bakery;
  const google = { project: projectId };
  return {
    [FILE]: stringify({
      base_dir: BASE_DIR,
      server: {
        address: listenOn('signer-gateway', 'signer'),
        utility_address: listenOn('signer-gateway', 'metrics'),
      },
      vaults: {
        kms: {
          driver: 'cloudkms',
          config: {
            ...google,
            location: settings.google.region,
            key_ring: signingRing(name),
            timeout: kmsPatience.timeoutSeconds,
            max_retries: kmsPatience.retries,
          },
        },
      },
      // A mark is compared and set in one transaction before Cloud KMS is asked, whichever pod asks.
      watermark: { driver: 'gcp', config: { ...google, database: watermarkDatabase(name) } },
      tezos: Object.fromEntries(policies(bakery)),
    }),
  };
}

/** What may be signed with each key, by address: another order of the bakers rolls no pod. */
function policies(bakery: Bakery): [string, object][] {
  const allow = Object.fromEntries(requestKinds({ dal: bakery.dal !== undefined }).map((kind) => [kind, []]));
  return signingKeysOf(bakery.settings)
    .map(({ address }) => address)
    .sort()
    .map((address) => [address, { allow, allowed_chains: [bakery.network.chainId] }]);
}
