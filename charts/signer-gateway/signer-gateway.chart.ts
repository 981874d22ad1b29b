import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { ComponentChart } from '../component-chart';
import { checksum } from '../kit/checksum';
import { servicePort } from '../kit/ports';
import { neverDisrupted, singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { hotSignerPod, PUBLIC_KEYS } from './hot-signer.pod';
import { publicKeyFiles, signerScripts } from './signer-keys';

/**
 * What the baker dials for signatures. For `custody: hot` it is an octez-signer over a Secret.
 *
 * No fail-over of its own to another zone: a node that is unreachable may still sign, and a second signer, on a disk
 * taken from it by force, would not know the last watermarks. A person looks first.
 */
export class SignerGatewayChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'signer-gateway');
    const { hot } = bakery.settings.custody;
    if (!hot) return; // the baker dials it all the same
    const watermarks = claimNamed(bakery, 'signer-gateway-watermarks');
    const publicKeys = publicKeyFiles(bakery);
    claim(this, watermarks);
    this.configMap(PUBLIC_KEYS, publicKeys);
    this.scripts(signerScripts);
    singlePod(this, {
      annotations: checksum(publicKeys),
      spec: hotSignerPod(bakery, hot.secret, watermarks),
    });
    this.signerService();
    neverDisrupted(this);
  }

  private signerService() {
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata({ name: 'signer-gateway' }),
      spec: {
        selector: this.bakery.selector('signer-gateway', 'signer-gateway'),
        ports: [servicePort('signer-gateway', 'signer')],
      },
    });
  }
}
