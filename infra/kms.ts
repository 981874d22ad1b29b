import { KmsCryptoKey } from '@cdktf/provider-google/lib/kms-crypto-key';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member';
import { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring';
import { signingRing, walletRing } from '../model/google/names';
import type { Api } from './project-services';
import { type StackContext, terraformId } from './stack-context';

/** Key rings and key names can never be deleted or used again: a bakery's name is taken for good. */
export interface KeyRings {
  readonly encryption: KmsKeyRing;
  /** Apart from the others: the gateway lists the keys of this ring. */
  readonly signing?: KmsKeyRing;
  /** Apart from both: payout-guard lists the keys of this ring. */
  readonly wallets?: KmsKeyRing;
}

export function keyRings({ stack, bakery, api }: StackContext): KeyRings {
  const ring = (id: string, name: string) =>
    new KmsKeyRing(stack, id, {
      name,
      location: bakery.settings.google.region,
      dependsOn: api('cloudkms'),
      lifecycle: { preventDestroy: true },
    });
  return {
    encryption: ring('encryption', `${bakery.name}-encryption`),
    ...(bakery.settings.custody.kms ? { signing: ring('signing', signingRing(bakery.name)) } : {}),
    ...(bakery.payouts?.section.custody.kms ? { wallets: ring('wallets', walletRing(bakery.name)) } : {}),
  };
}

const NINETY_DAYS = `${90 * 24 * 3600}s`; // CIS Google Cloud 1.10

/** A key that encrypts something, and the grant that lets Google's agent for it use the key. */
export function encryptionKey(
  { stack, bakery, api }: StackContext,
  key: { ring: KmsKeyRing; what: string; agent: string; apis: Api[] },
): { id: string; grant: KmsCryptoKeyIamMember } {
  const cryptoKey = new KmsCryptoKey(stack, `encrypt_${terraformId(key.what)}`, {
    name: `${bakery.name}-${key.what}`,
    keyRing: key.ring.id,
    purpose: 'ENCRYPT_DECRYPT',
    rotationPeriod: NINETY_DAYS,
    versionTemplate: { algorithm: 'GOOGLE_SYMMETRIC_ENCRYPTION', protectionLevel: 'SOFTWARE' },
    lifecycle: { preventDestroy: true }, // what it encrypted is lost with it
  });
  const grant = new KmsCryptoKeyIamMember(stack, `encrypt_${terraformId(key.what)}_agent`, {
    cryptoKeyId: cryptoKey.id,
    role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
    member: `serviceAccount:${key.agent}`,
    dependsOn: api(...key.apis), // turning an API on makes its agent
  });
  return { id: cryptoKey.id, grant };
}
