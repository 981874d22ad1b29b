/** CPU in thousandths of a vCPU and memory in MiB: what a pod requests, or what a node offers. */
export interface Amounts {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
}

export interface PlaceablePod extends Amounts {
  readonly name: string;
}

export interface Placed {
  readonly fits: true;
  /** For each pod, in the order given, the index of its node. */
  readonly nodeOf: readonly number[];
}

export interface Misfit {
  readonly fits: false;
  readonly pod: PlaceablePod;
  /** False when no node would hold the pod even if it were empty: a bigger machine is needed, not another one. */
  readonly fitsAnEmptyNode: boolean;
  /** What the node that comes closest lacks. */
  readonly shortfall: Amounts;
  /** A sentence for an error message. */
  readonly text: string;
}

/** Up to here every combination is tried, so that "does not fit" is a proof. */
const EXHAUSTIVE_UP_TO = 10;
/** Beyond, the search gives up after this many steps (a fraction of a second) and may miss a placement. */
const STEPS_FOR_MORE = 200_000;

/** Places every pod on a node as the scheduler could, judged by requests alone (no affinity, no zones). */
export function placePods(pods: readonly PlaceablePod[], nodes: readonly Amounts[]): Placed | Misfit {
  const order = pods
    .map((_, index) => index)
    .sort((a, b) => weight(pods[b]!, nodes) - weight(pods[a]!, nodes) || a - b);
  const quick = bestFit(pods, nodes, order);
  if (quick.misfit === undefined) return { fits: true, nodeOf: quick.nodeOf };
  // When the pods are too many for all nodes together, there is nothing to search.
  const nodeOf = holds(sum(nodes), sum(pods)) ? tryEverything(pods, nodes, order) : undefined;
  if (nodeOf) return { fits: true, nodeOf };
  return describeMisfit(quick.misfit, nodes, quick.left);
}

/** Which of the two resources weighs more decides a pod's size, measured against all nodes together. */
function weight(pod: Amounts, nodes: readonly Amounts[]): number {
  const total = (of: (node: Amounts) => number) => nodes.reduce((sum, node) => sum + of(node), 0) || 1;
  return Math.max(pod.cpuMilli / total((n) => n.cpuMilli), pod.memoryMiB / total((n) => n.memoryMiB));
}

function bestFit(pods: readonly PlaceablePod[], nodes: readonly Amounts[], order: readonly number[]) {
  const left = [...nodes];
  const nodeOf: number[] = [];
  let misfit: PlaceablePod | undefined;
  for (const index of order) {
    const pod = pods[index]!;
    const [tightest] = left
      .map((free, node) => ({ node, free, spare: weight(minus(free, pod), nodes) }))
      .filter(({ free }) => holds(free, pod))
      .sort((a, b) => a.spare - b.spare || a.node - b.node);
    if (tightest) {
      nodeOf[index] = tightest.node;
      left[tightest.node] = minus(tightest.free, pod);
    } else misfit ??= pod;
  }
  return { nodeOf, left, misfit };
}

function tryEverything(pods: readonly PlaceablePod[], nodes: readonly Amounts[], order: readonly number[]) {
  const left = [...nodes];
  const nodeOf: number[] = [];
  let steps = pods.length <= EXHAUSTIVE_UP_TO ? Number.POSITIVE_INFINITY : STEPS_FOR_MORE;
  const place = (depth: number): boolean => {
    if (steps-- <= 0) return false;
    const index = order[depth];
    if (index === undefined) return true;
    const tried = new Set<string>();
    return left.some((free, node) => {
      const key = `${free.cpuMilli}/${free.memoryMiB}`;
      // Two nodes with the same room are the same choice: without this, ten pods on ten nodes take hours.
      if (tried.has(key) || !holds(free, pods[index]!)) return false;
      tried.add(key);
      left[node] = minus(free, pods[index]!);
      nodeOf[index] = node;
      if (place(depth + 1)) return true;
      left[node] = free;
      return false;
    });
  };
  return place(0) ? nodeOf : undefined;
}

function describeMisfit(pod: PlaceablePod, nodes: readonly Amounts[], left: readonly Amounts[]): Misfit {
  const fitsAnEmptyNode = nodes.some((node) => holds(node, pod));
  const lack = (free: Amounts): Amounts => ({
    cpuMilli: Math.max(0, pod.cpuMilli - free.cpuMilli),
    memoryMiB: Math.max(0, pod.memoryMiB - free.memoryMiB),
  });
  const candidates = fitsAnEmptyNode ? left : nodes;
  const closest = [...candidates].sort((a, b) => weight(lack(a), nodes) - weight(lack(b), nodes))[0];
  const shortfall = lack(closest ?? { cpuMilli: 0, memoryMiB: 0 });
  const has = closest
    ? `the closest node has ${words(closest)} ${fitsAnEmptyNode ? 'left' : 'for pods'}`
    : 'there is no node';
  const text = `${pod.name} needs ${words(pod)}; ${has}: ${words(shortfall)} short`;
  return { fits: false, pod, fitsAnEmptyNode, shortfall, text };
}

/** "3.5 CPU and 16384 MiB"; a part that is zero is left out, so that a shortfall names only what is short. */
function words({ cpuMilli, memoryMiB }: Amounts): string {
  const parts = [cpuMilli === 0 ? [] : [`${cpuMilli / 1000} CPU`], memoryMiB === 0 ? [] : [`${memoryMiB} MiB`]].flat();
  return parts.join(' and ') || 'nothing';
}

export function minus(from: Amounts, what: Amounts): Amounts {
  return { cpuMilli: from.cpuMilli - what.cpuMilli, memoryMiB: from.memoryMiB - what.memoryMiB };
}

export function sum(all: readonly Amounts[]): Amounts {
  return {
    cpuMilli: all.reduce((total, { cpuMilli }) => total + cpuMilli, 0),
    memoryMiB: all.reduce((total, { memoryMiB }) => total + memoryMiB, 0),
  };
}

function holds(free: Amounts, pod: Amounts): boolean {
  return free.cpuMilli >= pod.cpuMilli && free.memoryMiB >= pod.memoryMiB;
}
