import { type NetworkPolicy, type Port, protocols } from './endpoints';
import type { Side, Sides } from './sides';

/** Sides of flows at one pod that are judged wrong in the same way: one mistake in a policy opens hundreds. */
export interface Difference {
  readonly what: 'wanted, but denied' | 'allowed, but not wanted' | 'not the same in every implementation';
  readonly sides: readonly Side[];
}

/** What is in one set alone, pod by pod. */
export function differencesBetween(wanted: Sides, allowed: Sides): Difference[] {
  return [
    ...byPod(without(wanted, allowed), 'wanted, but denied'),
    ...byPod(without(allowed, wanted), 'allowed, but not wanted'),
  ];
}

/** What depends on whether an ipBlock matches pods. */
export function modeDifferences(byAddress: Sides, byLabels: Sides): Difference[] {
  const either = [...without(byAddress, byLabels), ...without(byLabels, byAddress)];
  return byPod(either, 'not the same in every implementation');
}

function without(sides: Sides, others: Sides): Side[] {
  return [...sides].flatMap(([key, side]) => (others.has(key) ? [] : [side]));
}

function byPod(sides: readonly Side[], what: Difference['what']): Difference[] {
  const groups = groupsOf(sides, (each) => `${each.side}|${judged(each).own.name}`);
  return groups.map((group) => ({ what, sides: group }));
}

function groupsOf(sides: readonly Side[], keyOf: (side: Side) => string): Side[][] {
  const groups = new Map<string, Side[]>();
  for (const each of sides) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return [...groups.values()];
}

/** Whose policies decide, and who is on the other end. */
function judged({ side, from, to }: Side) {
  return side === 'out' ? { own: from, other: to, type: 'Egress' } : { own: to, other: from, type: 'Ingress' };
}

/** `wanted, but denied at mainnet-baking/baker (Egress)` */
export function headline({ what, sides: [first] }: Difference): string {
  const { own, type } = judged(first!);
  return `${what} at ${own.name} (${type})`;
}

/** Policies, the files that they and everything else lie in, by `<kind> <namespace>/<name>`, and all ports there are. */
export interface Scenery {
  readonly policies: readonly NetworkPolicy[];
  readonly files: ReadonlyMap<string, string>;
  readonly ports: readonly Port[];
}

const shownFlows = 8;

/** The flows, the policies that have a say in them, and where these lie. */
export function detailText({ sides }: Difference, scenery: Scenery): string {
  const flows = groupsOf(sides, (each) => judged(each).other.name);
  const shown = flows.slice(0, shownFlows).map((flow) => flowText(flow, scenery.ports));
  const more = flows.length > shownFlows ? [`and ${flows.length - shownFlows} more flows like these`] : [];
  return [...shown, ...more, ...policyLines(sides[0]!, scenery)].join('\n');
}

/** `mainnet-baking/sentry-a -> 8.8.4.4 (internet), TCP 1 22 53` */
function flowText(sides: readonly Side[], all: readonly Port[]): string {
  const [{ from, to }] = sides as [Side];
  const ports = protocols.flatMap((protocol) => {
    const numbers = sides.filter(({ port }) => port.protocol === protocol).map(({ port }) => port.port);
    if (numbers.length === 0) return [];
    const isAll = numbers.length === all.filter((port) => port.protocol === protocol).length;
    return [isAll ? `every port of ${protocol}` : [protocol, ...numbers].join(' ')];
  });
  return `${from.name} -> ${to.name}, ${ports.join(', ')}`;
}

function policyLines(side: Side, { policies, files }: Scenery): string[] {
  const { own, type } = judged(side);
  const concerned = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === own.namespace &&
      spec.policyTypes.includes(type) &&
      Object.entries(spec.podSelector.matchLabels ?? {}).every(([key, value]) => own.podLabels?.[key] === value),
  );
  if (concerned.length === 0) return [`it has no policy; its namespace: ${files.get(`Namespace ${own.namespace}`)}`];
  const byFile = new Map<string, string[]>();
  for (const { metadata } of concerned) {
    const file = files.get(`NetworkPolicy ${metadata.namespace}/${metadata.name}`) ?? 'dist/charts';
    byFile.set(file, [...(byFile.get(file) ?? []), metadata.name]);
  }
  return [...byFile].map(([file, names]) => `its policies: ${names.join(', ')} (${file})`);
}
