import { admission } from './admission/admission.part';
import { manifests } from './manifests/manifests.part';
import { network } from './network/network.part';
import type { Part } from './part';
import { placement } from './placement/placement.part';
import { terraform } from './terraform/terraform.part';

/** Every part, in the order in which they run: what needs no cluster, and answers soonest, comes first. */
export const parts: readonly Part[] = [manifests, terraform, network, admission, placement];
