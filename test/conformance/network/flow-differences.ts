import type { NetworkPolicy } from './endpoints';
import type { Side, Sides } from './sides';

/** Sides of flows between the same two ends that are judged wrong in the same way. */
export interface Difference {
  readonly what: 'wanted, but denied' | 'allowed, but not wanted' | 'not the same in every implementation';
  readonly sides: readonly Side[];
}

/** What is in one set alone, by the two ends. */
export function differencesBetween(wanted: Sides, allowed: Sides): Difference[] {
  return [
    ...byEnds(without(wanted, allowed), 'wanted, but denied'),
    ...byEnds(without(allowed, wanted), 'allowed, but not wanted'),
  ];
}

/** What depends on whether an ipBlock matches pods. */
export function modeDifferences(byAddress: Sides, byLabels: Sides): Difference[] {
  const either = [...without(byAddress, byLabels), ...without(byLabels, byAddress)];
  return byEnds(either, 'not the same in every implementation');
}

function without(sides: Sides, others: Sides): Side[] {
  return [...sides].flatMap(([key, side]) => (others.has(key) ? [] : [side]));
}

function byEnds(sides: readonly Side[], what: Difference['what']): Difference[] {
  const groups = new Map<string, Side[]>();
  for (const each of sides) {
    const ends = [each.side, each.from.name, each.to.name].join('|');
    groups.set(ends, [...(groups.get(ends) ?? []), each]);
  }
  return [...groups.values()].map((group) => ({ what, sides: group }));
}

/** `mainnet-baking/sentry-a -> 8.8.4.4 (internet), TCP 1 22 53` */
export function flowText({ sides }: Difference): string {
  const [{ from, to }] = sides;
  const protocols = [...new Set(sides.map(({ port }) => port.protocol))];
  const ports = protocols.map((protocol) =>
    [protocol, ...sides.filter(({ port }) => port.protocol === protocol).map(({ port }) => port.port)].join(' '),
  );
  return `${from.name} -> ${to.name}, ${ports.join(', ')}`;
}

/** Which side is wrong, and the policies that have a say in it. */
export function detailText({ what, sides: [first] }: Difference, policies: readonly NetworkPolicy[]): string {
  const [own, type] = first.side === 'out' ? ([first.from, 'Egress'] as const) : ([first.to, 'Ingress'] as const);
  const concerned = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === own.namespace &&
      spec.policyTypes.includes(type) &&
      Object.entries(spec.podSelector.matchLabels ?? {}).every(([key, value]) => own.podLabels?.[key] === value),
  );
  const names = concerned.map(({ metadata }) => metadata.name).join(', ');
  return `${what} at ${own.name} (${type}); its policies: ${names || 'none'}`;
}
