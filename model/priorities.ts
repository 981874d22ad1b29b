interface Priority {
  /** Up to 1,000,000,000: the rest belongs to Kubernetes. Nobody can change it. */
  readonly value: number;
  /** What a reader of the cluster sees. */
  readonly description: string;
  /** Takes no other pod's place, but waits until one is free. */
  readonly waits?: true;
}

/**
 * Who stays when nodes are short, highest first: a pod takes the place of those below it, and a node without memory or
 * disk evicts those first.
 */
export const priorities = {
  baking: {
    value: 100_000_000,
    description: 'What bakes, attests or signs: takes the place of any other pod when nodes are short.',
  },
  sentries: {
    value: 90_000_000,
    description: 'Public nodes, one of which is enough to bake: give way to what bakes, attests or signs alone.',
  },
  assisting: {
    value: 80_000_000,
    description: 'What earns beside the baker, who bakes and attests without it: gives way to baker and sentries.',
  },
  auxiliary: {
    value: 1_000,
    description: 'Payouts, monitoring and other work that can wait: never takes the place of a pod.',
    waits: true,
  },
} as const satisfies Readonly<Record<string, Priority>>;

export type PriorityName = keyof typeof priorities;

export const priorityNames = Object.keys(priorities) as PriorityName[];

/** The facts of a priority. */
export function priorityOf(name: PriorityName): Priority {
  return priorities[name];
}

/** Name of its PriorityClass: `mainnet-baking`. */
export function priorityClass(bakery: string, name: PriorityName): string {
  return `${bakery}-${name}`;
}
