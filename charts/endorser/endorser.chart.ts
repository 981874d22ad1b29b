import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { BakeryChart } from '../component-chart';
import { checksum, configMap } from '../kit/config-map';
import { highAvailability } from '../kit/high-availability';
import { walletFiles, walletScripts } from '../kit/octez/wallet';
import { neverDisrupted, singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { endorserPod, SCRIPTS, WALLET } from './endorser.pod';

/** The endorser daemon, on chains whose baker does not attest. */
export class Endorser extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'endorser', 'baking');
    const daemon = bakery.daemon('endorser');
    if (!daemon) return;
    const baseDir = claimNamed(bakery, 'endorser-base-dir');
    const wallet = walletFiles(bakery);
    claim(this, baseDir);
    configMap(this, WALLET, 'endorser', wallet);
    singlePod(this, {
      component: 'endorser',
      annotations: checksum(wallet, walletScripts),
      spec: endorserPod(bakery, daemon, baseDir),
    });
    neverDisrupted(this, 'endorser');
    highAvailability(this, 'endorser');
  }
}

/** What its init container runs. */
export class EndorserScripts extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'endorser.scripts', 'baking');
    if (bakery.daemon('endorser')) configMap(this, SCRIPTS, 'endorser', walletScripts);
  }
}
