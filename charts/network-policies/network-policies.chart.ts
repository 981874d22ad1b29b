import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Bakery } from '../../model/bakery';
import { components, type NamespaceRole, namespaceRoles } from '../../model/components';
import { type Flow, flowsOf } from '../../model/flows';
import { BakeryChart, why } from '../component-chart';
import { type ComponentPort, egressOf, type Pods, policyName, portsOf, sourcesOf } from './peers';

/** Who may talk to whom: nobody to nobody, and then each line of model/flows.ts, once for each side of it that is a pod. */
export class NetworkPoliciesChart extends BakeryChart {
  constructor(scope: Construct, bakery: Bakery) {
    super(scope, bakery, 'network-policies');
    for (const role of namespaceRoles) this.denyAll(role);
    for (const flow of flowsOf(bakery)) {
      const { from, to } = flow;
      if ('component' in from) this.allowOut(from, flow);
      if ('component' in to) this.allowIn(to, flow);
    }
  }

  private denyAll(role: NamespaceRole) {
    new k8s.KubeNetworkPolicy(this, `deny-all-${role}`, {
      metadata: this.metadataIn(role, { name: 'deny-all' }),
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
  }

  /** The side that dials. */
  private allowOut(from: Pods, flow: Flow) {
    this.policy(from, policyName(from, 'to', flow.to, flow), flow.why, {
      policyTypes: ['Egress'],
      egress: egressOf(this.bakery, from, flow),
    });
  }

  /** The side that answers. */
  private allowIn(to: ComponentPort, flow: Flow) {
    this.policy(to, policyName(to, 'from', flow.from, flow), flow.why, {
      policyTypes: ['Ingress'],
      ingress: [{ from: sourcesOf(this.bakery, to, flow), ports: portsOf(to) }],
    });
  }

  private policy(pods: Pods, name: string, reason: string, rules: Omit<k8s.NetworkPolicySpec, 'podSelector'>) {
    const role = components[pods.component].namespace;
    new k8s.KubeNetworkPolicy(this, `${role}-${name}`, {
      metadata: this.metadataIn(role, { name, annotations: why(reason) }, pods.component),
      spec: { podSelector: { matchLabels: this.bakery.selector(pods.component, pods.instance) }, ...rules },
    });
  }
}
