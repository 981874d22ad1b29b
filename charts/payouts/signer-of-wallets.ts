import type { k8s } from 'cdk8s-plus-27';
import { stringify } from 'yaml';
import type { Bakery } from '../../model/bakery';
import { walletRing } from '../../model/google/names';
import { fixedImage, octezImage } from '../../model/images';
import { walletSignerCommand } from '../../model/tezos/octez-commands';
import type { KnownWallet } from '../../model/wallets';
import { fixedResources } from '../../model/workloads';
import { type Files, scriptsOf } from '../component-chart';
import { octezEnv } from '../kit/octez/octez-node';
import { placeKeysContainer, placeKeysScripts, secretKeysMount, secretKeysVolume } from '../kit/octez/placed-keys';
import { resources } from '../kit/resources';
import { containerSecurity } from '../kit/security';
import { configMount, configVolume, socketsVolume, tmpMount, tmpVolume } from '../kit/volumes';
import { walletSignerPlace } from './payout-guard-config';

/** What holds the wallets' keys, beside the guard in its pod: nobody else can dial it. */
interface WalletSigner {
  /** The ConfigMap that tells it of the wallets, and its files. */
  readonly configMap: string;
  readonly files: Files;
  readonly scripts: Files;
  readonly initContainers: readonly k8s.Container[];
  readonly container: k8s.Container;
  readonly volumes: readonly k8s.Volume[];
}

export function walletSigner(bakery: Bakery): WalletSigner {
  const hot = bakery.payouts?.section.custody.hot;
  return hot ? hotSigner(bakery, hot.secret) : kmsSigner(bakery);
}

const SIGNATORY = 'payout-guard-signatory';
const SIGNATORY_DIR = '/etc/signatory';
const SIGNATORY_FILE = 'signatory.yaml';

/** Signatory, which finds the wallets' keys in their ring, as the Google identity of the pod. */
function kmsSigner(bakery: Bakery): WalletSigner {
  return {
    configMap: SIGNATORY,
    files: { [SIGNATORY_FILE]: stringify(signatoryConfig(bakery)) },
    scripts: {},
    initContainers: [],
    container: {
      name: 'signatory',
      image: fixedImage(bakery, 'signatory'),
      command: ['/bin/signatory', 'serve', '--config', `${SIGNATORY_DIR}/${SIGNATORY_FILE}`],
      resources: resources(fixedResources.signatory),
      securityContext: containerSecurity(),
      volumeMounts: [configMount(SIGNATORY, SIGNATORY_DIR), tmpMount('signatory')],
    },
    volumes: [configVolume(SIGNATORY), tmpVolume('signatory')],
  };
}

/** Its configuration (pkg/config/config.go): reveals and transfers alone; which ones, the guard in front of it says. */
function signatoryConfig({ projectId, settings, name, wallets }: Bakery): object {
  const { host, port, utilityPort } = walletSignerPlace;
  const allow = { generic: ['reveal', 'transaction'] };
  return {
    base_dir: '/tmp',
    server: { address: `${host}:${port}`, utility_address: `${host}:${utilityPort}` },
    vaults: {
      kms: {
        driver: 'cloudkms',
        config: { project: projectId, location: settings.google.region, key_ring: walletRing(name) },
      },
    },
    watermark: { driver: 'mem' }, // of blocks and votes alone: none is allowed
    tezos: Object.fromEntries(wallets.map(({ address }) => [address, { allow }])),
  };
}

const PUBLIC_KEYS = 'payout-guard-keys';
/** In memory: nothing of it outlives the pod, and there are no watermarks of transfers. */
const base: k8s.VolumeMount = { name: 'wallets', mountPath: '/var/tezos/wallets' };

/** octez-signer over a Secret. Whatever begins with 0x03 it signs: who gets at it, or reads the Secret, drains the wallets. */
function hotSigner(bakery: Bakery, secret: string): WalletSigner {
  const { signer } = bakery.releases;
  const { host: address, port } = walletSignerPlace;
  return {
    configMap: PUBLIC_KEYS,
    files: publicHalf(bakery.wallets),
    scripts: placeKeysScripts,
    initContainers: [placeKeysContainer(bakery, { publicKeys: PUBLIC_KEYS, scripts: scriptsOf('payout-guard'), base })],
    container: {
      name: 'signer',
      image: octezImage(bakery, signer),
      command: walletSignerCommand({ release: signer, baseDir: base.mountPath, address, port }),
      env: octezEnv,
      resources: resources(fixedResources.signer),
      securityContext: containerSecurity(),
      volumeMounts: [base, secretKeysMount, tmpMount('signer')],
    },
    volumes: [
      configVolume(PUBLIC_KEYS),
      { ...socketsVolume(base.name) },
      secretKeysVolume(secret),
      tmpVolume('signer'),
    ],
  };
}

/** The public half of the signer's own wallet: a wallet is called by its baker. */
function publicHalf(wallets: readonly KnownWallet[]): Files {
  const file = (value: (wallet: KnownWallet) => string) =>
    `${JSON.stringify(
      wallets.map((wallet) => ({ name: wallet.baker, value: value(wallet) })),
      null,
      2,
    )}\n`;
  return {
    public_key_hashs: file(({ address }) => address),
    public_keys: file(({ publicKey }) => `unencrypted:${publicKey}`),
  };
}
