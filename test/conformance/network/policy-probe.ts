import { mustRun } from '../tools/run';
import { type Endpoint, type NetworkPolicy, type Port, protocols, rulesOf } from './endpoints';
import type { Rendered } from './rendered-bakeries';
import type { Side, Stage } from './sides';

/** Ports that pods of any cluster listen on, the ends of the range, and one that a peer may have chosen. */
const usualPorts = [1, 22, 53, 80, 443, 987, 988, 6443, 8080, 10250, 19732, 65535];

/** What the probe is asked. */
export interface Question {
  readonly policies: readonly NetworkPolicy[];
  /** Whether an ipBlock matches pods and nodes by their address (not on Dataplane V2, that is Cilium). */
  readonly ipBlocksMatchPods: boolean;
  /** The namespaces whose pods' policies are judged. */
  readonly judge: readonly string[];
}

/** What cyclonus says. */
export interface Answer {
  readonly library: string;
  readonly sides: readonly Side[];
}

/**
 * Every port that a pod opens, and every number that a policy names, with its neighbours: no policy can tell any other
 * port from these.
 */
export function portsOf(bakeries: readonly Rendered[]): Port[] {
  const opened = bakeries.flatMap(({ workloads }) => workloads.flatMap(({ ports }) => ports));
  const rules = bakeries.flatMap(({ policies }) => policies.flatMap(rulesOf));
  const limits = rules.flatMap(({ ports = [] }) => ports.flatMap(({ port, endPort }) => [port, endPort]));
  const inPolicies = limits.filter((limit) => typeof limit === 'number').flatMap((port) => [port - 1, port, port + 1]);
  const numbers = new Set([...usualPorts, ...opened.map(({ containerPort }) => containerPort), ...inPolicies]);
  const valid = [...numbers].filter((port) => port >= 1 && port <= 65535).sort((a, b) => a - b);
  return protocols.flatMap((protocol) => valid.map((port) => ({ port, protocol })));
}

/** Asks cyclonus about every pair of endpoints, every port, each side. */
export async function probe(program: string, { endpoints, ports }: Stage, question: Question): Promise<Answer> {
  const input = JSON.stringify({ ...question, endpoints, ports });
  const { stdout } = await mustRun(program, [], { input });
  const { library, verdicts } = JSON.parse(stdout) as { library: string; verdicts: Verdict[] };
  const sides = verdicts.flatMap(({ from, to, out = [], in: inward = [] }) => {
    const pair = { from: endpoints[from], to: endpoints[to] };
    return [
      ...out.map((port): Side => ({ side: 'out', ...pair, port: ports[port] })),
      ...inward.map((port): Side => ({ side: 'in', ...pair, port: ports[port] })),
    ];
  });
  return { library, sides };
}

/** How many sides of flows a question is about. */
export function probesOf({ endpoints, ports }: Stage, own: readonly Endpoint[]): number {
  return own.length * (endpoints.length - 1) * 2 * ports.length;
}

interface Verdict {
  readonly from: number;
  readonly to: number;
  readonly out?: readonly number[];
  readonly in?: readonly number[];
}
