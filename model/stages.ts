import type { Bakery } from './bakery';
import type { ComponentName } from './components';

/**
 * The stages of a change, first to last: which component's pods it reaches when. Sentries go one after the other within
 * theirs, by name.
 */
const stages: Readonly<Record<ComponentName, number>> = {
  sentry: 100, // the private node restarts beside peers that are up, and what a release breaks shows where nothing bakes
  'signer-gateway': 200, // a signer serves a baker older than itself, not a newer one
  baker: 300, // node and baker are one pod
  // The last stage: nothing may wait for a DAL node that is held, or that waits for a node. Argo CD does not wait for the
  // last one. None of them may be newer than the node it follows (docs/releases/version-21.rst of Octez).
  'dal-node': 400,
  endorser: 400,
  accuser: 400,
  // What watches comes last too: an Alertmanager that waits for its Secret must hold up no node.
  prometheus: 400,
  alertmanager: 400,
  'kube-state-metrics': 400,
  'chain-exporter': 400,
  heartbeat: 400,
  // Who pays finds what signs and checks in front of it; nothing waits for either.
  'payout-guard': 400,
  payouts: 400,
  'payout-site': 400,
};

/**
 * The stage of a component's objects, or of one instance's. A stage begins when the pods of the one before it are ready;
 * a node is when it is synced. Numbers keep their distance, so that another sentry changes no other stage.
 */
export function stageOf({ sentries }: Bakery, component: ComponentName, instance: string = component): number {
  const names = sentries.map((sentry) => sentry.instance).sort();
  return stages[component] + names.indexOf(instance) + 1; // what sentries share comes before the first of them
}
