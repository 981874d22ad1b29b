import * as z from 'zod';
import { REGION } from '../google/regions';
import { choice, count, list, section, text, word } from './kinds';

const cidr = (example: string) => text(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, `an IPv4 CIDR, e.g. ${example}`);
const projectId = text(/^(?!google|ssl)[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'a Google Cloud project id');
const billingAccount = text(
  /^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/,
  'a billing account id without billingAccounts/, e.g. 012345-6789AB-CDEF01',
);
/** Binary Authorization, "Policy YAML reference": after the registry, and at the end only, may stand * or **. */
const imagePattern =
  /^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(\/[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*)*\/(([a-z0-9][a-z0-9._-]*)?\*{1,2}|[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*(:[A-Za-z0-9._-]{0,128}\*{1,2}|(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?))$/;
const instant = text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'a UTC time, e.g. 2027-01-01T00:00:00Z'); // other zones make Terraform differ forever

/** The Google Cloud project, region and addresses the bakery stands on. */
export const google = section({
  project: choice({
    existing: section({ id: projectId }),
    create: section({
      id: projectId,
      billingAccount,
      parent: choice({
        folder: section({ id: text(/^\d+$/, 'the folder number in quotes') }),
        organization: section({ id: text(/^\d+$/, 'the organization number in quotes') }),
      }),
    }),
  }),
  ownsProject: z.boolean().optional(), // whether this stack holds what exists once per project; needed when bakeries share one
  region: text(REGION, 'a region, e.g. europe-west4'),
  state: section({
    bucket: text(
      /^(?!goog)(?!.*(\.\.|\.-|-\.))[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/,
      'the name of the bucket that holds the Terraform state',
    ),
  }), // made by hand once, before the first deploy
  labels: z.record(z.string(), z.string()).default({}), // on Terraform's resources, beside bakery and managed-by; not on disks, whose labels can never change
  ranges: section({
    nodes: cidr('10.0.0.0/24').default('10.10.0.0/24'),
    pods: cidr('10.4.0.0/18').default('10.11.0.0/18'), // a node takes a /25 (48 pods); the range bounds the node count
    services: cidr('10.8.0.0/22').default('10.12.0.0/22'),
    controlPlane: cidr('172.16.0.0/28').default('172.16.0.0/28'), // GKE takes a /28, no other size
  }).prefault({}),
  authorizedNetworks: list(
    section({ name: text(/^[A-Za-z0-9 ._@-]{1,60}$/, 'who this is'), cidr: cidr('203.0.113.7/32') }),
    0,
    'networks',
  ).default([]), // nobody: the control plane answers on its DNS name, guarded by IAM
  allowedImages: list(
    text(imagePattern, 'a registry and an image, with * or ** at the end only, e.g. quay.io/argoproj/**'),
    0,
    'patterns',
  ).default([]), // what else may run, e.g. the GitOps tool: other images are refused
  budget: section({
    perMonth: count(1, 1_000_000_000_000, 'units of the currency of the billing account'), // of which a dollar has thousands in some
    billingAccount: billingAccount.optional(), // needed for a project that exists; a created one is paid by its own
  }).optional(), // Google writes at 50, 90 and 100 % to the administrators and users of the billing account; nothing is stopped; to deploy it takes roles/billing.costsManager there
  logRetentionDays: count(1, 3650, 'days').optional(), // of the project's logs; left alone, Google's 30 days, which cost nothing; taken out again they stay: deploy 30 first
  groups: text(/^gke-security-groups@[A-Za-z0-9.-]+$/, 'gke-security-groups@your-domain').optional(), // Google Groups for RBAC; needs Cloud Identity; taken out again they stay
});

const weekday = word(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], 'a day of the week');

/** When GKE may upgrade. A restarted private node misses blocks for minutes: pick hours when you are awake. */
export const maintenance = section({
  days: list(weekday, 1, 'days of the week').default(['TU', 'WE', 'TH']),
  startUtc: text(/^([01]\d|2[0-3]):[0-5]\d$/, 'hh:mm in UTC, in quotes').default('08:00'),
  hours: count(1, 24, 'hours').default(4), // GKE wants blocks of 4 h and 48 h in any 92 days
  exclusions: z
    .array(
      section({
        name: text(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, 'a short lower-case name'),
        from: instant,
        to: instant,
        scope: word(['NO_UPGRADES', 'NO_MINOR_UPGRADES', 'NO_MINOR_OR_NODE_UPGRADES'], 'what must not happen'),
      }),
    )
    .max(20, { error: () => 'lists more than 20 exclusions; GKE takes 20' })
    .default([]),
}).prefault({});
