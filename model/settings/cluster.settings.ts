import * as z from 'zod';
import { ZONE } from '../google/regions';
import { anyText, choice, count, list, section, text, word } from './kinds';

const zone = text(ZONE, 'a zone, e.g. europe-west4-a');
const machineType = (example: string) => anyText(`a Compute Engine machine type, e.g. ${example}`);
const bootDiskGiB = count(20, 1000, 'GiB').default(50); // images and logs of a node

const baking = section({
  machineType: machineType('e2-standard-8'),
  nodesPerZone: count(1, 20, 'nodes').default(1),
  bootDiskGiB,
}); // never spot: all that a block or an attestation needs runs here

const auxiliary = section({
  machineType: machineType('e2-standard-2').default('e2-standard-2'),
  nodesPerZone: count(1, 20, 'nodes').default(1),
  bootDiskGiB,
  spot: z.boolean().default(false), // Google may take a spot node at any moment: 60-90% cheaper
}).prefault({});

const releaseChannel = word(['RAPID', 'REGULAR', 'STABLE', 'EXTENDED'], 'GKE release channel').default('REGULAR'); // EXTENDED costs $0.50 an hour more once the version leaves standard support

/** The Kubernetes cluster. Choice and zones are permanent: disks live in zones. */
export const cluster = choice({
  regional: section({ zones: list(zone, 2, 'zones'), releaseChannel, baking, auxiliary }), // survives the loss of a zone; two of every node, and a fee that no free credit covers
  zonal: section({ zone, releaseChannel, baking, auxiliary }), // cheap: one zone, and no block while it is down
  existing: section({
    context: text(/^[A-Za-z0-9._:@/-]{1,250}$/, 'the kubectl context of the cluster'), // named in the instructions that synth prints
    zones: list(zone, 1, 'zones'),
    autopilot: z.boolean().default(false), // refused: see the rule
    baking, // its nodes must carry the label and taint that synth prints
    auxiliary,
  }),
});

/** Disk type of every claim. Storage classes never change: this is permanent. */
export const storage = section({
  type: word(['pd-balanced', 'pd-ssd', 'pd-standard'], 'a persistent disk type').default('pd-balanced'),
}).prefault({});
