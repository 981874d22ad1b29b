import type { Bakery } from '../../../model/bakery';
import { chainExporterMetrics as exported } from '../../../programs/chain-exporter/chain-exporter.contract';
import { isDown, series } from '../alert';

/** PromQL of what is known of nodes, each with the label `instance`. */
export interface NodeSeries {
  readonly up: string;
  /** An expression: it does not answer. */
  readonly down: string;
  readonly head: string;
  readonly round: string;
  readonly peers: string;
  /** 1 if it is synced; of the oldest releases, which cannot say so, if its head is young. */
  readonly synced: string;
}

/** What nodes tell themselves, or the chain-exporter tells of those whose release has no metrics. */
export function nodeSeries(bakery: Bakery, component: 'baker' | 'sentry'): NodeSeries {
  const own = (metric: string) => series(bakery, component, metric);
  const instances = component === 'sentry' ? bakery.sentries.map(({ instance }) => instance).sort() : [component];
  if (bakery.releases.node.hasMetricsServer) {
    return {
      up: own('up'),
      down: isDown(bakery, component, instances),
      head: own('octez_validator_chain_head_level'),
      round: own('octez_validator_chain_head_round'),
      peers: own('octez_p2p_connections_active'),
      synced: own('octez_validator_chain_synchronisation_status'),
    };
  }
  const told = (metric: string) => series(bakery, 'chain-exporter', metric, `node=~"${component}.*"`);
  return {
    up: told(exported.nodeUp),
    down: `${told(exported.nodeUp)} == 0`,
    head: told(exported.nodeHeadLevel),
    round: series(bakery, 'chain-exporter', exported.headRank),
    peers: told(exported.nodePeers),
    synced: told(exported.nodeSynced),
  };
}

/** An expression over them; what the exporter tells is about the node that it names. */
export function ofNodes({ releases }: Bakery, expr: string): string {
  return releases.node.hasMetricsServer ? expr : `label_replace(${expr}, "instance", "$1", "node", "(.*)")`;
}
