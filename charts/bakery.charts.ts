import type { Construct } from 'constructs';
import type { Bakery } from '../model/bakery';
import { type ComponentName, componentNames } from '../model/components';
import { AccuserChart } from './accuser/accuser.chart';
import { BakerChart } from './baker/baker.chart';
import type { ComponentChart } from './component-chart';
import { DalNodeChart } from './dal-node/dal-node.chart';
import { EndorserChart } from './endorser/endorser.chart';
import { FoundationChart } from './foundation/foundation.chart';
import { NetworkPoliciesChart } from './network-policies/network-policies.chart';
import { OctezScriptsChart } from './octez-scripts/octez-scripts.chart';
import { SentryChart } from './sentry/sentry.chart';
import { SignerGatewayChart } from './signer-gateway/signer-gateway.chart';

/** The chart of each component. */
const charts: Readonly<Record<ComponentName, new (scope: Construct, bakery: Bakery) => ComponentChart>> = {
  sentry: SentryChart,
  baker: BakerChart,
  accuser: AccuserChart,
  endorser: EndorserChart,
  'dal-node': DalNodeChart,
  'signer-gateway': SignerGatewayChart,
};

/** Every chart of a bakery: the only place that sees all components. */
export function bakeryCharts(scope: Construct, bakery: Bakery): void {
  new FoundationChart(scope, bakery);
  new OctezScriptsChart(scope, bakery);
  for (const name of componentNames.filter((each) => bakery.has(each))) new charts[name](scope, bakery);
  new NetworkPoliciesChart(scope, bakery);
}
