import { type NetworkPolicy, type Peer, type Rule, rulesOf } from './endpoints';

/** Policies that are wrong in one place; the judge must see it. */
export interface Sabotage {
  readonly kind: 'a policy taken away' | 'a policy that allows everything' | 'an exception taken out of an ipBlock';
  readonly what: string;
  /** Policies bind pods of their own namespace: nothing changes elsewhere. */
  readonly namespace: string;
  readonly policies: readonly NetworkPolicy[];
}

/** The same policies with ipBlocks that leave nothing out: pods and nodes are in them, where addresses count. */
export function withoutExceptions(policies: readonly NetworkPolicy[]): NetworkPolicy[] {
  return policies.map((policy) => exceptionsOf(policy).reduce(widened, policy));
}

/** Every policy missing once, every namespace open once, every exception forgotten once. */
export function sabotages(policies: readonly NetworkPolicy[]): Sabotage[] {
  return [
    ...policies.map((policy) => missing(policy, policies)),
    ...[...new Set(policies.map(({ metadata }) => metadata.namespace))].map((each) => open(each, policies)),
    ...policies.flatMap((policy) => exceptionsOf(policy).map((except) => forgotten(policy, except, policies))),
  ];
}

function missing(policy: NetworkPolicy, policies: readonly NetworkPolicy[]): Sabotage {
  const { namespace, name } = policy.metadata;
  const rest = policies.filter((each) => each !== policy);
  return { kind: 'a policy taken away', what: `${namespace}/${name}`, namespace, policies: rest };
}

function open(namespace: string, policies: readonly NetworkPolicy[]): Sabotage {
  const policyTypes = ['Ingress', 'Egress'];
  const spec = { podSelector: {}, policyTypes, ingress: [{}], egress: [{}] };
  const allowAll: NetworkPolicy = { metadata: { name: 'allow-all', namespace }, spec };
  return { kind: 'a policy that allows everything', what: namespace, namespace, policies: [...policies, allowAll] };
}

function forgotten(policy: NetworkPolicy, except: string, policies: readonly NetworkPolicy[]): Sabotage {
  const { namespace, name } = policy.metadata;
  return {
    kind: 'an exception taken out of an ipBlock',
    what: `${except} of ${namespace}/${name}`,
    namespace,
    policies: policies.map((each) => (each === policy ? widened(policy, except) : each)),
  };
}

function widened(policy: NetworkPolicy, except: string): NetworkPolicy {
  const { spec } = policy;
  const peers = (each: readonly Peer[]) => each.map((peer) => widenedPeer(peer, except));
  const rule = (each: Rule): Rule => ({
    ...each,
    ...(each.from ? { from: peers(each.from) } : {}),
    ...(each.to ? { to: peers(each.to) } : {}),
  });
  const ingress = spec.ingress ? { ingress: spec.ingress.map(rule) } : {};
  const egress = spec.egress ? { egress: spec.egress.map(rule) } : {};
  return { ...policy, spec: { ...spec, ...ingress, ...egress } };
}

function widenedPeer(peer: Peer, except: string): Peer {
  if (!peer.ipBlock?.except) return peer;
  return { ...peer, ipBlock: { ...peer.ipBlock, except: peer.ipBlock.except.filter((each) => each !== except) } };
}

function exceptionsOf(policy: NetworkPolicy): string[] {
  const peers = rulesOf(policy).flatMap(({ from = [], to = [] }) => [...from, ...to]);
  return [...new Set(peers.flatMap(({ ipBlock }) => ipBlock?.except ?? []))];
}
