import type { Bakery } from './bakery';
import type { ComponentName } from './components';
import type { SettingPath } from './messages/problems';

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

/** Small state: the least a regional disk can be. A regional pd-standard starts at 200 GiB. */
export function stateSizeGiB(bakery: Bakery): number {
  const { type } = bakery.settings.storage;
  return type === 'pd-standard' && bakery.survivesZoneLoss ? 200 : 10;
}

/** `mainnet-regional` */
export function storageClassName(bakery: string, reach: Reach): string {
  return `${bakery}-${reach}`;
}

/** Every claim of the bakery, by what holds it. */
export function claimsOf(bakery: Bakery): ClaimFact[] {
  const { sentries, privateNode, dal, custody } = bakery.settings;
  const where = bakery.survivesZoneLoss
    ? ({ reach: 'regional' } as const)
    : ({ reach: 'zonal', zone: bakery.zones[0] } as const);
  const state = (component: ComponentName, name: string): ClaimFact => {
    return { name: `${component}-${name}`, component, instance: component, sizeGiB: stateSizeGiB(bakery), ...where };
  };
  const claims: ClaimFact[] = sentries.map(({ name, diskGiB }, i) => {
    const instance = `sentry-${name}`;
    return {
      name: `${instance}-node-data`,
      component: 'sentry',
      instance,
      sizeGiB: diskGiB,
      sizedBy: ['sentries', i, 'diskGiB'],
      reach: 'zonal',
      zone: bakery.sentryZone(i),
    };
  });
  claims.push({
    name: 'baker-node-data',
    component: 'baker',
    instance: 'baker',
    sizeGiB: privateNode.diskGiB,
    sizedBy: ['privateNode', 'diskGiB'],
    ...where,
  });
  claims.push(state('baker', 'base-dir')); // watermarks and nonces
  if (bakery.daemon('endorser')) claims.push(state('endorser', 'base-dir')); // watermarks
  if (dal)
    claims.push({
      name: 'dal-node-store',
      component: 'dal-node',
      instance: 'dal-node',
      sizeGiB: dal.diskGiB,
      sizedBy: ['dal', 'diskGiB'],
      ...where,
    });
  if (custody.hot) claims.push(state('signer-gateway', 'watermarks'));
  return claims;
}

/** The claim of that name; the table above is the only place that knows them. */
export function claimNamed(bakery: Bakery, name: string): ClaimFact {
  const claim = claimsOf(bakery).find((each) => each.name === name);
  if (!claim) throw new Error(`there is no claim ${name}`);
  return claim;
}
