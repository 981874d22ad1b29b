import type { ComponentName } from './components';
import type { BakerySettings } from './settings/bakery.settings';

/** What a container asks for; memory is request and limit, CPU is a request only (a limit would throttle a baker). */
export interface Resources {
  readonly cpus: number;
  readonly memoryGiB: number;
}

/** Containers that no setting sizes. */
export const fixedResources = {
  accuser: { cpus: 0.1, memoryGiB: 0.75 }, // follows the chain by RPC, keeps 200 levels
  endorser: { cpus: 0.1, memoryGiB: 0.5 }, // Emmy: one signature a minute
  signer: { cpus: 0.1, memoryGiB: 0.25 }, // octez-signer: one signature at a time
  copy: { cpus: 0.05, memoryGiB: 0.0625 }, // init containers that place a few files, or look a name up
} as const satisfies Record<string, Resources>;

/** A pod of the baking pool as the scheduler sees it. */
export interface PodRequest extends Resources {
  readonly name: string;
  readonly component: ComponentName;
  /** The only zone it can run in; undefined: any zone of the cluster (its disks are regional). */
  readonly zone?: string;
}

/** The zones of the cluster, in the order of the file. */
export function zonesOf({ cluster }: BakerySettings): string[] {
  return cluster.regional?.zones ?? cluster.existing?.zones ?? (cluster.zonal ? [cluster.zonal.zone] : []);
}

/** Sentries take the zones in turn, unless a line of their own says which. */
export function sentryZone(settings: BakerySettings, index: number): string {
  const zones = zonesOf(settings);
  return settings.sentries[index].zone ?? zones[index % zones.length];
}

/** Every pod that a block or an attestation needs, with what it asks for. `endorser`: whether the chain has that daemon. */
export function bakingPods(settings: BakerySettings, endorser: boolean): PodRequest[] {
  const { privateNode, baker, dal, custody, sentries } = settings;
  const pods: PodRequest[] = [
    { name: 'baker', component: 'baker', ...sum([privateNode, baker, fixedResources.accuser]) },
    ...sentries.map((sentry, i): PodRequest => {
      return { name: `sentry-${sentry.name}`, component: 'sentry', ...sum([sentry]), zone: sentryZone(settings, i) };
    }),
  ];
  if (endorser) pods.push({ name: 'endorser', component: 'endorser', ...fixedResources.endorser });
  if (dal) pods.push({ name: 'dal-node', component: 'dal-node', ...sum([dal]) });
  if (custody.hot) pods.push({ name: 'signer-gateway', component: 'signer-gateway', ...fixedResources.signer });
  return pods;
}

function sum(parts: readonly Resources[]): Resources {
  return {
    cpus: parts.reduce((total, { cpus }) => total + cpus, 0),
    memoryGiB: parts.reduce((total, { memoryGiB }) => total + memoryGiB, 0),
  };
}
