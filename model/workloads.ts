import type { Bakery } from './bakery';
import type { ComponentName } from './components';

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
  guard: { cpus: 0.1, memoryGiB: 0.25 }, // Node; a few requests a block
  tunnel: { cpus: 0.05, memoryGiB: 0.125 }, // sshd; each of 60 strangers at its door takes one MB or two (9.2: 0.9, measured)
  signatory: { cpus: 0.1, memoryGiB: 0.25 }, // two requests to Google for each signature
  alertmanager: { cpus: 0.02, memoryGiB: 0.125 }, // asleep but for a few messages a day
  'chain-exporter': { cpus: 0.05, memoryGiB: 0.1875 }, // Node; a few blocks a minute
  heartbeat: { cpus: 0.02, memoryGiB: 0.125 }, // Node; three questions a minute
  'kube-state-metrics': { cpus: 0.02, memoryGiB: 0.125 }, // three namespaces, some twenty pods
  'payout-guard': { cpus: 0.1, memoryGiB: 0.75 }, // Node; every row there ever was: a year of 500 delegators takes 284 MB (measured)
  preflight: { cpus: 0.05, memoryGiB: 0.5 }, // Node; the plans of three cycles, and what the indexer says of them
  verdict: { cpus: 0.02, memoryGiB: 0.0625 }, // Node; reads one file, and ends: 46 MB (measured)
  tezpay: { cpus: 0.1, memoryGiB: 0.5 }, // a minute an hour; its files are in memory, and count
  backerei: { cpus: 0.1, memoryGiB: 0.5 }, // it reads and writes its whole database at each step
  'site-builder': { cpus: 0.1, memoryGiB: 1 }, // Node and Jekyll, some minutes an hour: one cycle at a time; pages lie on its node's disk
  copy: { cpus: 0.05, memoryGiB: 0.0625 }, // init containers that place a few files, or look a name up
} as const satisfies Record<string, Resources>;

/** A pod as the scheduler sees it. */
export interface PodRequest extends Resources {
  readonly name: string;
  readonly component: ComponentName;
  /** The only zone it can run in; undefined: any zone of the cluster (its disks are regional). */
  readonly zone?: string;
}

/** Every pod of the baking pool, with what it asks for. */
export function bakingPods(bakery: Bakery): PodRequest[] {
  const { privateNode, baker, custody } = bakery.settings;
  const pods: PodRequest[] = [];
  const pod = (component: ComponentName, ...containers: readonly Resources[]) => {
    pods.push({ name: component, component, ...sum(containers) });
  };
  pod('baker', privateNode, baker);
  if (bakery.has('accuser')) pod('accuser', fixedResources.accuser);
  for (const { instance, zone, settings } of bakery.sentries) {
    pods.push({ name: instance, component: 'sentry', ...sum([settings]), zone });
  }
  if (bakery.has('endorser')) pod('endorser', fixedResources.endorser);
  if (bakery.dal) pod('dal-node', bakery.dal.settings);
  if (custody.hot) pod('signer-gateway', fixedResources.signer);
  const tunnels = bakery.signers.map(() => fixedResources.tunnel);
  if (custody.homes) pod('signer-gateway', fixedResources.guard, ...tunnels);
  if (custody.kms) pod('signer-gateway', fixedResources.signatory);
  return pods;
}

/** Every pod of ours on the auxiliary pool, with what it asks for. */
export function auxiliaryPods(bakery: Bakery): PodRequest[] {
  return [...watchingPods(bakery), ...payingPods(bakery), ...showingPods(bakery)];
}

function watchingPods({ settings: { monitoring } }: Bakery): PodRequest[] {
  const { own } = monitoring;
  const exporter = {
    name: 'chain-exporter',
    component: 'chain-exporter',
    ...fixedResources['chain-exporter'],
  } as const;
  const heartbeat = { name: 'heartbeat', component: 'heartbeat', ...fixedResources.heartbeat } as const;
  if (!own) return [exporter];
  return [
    exporter,
    { name: 'prometheus', component: 'prometheus', ...sum([own.prometheus]) },
    { name: 'alertmanager', component: 'alertmanager', ...fixedResources.alertmanager },
    { name: 'kube-state-metrics', component: 'kube-state-metrics', ...fixedResources['kube-state-metrics'] },
    ...(own.heartbeat?.bucket ? [heartbeat] : []),
  ];
}

/** All engines at once: they may run in the same minute. What runs before a container asks for no more than it. */
function payingPods({ wallets, payouts }: Bakery): PodRequest[] {
  if (!payouts || wallets.length === 0) return [];
  const signer = fixedResources[payouts.section.custody.kms ? 'signatory' : 'signer'];
  const engine = fixedResources[payouts.engine];
  const run = payouts.section.dryRun ? engine : sum([engine, fixedResources.verdict]);
  return [
    { name: 'payout-guard', component: 'payout-guard', ...sum([fixedResources['payout-guard'], signer]) },
    ...wallets.map(({ instance }) => ({ name: instance, component: 'payouts' as const, ...run })),
  ];
}

/** It may run in the minute of an engine. */
function showingPods(bakery: Bakery): PodRequest[] {
  if (!bakery.has('payout-site')) return [];
  return [{ name: 'payout-site', component: 'payout-site', ...fixedResources['site-builder'] }];
}

function sum(parts: readonly Resources[]): Resources {
  return {
    cpus: parts.reduce((total, { cpus }) => total + cpus, 0),
    memoryGiB: parts.reduce((total, { memoryGiB }) => total + memoryGiB, 0),
  };
}
