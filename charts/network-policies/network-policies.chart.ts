import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { components, type NamespaceRole, namespaceRoles } from '../../model/components';
import { type Flow, flowsOf } from '../../model/flows';
import { BakeryChart } from '../component-chart';
import { type Pods, peerOf, policyName, portsOf, sourcesOf } from './peers';

/** Who may talk to whom: nobody to nobody, and then each line of model/flows.ts, once for each side of it. */
export class NetworkPolicies extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'network-policies');
    for (const role of namespaceRoles) this.denyAll(role);
    for (const flow of flowsOf(bakery)) {
      if ('component' in flow.from) this.allowOut(flow.from, flow);
      if ('component' in flow.to && !flow.answeredLater) this.allowIn(flow.to, flow);
    }
  }

  private denyAll(role: NamespaceRole) {
    new k8s.KubeNetworkPolicy(this, `deny-all-${role}`, {
      metadata: this.policyMetadata(role, 'deny-all', 'network-policies'),
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
  }

  /** The side that dials. */
  private allowOut(from: Pods, flow: Flow) {
    this.policy(from, policyName(from, 'to', flow.to, flow), flow.why, {
      policyTypes: ['Egress'],
      egress: [{ to: peerOf(this.bakery, from, flow.to), ports: portsOf(flow) }],
    });
  }

  /** The side that answers. */
  private allowIn(to: Pods, flow: Flow) {
    this.policy(to, policyName(to, 'from', flow.from, flow), flow.why, {
      policyTypes: ['Ingress'],
      ingress: [{ from: sourcesOf(this.bakery, to, flow), ports: portsOf(flow) }],
    });
  }

  private policy(pods: Pods, name: string, why: string, rules: Omit<k8s.NetworkPolicySpec, 'podSelector'>) {
    const role = components[pods.component].namespace;
    new k8s.KubeNetworkPolicy(this, `${role}-${name}`, {
      metadata: { ...this.policyMetadata(role, name, pods.component), annotations: { 'tezos-bakery/why': why } },
      spec: { podSelector: { matchLabels: this.bakery.selector(pods.component, pods.instance) }, ...rules },
    });
  }

  private policyMetadata(role: NamespaceRole, name: string, component: string): k8s.ObjectMeta {
    return { name, namespace: this.bakery.namespace(role), labels: this.bakery.labels(component) };
  }
}
