import { admission } from './admission/admission.part';
import { boot } from './boot/boot.part';
import { homes } from './homes/homes.part';
import { kms } from './kms/kms.part';
import { manifests } from './manifests/manifests.part';
import { monitoring } from './monitoring/monitoring.part';
import { network } from './network/network.part';
import type { Part } from './part';
import { payouts } from './payouts/payouts.part';
import { placement } from './placement/placement.part';
import { roles } from './roles/roles.part';
import { signing } from './signing/signing.part';
import { site } from './site/site.part';
import { terraform } from './terraform/terraform.part';

/**
 * Every part, in the order in which they run: what needs no cluster, and answers soonest, comes first. `boot` comes last:
 * it has nodes of its own, and the cluster waits for them at full length from then on.
 */
export const parts: readonly Part[] = [
  manifests,
  terraform,
  roles,
  signing,
  payouts,
  site,
  homes,
  network,
  kms,
  monitoring,
  admission,
  placement,
  boot,
];
