import { isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { SettingPath } from '../messages/problems';

/** Where the settings of a file stand in its text. */
export class Offsets {
  private readonly pairs = new Map<YAMLMap, Map<unknown, Pair>>();

  constructor(private readonly root: Node | null) {}

  /** Offset of the setting, or of its nearest ancestor that exists. */
  of(path: SettingPath): number {
    let node: unknown = this.root;
    let offset = this.root?.range?.[0] ?? 0;
    for (const part of path) {
      const [start, next] = isMap(node) ? this.inMap(node, part) : isSeq(node) ? inList(node.items, part) : [];
      if (start === undefined) break;
      [offset, node] = [start, next];
    }
    return offset;
  }

  private inMap(map: YAMLMap, key: string | number): [start?: number, value?: unknown] {
    let pairs = this.pairs.get(map);
    if (!pairs) {
      pairs = new Map();
      for (const pair of map.items) if (isScalar(pair.key)) pairs.set(String(pair.key.value), pair);
      this.pairs.set(map, pairs);
    }
    const pair = pairs.get(String(key));
    return pair ? [(pair.key as Node).range?.[0], pair.value] : [];
  }
}

function inList(items: readonly unknown[], index: string | number): [start?: number, value?: unknown] {
  const item = typeof index === 'number' ? (items[index] as Node | undefined) : undefined;
  return item ? [item.range?.[0], item] : [];
}

/** The way to a node from those above it, as the parser's `visit` has them, and itself. */
export function pathOfNodes(nodes: readonly unknown[]): SettingPath {
  const path: (string | number)[] = [];
  nodes.forEach((node, i) => {
    const next = nodes[i + 1];
    if (isPair(node) && isScalar(node.key) && next !== undefined) path.push(String(node.key.value));
    if (isSeq(node) && next !== undefined) path.push(node.items.indexOf(next as Node));
  });
  return path;
}
