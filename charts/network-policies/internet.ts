import type { k8s } from 'cdk8s-plus-27';
import type { Bakery } from '../../model/bakery';
import { type Cidr, contains, parseCidr, privateRanges } from '../../model/google/cidr';

/** Everything but private networks and the cluster itself. */
export function internet(bakery: Bakery): k8s.IpBlock {
  return outsideBlock(bakery, '0.0.0.0/0');
}

/**
 * A range of addresses outside the cluster. On Dataplane V2 an ipBlock matches neither pods nor nodes, but other
 * implementations match pods by address: there 0.0.0.0/0 alone would let in every pod of the cluster.
 */
export function outsideBlock(bakery: Bakery, range: string): k8s.IpBlock {
  const outer = parseCidr(range);
  const inside = notInternet(bakery).filter((hole) => contains(outer, hole) && hole.prefix > outer.prefix);
  const except = inside.filter((hole) => !inside.some((other) => other.prefix < hole.prefix && contains(other, hole)));
  return { cidr: range, ...(except.length > 0 ? { except: except.map(({ text }) => text) } : {}) };
}

/** Private ranges and the bakery's own, each once, by address. */
function notInternet(bakery: Bakery): Cidr[] {
  const texts = [...privateRanges.map(({ cidr }) => cidr), ...Object.values(bakery.settings.google.ranges)];
  return [...new Set(texts)].map(parseCidr).sort((a, b) => a.first - b.first || a.prefix - b.prefix);
}
