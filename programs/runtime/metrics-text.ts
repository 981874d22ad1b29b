export type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];
type Kind = 'counter' | 'gauge' | 'histogram';

interface Family {
  readonly kind: Kind;
  readonly help: string;
  readonly lines: () => string[];
}

/** What a program counts, as text for Prometheus (text format 0.0.4). */
export class Metrics {
  private readonly families = new Map<string, Family>();

  /** What it answers adds to the counter. */
  counter(name: string, help: string): (labels?: Labels, by?: number) => void {
    const values = new Map<string, number>();
    this.add(name, { kind: 'counter', help, lines: () => linesOf(values) });
    return (labels = {}, by = 1) => {
      const id = `${name}${written(labels)}`;
      values.set(id, (values.get(id) ?? 0) + by);
    };
  }

  /** `read` is called for every text. */
  gauge(name: string, help: string, read: () => readonly Sample[]): void {
    const lines = () => read().map(([labels, value]) => `${name}${written(labels)} ${value}`);
    this.add(name, { kind: 'gauge', help, lines });
  }

  /** What it answers takes a value into account; `bounds` rise. */
  histogram(name: string, help: string, bounds: readonly number[]): (value: number) => void {
    const counts = bounds.map(() => 0);
    let count = 0;
    let sum = 0;
    const lines = () => [
      ...bounds.map((bound, i) => `${name}_bucket{le="${bound}"} ${counts[i]}`),
      `${name}_bucket{le="+Inf"} ${count}`,
      `${name}_sum ${sum}`,
      `${name}_count ${count}`,
    ];
    this.add(name, { kind: 'histogram', help, lines });
    return (value) => {
      count++;
      sum += value;
      for (const [i, bound] of bounds.entries()) if (value <= bound) counts[i]++;
    };
  }

  get text(): string {
    const parts = [...this.families].map(([name, { kind, help, lines }]) =>
      [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines(), ''].join('\n'),
    );
    return parts.join('');
  }

  private add(name: string, family: Family): void {
    if (this.families.has(name)) throw new Error(`two metrics are called ${name}`);
    this.families.set(name, family);
  }
}

function linesOf(values: ReadonlyMap<string, number>): string[] {
  return [...values].map(([id, value]) => `${id} ${value}`);
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}
