import type { Construct } from 'constructs';
import type { Bakery } from '../model/bakery';
import { BakerChart, BakerScripts } from './baker/baker.chart';
import type { BakeryChart } from './component-chart';
import { DalNode } from './dal-node/dal-node.chart';
import { Endorser, EndorserScripts } from './endorser/endorser.chart';
import { Namespaces } from './namespaces/namespaces.chart';
import { NetworkPolicies } from './network-policies/network-policies.chart';
import { Sentries, SentryScripts } from './sentry/sentry.chart';
import { SignerGateway, SignerGatewayScripts } from './signer-gateway/signer-gateway.chart';

/** Every chart of a bakery: the only place that sees all components, and hands on what one makes for another. */
export function bakeryCharts(scope: Construct, bakery: Bakery): BakeryChart[] {
  return [
    new Namespaces(scope, bakery),
    new NetworkPolicies(scope, bakery),
    new Sentries(scope, bakery),
    new SentryScripts(scope, bakery),
    new BakerChart(scope, bakery),
    new BakerScripts(scope, bakery),
    new Endorser(scope, bakery),
    new EndorserScripts(scope, bakery),
    new DalNode(scope, bakery),
    new SignerGateway(scope, bakery),
    new SignerGatewayScripts(scope, bakery),
  ];
}
