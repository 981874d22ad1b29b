import { generateKeyPairSync } from 'node:crypto';
import { parse } from 'yaml';
import { kmsKeys } from '../../../infra/signing-keys';
import type { Bakery } from '../../../model/bakery';
import { publicKeyOfPem } from '../../../model/tezos/pem';
import { smallest } from '../../kit/bakeries';
import { find, manifestsOf } from '../../kit/rendered';

/** A key as the hardware has it. */
export interface HardwareKey {
  readonly curve: 'secp256k1' | 'prime256v1';
  readonly pem: string;
  /** Its secret number, in hex. */
  readonly d: string;
  readonly address: string;
  readonly publicKey: string;
}

function madeKey(curve: HardwareKey['curve']): HardwareKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const { d = '' } = privateKey.export({ format: 'jwk' });
  return { curve, pem, d: Buffer.from(d, 'base64url').toString('hex'), ...publicKeyOfPem(pem)! };
}

/** A bakery whose keys Cloud KMS has made, one of each kind that it can make. */
export interface KmsBakery {
  readonly bakery: Bakery;
  readonly keys: readonly HardwareKey[];
}

export function kmsBakery({ dal }: { readonly dal: boolean }): KmsBakery {
  const keys = [madeKey('secp256k1'), madeKey('prime256v1')];
  const bakers = keys.map(({ address, publicKey }, i) => ({ name: ['alice', 'bob'][i], address, publicKey }));
  const bakery = smallest([[['bakers'], bakers], [['custody'], 'kms'], ...(dal ? [[['dal'], {}] as const] : [])]);
  return { bakery, keys };
}

/** What is rendered of the gateway: its configuration, how it is started and how asked whether it is ready. */
export interface RenderedGateway {
  readonly config: string;
  readonly command: readonly string[];
  readonly probes: readonly { readonly path: string; readonly port: string }[];
  /** Where Google has what it names. */
  readonly place: Readonly<Record<'project' | 'location' | 'keyRing' | 'database', string>>;
  readonly listens: Readonly<Record<'signer' | 'metrics', string>>;
  readonly keyNames: readonly string[];
  readonly image: string;
  /** What its container may take: `256Mi`. */
  readonly memory: string;
}

export function renderedGateway({ bakery }: KmsBakery): RenderedGateway {
  const manifests = manifestsOf(bakery);
  const config = find(manifests, 'ConfigMap', 'signer-gateway-signatory').data['signatory.yaml'];
  const [container] = find(manifests, 'StatefulSet', 'signer-gateway').spec.template.spec.containers;
  const { vaults, watermark, server } = parse(config);
  const { project, location, key_ring } = vaults.kms.config;
  return {
    config,
    command: container.command,
    probes: [container.startupProbe, container.readinessProbe, container.livenessProbe].map(({ httpGet }) => httpGet),
    place: { project, location, keyRing: key_ring, database: watermark.config.database },
    listens: { signer: server.address, metrics: server.utility_address },
    keyNames: kmsKeys(bakery).map(({ name }) => name),
    image: container.image,
    memory: container.resources.limits.memory,
  };
}
