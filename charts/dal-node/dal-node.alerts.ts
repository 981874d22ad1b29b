import type { Bakery } from '../../model/bakery';
import { type Alert, type AlertsOf, isDown, kubeSeries, series } from '../kit/alert';
import { stillBlocks } from '../kit/octez/still-blocks';

const MINUTE = 60;
/** Who attests a smaller part of what it could gets no DAL rewards for the cycle (`minimal_participation_ratio`, 16/25). */
const REWARDED_RATIO = 0.64;

/** The DAL node: a tenth of the rewards for attesting. The baker bakes and attests without it. */
export const dalNodeAlerts: AlertsOf = (bakery) => {
  const dal = (metric: string) => series(bakery, 'dal-node', metric);
  return [
    {
      name: 'DalNodeDown',
      severity: 'page',
      expr: isDown(bakery, 'dal-node'),
      forSeconds: 30 * MINUTE,
      summary: 'The DAL node does not run',
      description:
        'A tenth of the rewards is lost with each slot that is not attested; blocks and attestations go on. Look at the events and at the log of dal-node-0: it waits for a node that is synced, or for its disk.',
      hides: [{ name: 'PodNotReady', same: ['instance'] }, 'DalBelowThreshold'],
    },
    ...(bakery.releases.baker.dalNodeHaltsOnTraps ? [trapped(bakery)] : []),
    {
      name: 'DalNodeStandsStill',
      severity: 'warning',
      expr: `changes(${dal('dal_node_new_layer1_head')}[${stillBlocks(bakery)}s]) == 0`,
      forSeconds: 10 * MINUTE,
      summary: 'The DAL node follows the chain no more',
      description:
        'It starts again by itself behind a node that is synced. If it does not, look at its log and at the sentries.',
    },
    {
      name: 'DalBelowThreshold',
      severity: 'warning',
      expr: `avg_over_time(${dal('dal_node_attested_slot_for_baker_per_level_ratio')}[6h]) < ${REWARDED_RATIO}`,
      forSeconds: 30 * MINUTE,
      summary: 'Of the DAL slots only {{ $value | humanizePercentage }} are attested for {{ $labels.attester }}',
      description:
        'Below 64 % over a cycle all of its DAL rewards are lost. Shards come late or not at all: look at its peers, at dal.publicAddress and at its network.',
    },
  ];
};

/** Its script ends with 2 for this and for nothing else, once in each pod that is held, and with 0 when it is let go. */
function trapped(bakery: Bakery): Alert {
  const ended = kubeSeries(bakery, 'kube_pod_container_status_last_terminated_exitcode', 'container="dal-node"');
  return {
    name: 'DalNodeTrapped',
    severity: 'page',
    expr: `max by (namespace, pod) (${ended}) == 2`,
    forSeconds: MINUTE,
    summary: 'The DAL node has attested a trap and is held',
    description:
      'Its DAL rewards of this cycle may be lost, and it starts nothing until a person lets it. Blocks and attestations go on. Find the cause first, a second baker with the same key for one; `kubectl logs -p dal-node-0` in the namespace of the bakery names delegate and slot.',
    hides: [
      ...['DalNodeDown', 'DalNodeStandsStill', 'DalBelowThreshold'],
      { name: 'PodNotReady', same: ['namespace', 'pod'] }, // it may be held for days: other pods are not
    ],
  };
}
