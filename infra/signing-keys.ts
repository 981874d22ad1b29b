import { KmsCryptoKey } from '@cdktf/provider-google/lib/kms-crypto-key';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member';
import type { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring';
import { KmsKeyRingIamMember } from '@cdktf/provider-google/lib/kms-key-ring-iam-member';
import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import type { Bakery } from '../model/bakery';
import { signingKeysOf } from '../model/bakery-keys';
import { type Curve, curveOf } from '../model/tezos/keys';
import { type StackContext, terraformId } from './stack-context';

/** Cloud KMS, "Key purposes and algorithms". It has Ed25519 too, but Signatory cannot use that; no BLS (tz4). */
const algorithms: Partial<Record<Curve, Pick<KmsKey, 'algorithm' | 'curve'>>> = {
  secp256k1: { algorithm: 'EC_SIGN_SECP256K1_SHA256', curve: 'secp256k1' },
  p256: { algorithm: 'EC_SIGN_P256_SHA256', curve: 'prime256v1' },
};

export interface KmsKey {
  /** Named after the baker, not the address: the address is known only once the key exists. */
  readonly name: string;
  readonly algorithm: string;
  /** As OpenSSL calls it. */
  readonly curve: string;
}

/**
 * The keys that blocks and attestations are signed with. A baker who gets a consensus key later still needs the
 * delegate's: `terraform state rm` takes it out of Terraform's hands before its block goes, for `prevent_destroy` goes
 * with the block (the permanent names stop the synthesis there).
 */
export function kmsKeys(bakery: Bakery): KmsKey[] {
  return signingKeysOf(bakery.settings).map(({ alias, address }) => {
    return { name: `${bakery.name}-sign-${alias}`, ...algorithmFor(address) };
  });
}

function algorithmFor(address: string): Pick<KmsKey, 'algorithm' | 'curve'> {
  const curve = curveOf(address);
  const algorithm = curve && algorithms[curve];
  if (!algorithm)
    throw new Error(`custody.kms: "${address}" is not a tz2 or tz3 address; Cloud KMS signs for no other`);
  return algorithm;
}

/** The longest that Cloud KMS takes: until then a destruction can be undone. */
export const DESTROYED_AFTER = `${120 * 24 * 3600}s`;

/** Keys that nobody can export, and the signer's right to use them. */
export function signingKeyResources(context: StackContext, use: { ring: KmsKeyRing; signer: ServiceAccount }): void {
  const { stack, bakery } = context;
  for (const { name, algorithm } of kmsKeys(bakery)) {
    const id = terraformId(name.slice(bakery.name.length + 1));
    const key = new KmsCryptoKey(stack, id, {
      name,
      keyRing: use.ring.id,
      purpose: 'ASYMMETRIC_SIGN',
      destroyScheduledDuration: DESTROYED_AFTER,
      versionTemplate: { algorithm, protectionLevel: 'HSM' },
      lifecycle: { preventDestroy: true },
    });
    new KmsCryptoKeyIamMember(stack, `${id}_signer`, {
      cryptoKeyId: key.id,
      role: 'roles/cloudkms.signerVerifier',
      member: use.signer.member,
    });
  }
  // Signatory finds its keys by listing the ring; signerVerifier alone cannot list.
  new KmsKeyRingIamMember(stack, 'signing_viewer', {
    keyRingId: use.ring.id,
    role: 'roles/cloudkms.viewer',
    member: use.signer.member,
  });
}
