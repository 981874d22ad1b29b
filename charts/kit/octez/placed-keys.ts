import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../../model/bakery';
import { octezImage } from '../../../model/images';
import { fixedResources } from '../../../model/workloads';
import type { Files } from '../../component-chart';
import { resources } from '../resources';
import { containerSecurity } from '../security';
import { configMount } from '../volumes';
import { SCRIPTS_DIR } from './octez-node';
import placeKeys from './place-keys.sh';

const PLACE_KEYS = 'place-keys.sh';
const PUBLIC_KEYS_DIR = '/etc/tezos/public-keys';

/** The script of `placeKeysContainer`, for the ConfigMap of scripts. */
export const placeKeysScripts: Files = { [PLACE_KEYS]: placeKeys };

/** The secret keys of an octez-signer, in its pod. */
export const secretKeysMount: k8s.VolumeMount = {
  name: 'secret-keys',
  mountPath: '/etc/tezos/secret',
  readOnly: true,
};

/** Not optional: without the Secret the pod waits, and its events name what is missing. */
export function secretKeysVolume(secretName: string): k8s.Volume {
  return {
    name: secretKeysMount.name,
    secret: { secretName, defaultMode: 0o440, items: [{ key: 'secret_keys', path: 'secret_keys' }] },
  };
}

/** Where the wallet of an octez-signer comes from and goes: ConfigMaps of its public half and of scripts, and its base directory. */
interface Placed {
  readonly publicKeys: string;
  readonly scripts: string;
  readonly base: k8s.VolumeMount;
}

/** Octez writes locks and watermarks beside its wallet: the files cannot be mounted there, only copied or linked. */
export function placeKeysContainer(bakery: Bakery, { publicKeys, scripts, base }: Placed): k8s.Container {
  return {
    name: 'place-keys',
    image: octezImage(bakery, bakery.releases.signer),
    command: ['/bin/sh', `${SCRIPTS_DIR}/${PLACE_KEYS}`],
    env: [
      { name: 'PUBLIC_KEYS', value: PUBLIC_KEYS_DIR },
      { name: 'SECRET', value: secretKeysMount.mountPath },
      { name: 'BASE_DIR', value: base.mountPath },
    ],
    resources: resources(fixedResources.copy),
    securityContext: containerSecurity(),
    volumeMounts: [base, configMount(publicKeys, PUBLIC_KEYS_DIR), configMount(scripts, SCRIPTS_DIR), secretKeysMount],
  };
}
