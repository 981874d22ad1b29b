import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { ComponentChart } from '../component-chart';
import { checksum } from '../kit/checksum';
import { highAvailability } from '../kit/high-availability';
import { dialledPorts } from '../kit/ports';
import { neverDisrupted, singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { hotSignerPod, PUBLIC_KEYS } from './hot-signer.pod';
import { SIGNATORY, signatoryPod } from './signatory.pod';
import { signatoryFiles } from './signatory-config';
import { publicKeyFiles, signerScripts } from './signer-keys';

const READY = "readinessProbe /keys/...: Signatory's own /healthz is content without any key.";

/** What the baker dials for signatures. */
export class SignerGatewayChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'signer-gateway');
    const { hot, kms } = bakery.settings.custody;
    if (hot) this.hotSigner(hot.secret);
    else if (kms) this.signatory();
    else return; // the baker dials it all the same
    this.signerService();
    neverDisrupted(this);
  }

  /**
   * An octez-signer over a Secret. It never fails over to another zone by itself: a node that is unreachable may still
   * sign, and a second signer, on a disk taken from it by force, would not know the last watermarks. A person looks first.
   */
  private hotSigner(secret: string) {
    const watermarks = claimNamed(this.bakery, 'signer-gateway-watermarks');
    const publicKeys = publicKeyFiles(this.bakery);
    claim(this, watermarks);
    this.configMap(PUBLIC_KEYS, publicKeys);
    this.scripts(signerScripts);
    singlePod(this, { annotations: checksum(publicKeys), spec: hotSignerPod(this.bakery, secret, watermarks) });
  }

  /** It moves by itself: the marks are no pod's, and of two that run at once one alone gets each of them. */
  private signatory() {
    const files = signatoryFiles(this.bakery);
    this.configMap(SIGNATORY, files);
    singlePod(this, { annotations: checksum(files), spec: signatoryPod(this.bakery), why: [READY] });
    highAvailability(this);
  }

  private signerService() {
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata({ name: 'signer-gateway' }),
      spec: {
        selector: this.bakery.selector('signer-gateway', 'signer-gateway'),
        ports: dialledPorts(this.bakery, 'signer-gateway', 'signer', 'metrics'),
      },
    });
  }
}
