import type { Bakery } from './bakery';
import type { ComponentName, PortName } from './components';

/** What stands outside the cluster's pods. */
export type Outside = 'dns' | 'internet-p2p' | 'internet-https';

/** Who may talk to whom, on which named port, and why. Everything else is denied, both ways. */
export interface Flow {
  readonly from: { readonly component: ComponentName } | { readonly outside: 'internet-p2p' };
  readonly to:
    | { readonly component: ComponentName; readonly instance?: string; readonly port: string }
    | { readonly outside: Outside };
  /** The side that answers has no pods in this bakery yet: only the one that dials gets a policy. */
  readonly answeredLater?: boolean;
  /** For a flow from the internet: who may dial (CIDRs). */
  readonly sourceRanges?: readonly string[];
  readonly why: string;
}

function flow<C extends ComponentName>(from: ComponentName, to: C, port: PortName<C>, why: string): Flow {
  return { from: { component: from }, to: { component: to, port }, why };
}

function outward(from: ComponentName, outside: Outside, why: string): Flow {
  return { from: { component: from }, to: { outside }, why };
}

/** Every flow of a bakery. Policies, and the list of who dials whom, follow from it. */
export function flowsOf(bakery: Bakery): Flow[] {
  const { sentries, dal, custody } = bakery.settings;
  // Whatever the custody, the baker dials its gateway from the first day on; only `hot` has one so far.
  const toGateway = { answeredLater: !custody.hot };
  const flows: Flow[] = [
    outward('baker', 'dns', 'resolves its peers, the gateway and snapshot providers'),
    { ...flow('baker', 'signer-gateway', 'signer', 'the baker asks for signatures'), ...toGateway },
  ];
  if (sentries.length > 0) {
    flows.push(flow('baker', 'sentry', 'p2p', 'the private node peers with the sentries only'));
    if (bakery.privateNodeDownloads) {
      flows.push(
        outward('baker', 'internet-https', 'downloads what it starts from, and asks public nodes to confirm it'),
      );
    }
    flows.push(outward('sentry', 'dns', 'resolves bootstrap peers and snapshot providers'));
    flows.push(
      outward('sentry', 'internet-p2p', 'peers with the network on any port, and downloads its first snapshot'),
    );
  } else {
    flows.push(outward('baker', 'internet-p2p', 'no sentries: the private node peers with the network directly'));
  }
  for (const { name, loadBalancer } of sentries) {
    if (!loadBalancer) continue;
    flows.push({
      from: { outside: 'internet-p2p' },
      to: { component: 'sentry', instance: `sentry-${name}`, port: 'p2p' },
      sourceRanges: loadBalancer.sourceRanges,
      why: 'peers that list the load balancer by hand dial in',
    });
  }
  if (bakery.daemon('endorser')) {
    flows.push(outward('endorser', 'dns', 'resolves the private node and the gateway'));
    flows.push(flow('endorser', 'baker', 'rpc-full', 'watches the mempool and injects endorsements'));
    flows.push({ ...flow('endorser', 'signer-gateway', 'signer', 'the endorser asks for signatures'), ...toGateway });
  }
  if (dal) {
    flows.push(outward('dal-node', 'dns', 'resolves the private node and DAL bootstrap peers'));
    flows.push(outward('dal-node', 'internet-p2p', 'exchanges shards with the DAL network on any port'));
    flows.push({
      from: { outside: 'internet-p2p' },
      to: { component: 'dal-node', port: 'p2p' },
      sourceRanges: ['0.0.0.0/0'],
      why: 'DAL peers dial its published address',
    });
    flows.push(flow('dal-node', 'baker', 'rpc-full', 'follows the chain by monitor RPCs'));
    flows.push(flow('baker', 'dal-node', 'rpc', 'asks which slots to attest'));
  }
  return flows;
}
