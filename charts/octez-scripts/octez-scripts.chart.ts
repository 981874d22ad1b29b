import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { BakeryChart, type Files } from '../component-chart';
import { OCTEZ_SCRIPTS } from '../kit/octez/octez-node';
import { findPeersScripts, nodeScripts } from '../kit/octez/prepare-node.containers';
import { walletScripts } from '../kit/octez/wallet';

/** What prepares the nodes and daemons of the namespace `baking`, once for all of them. */
export class OctezScriptsChart extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'octez.scripts');
    new k8s.KubeConfigMap(this, 'scripts', {
      metadata: this.metadataIn('baking', { name: OCTEZ_SCRIPTS }, OCTEZ_SCRIPTS),
      data: { ...octezScripts(bakery) },
    });
  }
}

function octezScripts(bakery: Bakery): Files {
  return { ...nodeScripts(bakery), ...(bakery.has('sentry') ? findPeersScripts : {}), ...walletScripts };
}
