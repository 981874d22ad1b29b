import type { Log } from '../runtime/json-log';
import { blockPath, Rpc } from '../runtime/rpc';
import { type Head, readHead } from './chain-block';
import type { NamedNode } from './chain-exporter.contract';
import type { ChainKind } from './chain-kind';

/** Levels. */
const HARDLY_BEHIND = 2;

export interface SourcesParts {
  readonly nodes: readonly NamedNode[];
  readonly chainId: string;
  readonly kind: ChainKind;
  /** For one question. */
  readonly timeoutMs: number;
  readonly onFailure: (node: NamedNode) => void;
  readonly log: Log;
}

/** A node that may be asked, and what it last called its head. */
export class Source {
  head: Head | undefined;
  /** Why its head is not known now; '' if it is. */
  problem = 'not asked yet';
  readonly rpc: Rpc;
  private isAsked = false;

  constructor(
    readonly node: NamedNode,
    private readonly parts: SourcesParts,
  ) {
    this.rpc = new Rpc(node, parts.timeoutMs);
  }

  /** One question at a time: a node that hangs has one connection. */
  async tick(): Promise<void> {
    if (this.isAsked) return;
    this.isAsked = true;
    let problem = '';
    try {
      this.head = readHead(await this.rpc.get(blockPath('head', '/header')), this.parts.kind, this.parts.chainId);
    } catch (error) {
      problem = (error as Error).message;
      this.hasFailed();
    }
    if (problem && problem !== this.problem) this.parts.log('WARNING', `no head of ${this.node.name}: ${problem}`);
    this.problem = problem;
    this.isAsked = false;
  }

  /** Something that it was asked has had no answer. */
  hasFailed(): void {
    this.parts.onFailure(this.node);
  }
}

export interface SourceWithHead {
  readonly source: Source;
  readonly head: Head;
}

/** The nodes that may be asked, each at its own pace: one that hangs holds up no other. */
export class Sources {
  readonly all: readonly Source[];

  constructor(parts: SourcesParts) {
    this.all = parts.nodes.map((node) => new Source(node, parts));
  }

  tick(): void {
    for (const source of this.all) source.tick();
  }

  /**
   * The first one of those with the highest head. One that is `avoided` is passed over for one that is hardly behind, never
   * for one that is far behind.
   */
  best(avoided: ReadonlySet<Source>): SourceWithHead | undefined {
    const known = this.all.flatMap((source) =>
      source.problem === '' && source.head ? [{ source, head: source.head }] : [],
    );
    const highest = highestOf(known);
    const fresh = known.filter(({ head }) => head.level >= highest - HARDLY_BEHIND);
    const liked = fresh.filter(({ source }) => !avoided.has(source));
    const among = liked.length > 0 ? liked : fresh;
    return among.find(({ head }) => head.level === highestOf(among));
  }
}

const highestOf = (sources: readonly SourceWithHead[]) => Math.max(...sources.map(({ head }) => head.level));
