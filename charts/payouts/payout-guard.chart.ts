import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { ComponentChart } from '../component-chart';
import { checksum } from '../kit/checksum';
import { dialledPorts } from '../kit/ports';
import { singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { PAYOUT_GUARD, payoutGuardFiles, payoutGuardPod, payoutGuardScripts } from './payout-guard.pod';
import { guardPorts } from './payout-guard-config';
import { walletSigner } from './signer-of-wallets';

/**
 * In front of the wallets' keys: what is paid has its signature, and it signs each row of a checked plan once. It never
 * moves to another zone by itself: payouts can wait for a person, and an old copy of its journal stops it.
 */
export class PayoutGuardChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'payout-guard');
    const journal = claimNamed(bakery, 'payout-guard-journal');
    const [config, scripts, signer] = [payoutGuardFiles(bakery), payoutGuardScripts(bakery), walletSigner(bakery)];
    claim(this, journal);
    this.configMap(PAYOUT_GUARD, config);
    this.configMap(signer.configMap, signer.files);
    this.scripts(scripts);
    singlePod(this, {
      annotations: checksum(config, scripts, signer.files),
      spec: payoutGuardPod(bakery, journal),
    });
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata({ name: 'payout-guard' }),
      spec: {
        selector: bakery.selector('payout-guard', 'payout-guard'),
        ports: dialledPorts(bakery, 'payout-guard', ...guardPorts),
      },
    });
  }
}
