import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { ComponentChart, why } from '../component-chart';
import { checksum } from '../kit/checksum';
import { highAvailability } from '../kit/high-availability';
import { servicePort } from '../kit/ports';
import { publishedPorts } from '../kit/published-port';
import { neverDisrupted, singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { GUARD, guardFiles, guardPod, guardScripts } from './guard.pod';
import { hotSignerPod, PUBLIC_KEYS } from './hot-signer.pod';
import { publicKeyFiles, signerScripts } from './signer-keys';
import { TUNNELS, tunnelFiles } from './tunnels';

const PARTS_NOT_READY =
  'publishNotReadyAddresses: readiness is the whole pod, and a tunnel that fails must not keep the baker from the others.';
const HOMES_NOT_READY = 'signers dial in for the gateway to become useful, not after it.';

/**
 * What the baker dials for signatures. For `custody: homes` it is the guard, behind which signers at home dial in; for
 * `custody: hot` an octez-signer over a Secret.
 */
export class SignerGatewayChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'signer-gateway');
    const { homes, hot } = bakery.settings.custody;
    if (homes) this.homes();
    else if (hot) this.hot(hot.secret);
    // otherwise the baker dials it all the same
  }

  /**
   * Moves by itself to the other zone: two guards sign nothing twice, for each signer takes messages of one alone. There
   * is no disk: what a new guard may sign follows from the chain, the clock and the marks of the devices.
   */
  private homes() {
    const { bakery } = this;
    const [guard, tunnels, programs] = [guardFiles(bakery), tunnelFiles(bakery), guardScripts()];
    this.configMap(GUARD, guard);
    this.configMap(TUNNELS, tunnels);
    this.scripts(programs);
    singlePod(this, { annotations: checksum(guard, tunnels, programs), spec: guardPod(bakery) });
    this.signerService({ publishNotReadyAddresses: true }, why(PARTS_NOT_READY));
    this.tunnelLoadBalancer();
    neverDisrupted(this);
    highAvailability(this);
  }

  /** A port for each signer: what its uplinks dial. */
  private tunnelLoadBalancer() {
    const ports = this.bakery.signers.map(({ port: { name, number } }) => {
      return { name, port: number, targetPort: k8s.IntOrString.fromString(name) };
    });
    publishedPorts(this, 'ssh', ports, { why: HOMES_NOT_READY });
  }

  /**
   * No fail-over of its own to another zone: a node that is unreachable may still sign, and a second signer, on a disk
   * taken from it by force, would not know the last watermarks. A person looks first.
   */
  private hot(secret: string) {
    const watermarks = claimNamed(this.bakery, 'signer-gateway-watermarks');
    const publicKeys = publicKeyFiles(this.bakery);
    claim(this, watermarks);
    this.configMap(PUBLIC_KEYS, publicKeys);
    this.scripts(signerScripts);
    singlePod(this, { annotations: checksum(publicKeys), spec: hotSignerPod(this.bakery, secret, watermarks) });
    this.signerService();
    neverDisrupted(this);
  }

  private signerService(more: Partial<k8s.ServiceSpec> = {}, annotations?: Record<string, string>) {
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata({ name: 'signer-gateway', annotations }),
      spec: {
        selector: this.bakery.selector('signer-gateway', 'signer-gateway'),
        ports: [servicePort('signer-gateway', 'signer')],
        ...more,
      },
    });
  }
}
