import type { Bakery } from '../../model/bakery';
import { signingKeysOf } from '../../model/bakery-keys';
import { type ComponentName, componentNames, components, portOf, serviceOf } from '../../model/components';
import { isDialled } from '../../model/flows';
import { BAKER_LABEL } from '../kit/alert';

/** One place that is scraped. It is fixed by name: one that is gone is `up == 0`, and not silence. */
export interface ScrapeTarget {
  readonly component: ComponentName;
  /** The component, one of several, or a signer at home. */
  readonly instance: string;
  readonly service: string;
  readonly path: string;
  /** Seconds. */
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
}

const metrics = { path: '/metrics', everySeconds: 15, timeoutSeconds: 10 } as const;
/** They come over a mobile network, through the guard. */
const fromHome = { everySeconds: 30, timeoutSeconds: 20 } as const;

const METRICS_PORT = 'metrics' as never; // of whichever component has one

/** Every port named `metrics` that somebody may dial, and behind the guard the agents at home. */
export function scrapeTargets(bakery: Bakery): ScrapeTarget[] {
  const dialled = componentNames.filter(
    (name) => METRICS_PORT in components[name].ports && isDialled(bakery, name, METRICS_PORT),
  );
  return [
    ...dialled.flatMap((component) =>
      instancesOf(bakery, component).map((instance) => {
        return { component, instance, service: serviceOf(component, METRICS_PORT, instance), ...metrics };
      }),
    ),
    ...bakery.signers.map(({ name }) => {
      const component = 'signer-gateway' as const;
      const service = serviceOf(component, METRICS_PORT);
      return { component, instance: name, service, path: `/signers/${name}/metrics`, ...fromHome };
    }),
  ];
}

function instancesOf({ sentries }: Bakery, component: ComponentName): string[] {
  return component === 'sentry' ? sentries.map(({ instance }) => instance).sort() : [component];
}

/** `sentry-a.mainnet-baking:9932` */
export function addressOf(bakery: Bakery, { component, service }: ScrapeTarget): string {
  return `${service}.${bakery.namespace(components[component].namespace)}:${portOf(component, METRICS_PORT)}`;
}

/** A rule of relabelling, in the words that Prometheus and the operator's objects share. */
export interface Relabelling {
  readonly sourceLabels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly targetLabel?: string;
  readonly replacement?: string;
  readonly action?: string;
}

/** Whose a series is, where it says it by an address: what signs knows keys, what pays wallets, the DAL node delegates, and people bakers. */
export function bakerLabels(bakery: Bakery, component: ComponentName): Relabelling[] {
  const { bakers } = bakery.settings;
  const keys = signingKeysOf(bakery.settings);
  const named = (sourceLabels: readonly string[], addressesOf: (i: number) => readonly string[]): Relabelling[] =>
    bakers
      .map(({ name }, i) => {
        const regex = addressesOf(i).join('|');
        return { sourceLabels, separator: '', regex, targetLabel: BAKER_LABEL, replacement: name };
      })
      .sort((a, b) => (a.replacement < b.replacement ? -1 : 1)); // bakers of a file are a set
  if (component === 'payout-guard') {
    return bakery.wallets.map(({ address, baker }) => {
      return { sourceLabels: ['wallet'], regex: address, targetLabel: BAKER_LABEL, replacement: baker };
    });
  }
  if (component === 'dal-node') return named(['attester'], (i) => [bakers[i].address]);
  if (component !== 'signer-gateway') return [];
  // At the guard and at homes, and at Signatory; nobody has both.
  return named(['key', 'address'], (i) => keys.filter(({ setting }) => setting[1] === i).map(({ address }) => address));
}
