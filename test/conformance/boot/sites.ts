import type { KubeObject } from '../../../charts/objects/kube-object';
import type { Bakery } from '../../../model/bakery';
import type { SiteFault } from '../../stand-ins/chain/chain-context';
import { variables } from './pod-templates';

/** Providers that no bakery file names, for those who edit one, and what is wrong with them. */
const spareProviders = {
  good: {},
  down: { down: true },
  lies: { liesAboutSize: true },
  'cut-short': { truncated: true },
  'other-chain': { otherChain: true },
  slow: { bytesPerSecond: 40_000 },
} as const satisfies Record<string, SiteFault>;

export type SpareProvider = keyof typeof spareProviders;

export const spareUrl = (operator: SpareProvider, { name }: Bakery) => `https://${operator}.${name}.example/rolling`;

/** A site of the internet. */
export interface SiteOf {
  readonly host: string;
  /** How the paths begin that belong to it: operators keep several networks under one name. */
  readonly path: string;
  readonly snapshot?: { readonly path: string; readonly mode: 'rolling' | 'full' };
  readonly fault?: SiteFault;
}

/** What imports download from or ask, and the spare providers. */
export function sitesOf(bakery: Bakery, objects: readonly KubeObject[]): SiteOf[] {
  const urls = (name: string) =>
    variables(objects, name)
      .flatMap((list) => list.split('\n'))
      .filter(Boolean)
      .map((line) => line.split(' ')[0]!);
  const spare = Object.entries(spareProviders).map(([name, fault]) => ({
    ...provider(spareUrl(name as SpareProvider, bakery)),
    fault,
  }));
  return [...urls('PROVIDERS').map(provider), ...urls('PUBLIC_RPCS').map(publicRpc), ...spare];
}

function provider(url: string): SiteOf {
  const { host, pathname } = new URL(url);
  return { host, path: pathname, snapshot: { path: pathname, mode: pathname.includes('full') ? 'full' : 'rolling' } };
}

function publicRpc(url: string): SiteOf {
  const { host, pathname } = new URL(url.split('{')[0]!);
  return { host, path: pathname };
}
