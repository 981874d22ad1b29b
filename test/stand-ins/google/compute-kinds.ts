import { createHash } from 'node:crypto';
import type { Json } from './google-routes';
import type { GoogleWorld } from './google-world';

/** A kind of Compute Engine's resources. */
export interface ComputeKind {
  readonly path: string;
  /** What Google makes of what was sent: fields that nobody sent are filled in. */
  make(sent: Json, world: GoogleWorld): Json;
  readonly immutable: readonly string[];
  /** Fingerprints, which a change must bring along. */
  readonly marks?: (made: Json) => Json;
  /** It is changed by PUT, as a whole. */
  readonly replaced?: boolean;
  /** Verbs that change one field, and which. */
  readonly setters?: Readonly<Record<string, string>>;
}

export const digest = (fields: Json) =>
  createHash('sha256')
    .update(JSON.stringify(fields ?? null))
    .digest('base64')
    .slice(0, 12);

const REGION = 'projects/{project}/regions/{region}';

export const computeKinds = {
  network: {
    path: 'projects/{project}/global/networks',
    make: (sent) => ({
      kind: 'compute#network',
      networkFirewallPolicyEnforcementOrder: 'AFTER_CLASSIC_FIREWALL',
      ...sent,
      routingConfig: { routingMode: 'REGIONAL', bgpBestPathSelectionMode: 'LEGACY', ...sent.routingConfig },
    }),
    immutable: ['name', 'description', 'autoCreateSubnetworks'],
  },
  subnetwork: {
    path: `${REGION}/subnetworks`,
    make: (sent) => ({
      kind: 'compute#subnetwork',
      purpose: 'PRIVATE',
      stackType: 'IPV4_ONLY',
      privateIpv6GoogleAccess: 'DISABLE_GOOGLE_ACCESS',
      privateIpGoogleAccess: false,
      gatewayAddress: sent.ipCidrRange.replace(/\.\d+\/\d+$/, '.1'),
      ...sent,
      enableFlowLogs: Boolean(sent.logConfig?.enable),
      logConfig: sent.logConfig ? { filterExpr: 'true', ...sent.logConfig } : { enable: false },
    }),
    immutable: ['name', 'description', 'network', 'region'],
    marks: ({ fingerprint: _, ...made }) => ({ fingerprint: digest(made) }),
  },
  address: {
    path: `${REGION}/addresses`,
    make: (sent, world) => ({
      kind: 'compute#address',
      addressType: 'EXTERNAL',
      networkTier: 'PREMIUM',
      address: `203.0.113.${world.next() % 250}`,
      status: 'RESERVED',
      labelFingerprint: digest(sent.labels),
      ...sent,
    }),
    immutable: ['name', 'description', 'addressType', 'networkTier', 'region'],
  },
  firewall: {
    path: 'projects/{project}/global/firewalls',
    make: (sent) => ({
      kind: 'compute#firewall',
      direction: 'INGRESS',
      priority: 1000,
      disabled: false,
      ...sent,
      logConfig: { enable: false, ...sent.logConfig },
    }),
    immutable: ['name', 'direction', 'network'],
  },
  router: {
    path: `${REGION}/routers`,
    make: (sent) => ({
      kind: 'compute#router',
      encryptedInterconnectRouter: false,
      ...sent,
      nats: sent.nats?.map((nat: Json) => ({
        type: 'PUBLIC',
        endpointTypes: ['ENDPOINT_TYPE_VM'],
        autoNetworkTier: 'PREMIUM',
        enableEndpointIndependentMapping: false,
        ...nat,
      })),
    }),
    immutable: ['name', 'network', 'region'],
  },
} satisfies Record<string, ComputeKind>;
