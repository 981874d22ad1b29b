import type { Bakery } from './bakery';
import type { ComponentName } from './components';
import { survivesZoneLoss } from './google/pools';
import type { SettingPath } from './messages/problems';
import type { BakerySettings } from './settings/bakery.settings';

/** `regional`: survives the loss of a zone, follows its pod. `zonal`: stays in one zone. */
export type Reach = 'regional' | 'zonal';

/** A disk that outlives its pod. Names are permanent. */
export interface ClaimFact {
  readonly name: string;
  readonly component: ComponentName;
  readonly instance: string;
  readonly sizeGiB: number;
  /** The setting that is its size, if one is. */
  readonly sizedBy?: SettingPath;
  readonly reach: Reach;
  /** Zone of a zonal claim. */
  readonly zone?: string;
}

/** The least, in GiB, that a disk may have which moves with its pod: small state has no more. Compute Engine, "Regional persistent disks". */
export function leastMovingDiskGiB({ storage, cluster }: Pick<BakerySettings, 'storage' | 'cluster'>): number {
  return storage.type === 'pd-standard' && survivesZoneLoss({ cluster }) ? 200 : 10;
}

/** `mainnet-regional` */
export function storageClassName(bakery: string, reach: Reach): string {
  return `${bakery}-${reach}`;
}

/** What signs remembers here what it has signed: on a new disk it may sign the same again. */
const watermarks = { baker: 'base-dir', endorser: 'base-dir', 'signer-gateway': 'watermarks' } as const;

/** The names of those claims, of every bakery. */
export const watermarkClaims: readonly string[] = Object.entries(watermarks).map(([name, what]) => `${name}-${what}`);

/** Every claim of the bakery, by what holds it. */
export function claimsOf(bakery: Bakery): ClaimFact[] {
  const { privateNode, custody, monitoring } = bakery.settings;
  const claims: ClaimFact[] = bakery.sentries.map(({ claim, instance, index, zone, settings }) => {
    const sizedBy = ['sentries', index, 'diskGiB'];
    return { name: claim, component: 'sentry', instance, sizeGiB: settings.diskGiB, sizedBy, reach: 'zonal', zone };
  });
  const sized = (component: ComponentName, what: string, sizeGiB: number, sizedBy?: SettingPath) => {
    claims.push({ name: `${component}-${what}`, component, instance: component, sizeGiB, sizedBy, ...reachOf(bakery) });
  };
  const state = (component: keyof typeof watermarks) =>
    sized(component, watermarks[component], leastMovingDiskGiB(bakery.settings));
  sized('baker', 'node-data', privateNode.diskGiB, ['privateNode', 'diskGiB']);
  state('baker'); // nonces too
  if (bakery.has('endorser')) state('endorser');
  if (bakery.dal) sized('dal-node', 'store', bakery.dal.settings.diskGiB, ['dal', 'diskGiB']);
  if (custody.hot) state('signer-gateway');
  if (monitoring.own) {
    const least = leastMovingDiskGiB(bakery.settings);
    const size = Math.max(monitoring.own.prometheus.diskGiB, least); // nobody has to write what follows from the type
    sized('prometheus', 'data', size, ['monitoring', 'own', 'prometheus', 'diskGiB']);
    sized('alertmanager', 'data', least); // silences, and who was told what
  }
  if (bakery.has('payout-guard')) sized('payout-guard', 'journal', leastMovingDiskGiB(bakery.settings));
  return claims;
}

/** Of what moves with its pod: both zones, or the one there is. */
function reachOf({ survivesZoneLoss, zones }: Bakery): Pick<ClaimFact, 'reach' | 'zone'> {
  return survivesZoneLoss ? { reach: 'regional' } : { reach: 'zonal', zone: zones[0] };
}

/** The claim of that name; the table above is the only place that knows them. */
export function claimNamed(bakery: Bakery, name: string): ClaimFact {
  const claim = claimsOf(bakery).find((each) => each.name === name);
  if (!claim) throw new Error(`there is no claim ${name}`);
  return claim;
}
