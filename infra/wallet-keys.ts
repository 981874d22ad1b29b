import { KmsCryptoKey } from '@cdktf/provider-google/lib/kms-crypto-key';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member';
import type { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring';
import { KmsKeyRingIamMember } from '@cdktf/provider-google/lib/kms-key-ring-iam-member';
import type { ServiceAccount } from '@cdktf/provider-google/lib/service-account';
import { walletKey } from '../model/google/names';
import { DESTROYED_AFTER } from './signing-keys';
import { type StackContext, terraformId } from './stack-context';

/**
 * Keys of the wallets: nobody can export them, and nobody but payout-guard uses them. tz3, which is P-256. One that goes
 * takes with it what its wallet holds: send that home before.
 */
export function walletKeys({ stack, bakery }: StackContext, use: { ring: KmsKeyRing; guard: ServiceAccount }): void {
  const { member } = use.guard;
  for (const { baker } of bakery.ownWallets) {
    const id = `wallet_${terraformId(baker)}`;
    const key = new KmsCryptoKey(stack, id, {
      name: walletKey(bakery.name, baker),
      keyRing: use.ring.id,
      purpose: 'ASYMMETRIC_SIGN',
      destroyScheduledDuration: DESTROYED_AFTER,
      versionTemplate: { algorithm: 'EC_SIGN_P256_SHA256', protectionLevel: 'HSM' },
      lifecycle: { preventDestroy: true },
    });
    const role = 'roles/cloudkms.signerVerifier';
    new KmsCryptoKeyIamMember(stack, `${id}_guard`, { cryptoKeyId: key.id, role, member });
  }
  // Signatory finds its keys by listing the ring; signerVerifier alone cannot list.
  new KmsKeyRingIamMember(stack, 'wallets_viewer', { keyRingId: use.ring.id, role: 'roles/cloudkms.viewer', member });
}
