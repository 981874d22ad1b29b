import { type AlertsOf, series } from '../kit/alert';
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
      expr: `${dal('up')} == 0`,
      forSeconds: 30 * MINUTE,
      summary: 'The DAL node does not run',
      description:
        'A tenth of the rewards is lost with each slot that is not attested; blocks and attestations go on. If the log of dal-node-0 ends with HELD, it has attested a trap and waits for a person: find the cause first, a second baker for one.',
      hides: ['PodNotReady', 'DalBelowThreshold'],
    },
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
