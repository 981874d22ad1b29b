import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { claimNamed } from '../../model/claims';
import { ComponentChart, why } from '../component-chart';
import { checksum } from '../kit/checksum';
import { highAvailability } from '../kit/high-availability';
import { placeKeysScripts } from '../kit/octez/placed-keys';
import { dialledPorts } from '../kit/ports';
import { publishedPorts } from '../kit/published-port';
import { neverDisrupted, singlePod } from '../kit/single-pod';
import { claim } from '../kit/volumes';
import { GUARD, guardFiles, guardPod, guardScripts } from './guard.pod';
import { hotSignerPod, PUBLIC_KEYS } from './hot-signer.pod';
import { SIGNATORY, signatoryPod } from './signatory.pod';
import { signatoryFiles } from './signatory-config';
import { publicKeyFiles } from './signer-keys';
import { TUNNELS, tunnelFiles } from './tunnels';

const PARTS_NOT_READY =
  'publishNotReadyAddresses: readiness is the whole pod, and a tunnel that fails must not keep the baker from the others.';
const HOMES_NOT_READY = 'signers dial in for the gateway to become useful, not after it.';
const KEYS_ARE_THERE = "readinessProbe /keys/...: Signatory's own /healthz is content without any key.";

/**
 * What the baker dials for signatures. For `custody: homes` it is the guard, behind which signers at home dial in; for
 * `custody: kms` Signatory; for `custody: hot` an octez-signer over a Secret.
 */
export class SignerGatewayChart extends ComponentChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'signer-gateway');
    const { homes, hot, kms } = bakery.settings.custody;
    if (homes) this.homes();
    else if (kms) this.signatory();
    else if (hot) this.hot(hot.secret);
    neverDisrupted(this);
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
    highAvailability(this);
  }

  /** A port for each signer: what its uplinks dial. */
  private tunnelLoadBalancer() {
    if (this.bakery.signers.length === 0) return; // a Service has a port
    const ports = this.bakery.signers.map(({ port: { name, number } }) => {
      return { name, port: number, targetPort: k8s.IntOrString.fromString(name) };
    });
    publishedPorts(this, 'ssh', ports, { why: HOMES_NOT_READY });
  }

  /** It moves by itself: the marks are no pod's, and of two that run at once one alone gets each of them. */
  private signatory() {
    const files = signatoryFiles(this.bakery);
    this.configMap(SIGNATORY, files);
    singlePod(this, { annotations: checksum(files), spec: signatoryPod(this.bakery), why: [KEYS_ARE_THERE] });
    this.signerService();
    highAvailability(this);
  }

  /**
   * An octez-signer over a Secret. It never fails over to another zone by itself: a node that is unreachable may still
   * sign, and a second signer, on a disk taken from it by force, would not know the last watermarks. A person looks first.
   */
  private hot(secret: string) {
    const watermarks = claimNamed(this.bakery, 'signer-gateway-watermarks');
    const publicKeys = publicKeyFiles(this.bakery);
    claim(this, watermarks);
    this.configMap(PUBLIC_KEYS, publicKeys);
    this.scripts(placeKeysScripts);
    singlePod(this, { annotations: checksum(publicKeys), spec: hotSignerPod(this.bakery, secret, watermarks) });
    this.signerService();
  }

  private signerService(more: Partial<k8s.ServiceSpec> = {}, annotations?: Record<string, string>) {
    new k8s.KubeService(this, 'service', {
      metadata: this.metadata({ name: 'signer-gateway', annotations }),
      spec: {
        selector: this.bakery.selector('signer-gateway', 'signer-gateway'),
        ports: dialledPorts(this.bakery, 'signer-gateway', 'signer', 'metrics'),
        ...more,
      },
    });
  }
}
