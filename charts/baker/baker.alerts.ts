import type { Bakery } from '../../model/bakery';
import { type Alert, type AlertsOf, RECOVERY_SECONDS } from '../kit/alert';
import { nodeSeries, ofNodes } from '../kit/octez/node-series';
import { stillBlocks } from '../kit/octez/still-blocks';

const MINUTE = 60;
/** Peers of a node that has no sentries. */
const FEW_PEERS = 3;

/** The private node: what the baker knows of the chain. Of a release without metrics the chain-exporter tells it. */
export const bakerAlerts: AlertsOf = (bakery) => {
  const node = nodeSeries(bakery, 'baker');
  return [
    {
      name: 'PrivateNodeDown',
      severity: 'page',
      expr: ofNodes(bakery, node.down),
      forSeconds: 3 * MINUTE,
      lastsSeconds: 2 * RECOVERY_SECONDS,
      summary: 'The private node does not run',
      description:
        'Nothing is baked or attested. Look at the events of baker-0 and at the logs of its containers, the init containers too: it may be importing, upgrading its data, or out of disk.',
      hides: [
        ...['NothingAsked', 'MissingFiveInARow', 'MissingManyRights'],
        ...['GuardSeesNoNode', 'SnapshotImportFails'],
        ...['PrivateNodeAlone', 'HeadStandsStill'], // as it comes back, before it has dialled its peers and has their head
        { name: 'PodNotReady', same: ['instance'] },
      ],
    },
    {
      name: 'HeadStandsStill',
      severity: 'page',
      expr: `changes(${node.head}[${stillBlocks(bakery)}s]) == 0`,
      forSeconds: MINUTE,
      lastsSeconds: RECOVERY_SECONDS + MINUTE,
      summary: 'The private node has seen no block for minutes',
      description:
        'Look at a block explorer. If the chain has moved on, our node is cut off: look at its peers and at the sentries. If the chain itself has halted, nothing is lost, and no restart helps.',
      hides: [
        ...['PrivateNodeNotSynced', 'SentryNotSynced', 'RoundsAreHigh', 'DalNodeStandsStill'],
        ...['NothingAsked', 'MissingFiveInARow', 'MissingManyRights'],
      ],
    },
    notSynced(node.synced),
    {
      name: 'RoundsAreHigh',
      severity: 'warning',
      expr: `avg_over_time(${node.round}[15m]) > 1`,
      forSeconds: 10 * MINUTE,
      summary: 'Blocks come at round {{ $value | printf "%.1f" }} in the mean',
      description:
        'The network itself is in trouble, or we see it late. Look at a block explorer before anything else.',
    },
    ...peerAlerts(bakery),
  ];
};

function notSynced(synced: string): Alert {
  return {
    name: 'PrivateNodeNotSynced',
    severity: 'page',
    expr: `${synced} != 1`,
    forSeconds: 5 * MINUTE,
    lastsSeconds: RECOVERY_SECONDS,
    summary: 'The private node is not synced',
    description:
      'Its peers know more than it does, or it has none. While it catches up it bakes on an old head. Look at its peers and at the load of its machine.',
    hides: ['NothingAsked', 'MissingFiveInARow', 'MissingManyRights'],
  };
}

/** Behind sentries the private node has as many peers as there are sentries. */
function peerAlerts(bakery: Bakery): Alert[] {
  const { peers } = nodeSeries(bakery, 'baker');
  const sentries = bakery.sentries.length;
  const whom = sentries > 0 ? 'sentries' : 'peers';
  return [
    {
      name: 'PrivateNodeAlone',
      severity: 'page',
      expr: `${peers} == 0`,
      forSeconds: 2 * MINUTE,
      lastsSeconds: RECOVERY_SECONDS + 2 * MINUTE,
      summary: `The private node has lost all of its ${whom}`,
      description:
        'What it bakes reaches nobody, and it hears of nothing. Look at the sentries, at the network policies and at Cloud NAT.',
      hides: [
        'PrivateNodeFewPeers',
        'PrivateNodeNotSynced',
        'HeadStandsStill',
        'NothingAsked',
        'MissingFiveInARow',
        'MissingManyRights',
      ],
    },
    {
      name: 'PrivateNodeFewPeers',
      severity: 'warning',
      expr: `${peers} < ${sentries > 0 ? sentries : FEW_PEERS}`,
      forSeconds: 15 * MINUTE,
      summary: `The private node has {{ $value }} of its ${sentries > 0 ? `${sentries} sentries` : 'peers left'}`,
      description: 'It bakes on. When the last one goes, nothing it bakes reaches anybody.',
    },
  ];
}
