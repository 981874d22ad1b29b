import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { ComponentChart } from '../component-chart';
import { checksum } from '../kit/checksum';
import { highAvailability } from '../kit/high-availability';
import { walletFiles } from '../kit/octez/wallet';
import { neverDisrupted, singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { ENDORSER_WALLET, endorserPod } from './endorser.pod';

/** The endorser daemon, on chains whose baker does not attest. */
export class EndorserChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'endorser');
    const daemon = bakery.daemon('endorser')!; // or the bakery would not have this component
    const baseDir = claimNamed(bakery, 'endorser-base-dir');
    const wallet = walletFiles(bakery);
    claim(this, baseDir);
    this.configMap(ENDORSER_WALLET, wallet);
    singlePod(this, { annotations: checksum(wallet), spec: endorserPod(bakery, daemon, baseDir) });
    neverDisrupted(this);
    highAvailability(this);
  }
}
