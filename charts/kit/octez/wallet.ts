import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../../model/bakery';
import { type BakerKey, keysOf, signingKeysOf } from '../../../model/bakery-keys';
import { urlOf } from '../../../model/components';
import { octezImage } from '../../../model/images';
import { fixedResources } from '../../../model/workloads';
import type { Files } from '../../component-chart';
import { resources } from '../resources';
import { containerSecurity } from '../security';
import { configMount } from '../volumes';
import copyWallet from './copy-wallet.sh';
import { OCTEZ_SCRIPTS, octezEnv, SCRIPTS_DIR } from './octez-node';

const COPY_SCRIPT = 'copy-wallet.sh';
const WALLET_DIR = '/etc/tezos/wallet';

/** The script of `walletContainer`, for the ConfigMap of scripts. */
export const walletScripts: Files = { [COPY_SCRIPT]: copyWallet };

/** The keys that sign blocks and attestations, as a client daemon is told them: consensus (or own) and companion keys. */
export function signingAliases(bakery: Bakery): string[] {
  return signingKeysOf(inOrder(bakery)).map(({ alias }) => alias);
}

/** The wallet of a client daemon. Its secret keys are addresses of the gateway: nothing in it is secret. */
export function walletFiles(bakery: Bakery): Files {
  const keys = keysOf(inOrder(bakery));
  const signer = urlOf(bakery, 'signer-gateway', 'signer');
  const file = (all: readonly BakerKey[], value: (key: BakerKey) => string) =>
    `${JSON.stringify(
      all.map((key) => ({ name: key.alias, value: value(key) })),
      null,
      2,
    )}\n`;
  return {
    public_key_hashs: file(keys, ({ address }) => address),
    // Given here, no start waits for the signer to tell them.
    public_keys: file(keys, ({ publicKey }) => `unencrypted:${publicKey}`),
    secret_keys: file(signingKeysOf(inOrder(bakery)), ({ address }) => `${signer}/${address}`),
  };
}

/** The bakers of a file are a set: another order of them rolls no pod. */
function inOrder({ settings: { bakers } }: Bakery) {
  return { bakers: [...bakers].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Copies the wallet into the base directory that `base` mounts. */
export function walletContainer(bakery: Bakery, wallet: string, base: k8s.VolumeMount): k8s.Container {
  return {
    name: 'wallet',
    image: octezImage(bakery, bakery.releases.baker),
    command: ['/bin/sh', `${SCRIPTS_DIR}/${COPY_SCRIPT}`],
    env: [...octezEnv, { name: 'WALLET', value: WALLET_DIR }, { name: 'BASE_DIR', value: base.mountPath }],
    resources: resources(fixedResources.copy),
    securityContext: containerSecurity(),
    volumeMounts: [base, configMount(wallet, WALLET_DIR), configMount(OCTEZ_SCRIPTS, SCRIPTS_DIR)],
  };
}
