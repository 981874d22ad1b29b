import type { Block } from './chain-block';

/** Blocks of our delegates that a node has once called its head. */
export class OwnBlocks {
  /** By level, by hash: who has baked it. */
  private readonly seen = new Map<number, Map<string, string>>();

  constructor(private readonly delegates: ReadonlySet<string>) {}

  report({ level, hash, baker }: Block): void {
    if (!this.delegates.has(baker)) return;
    const hashes = this.seen.get(level) ?? new Map<string, string>();
    this.seen.set(level, hashes.set(hash, baker));
  }

  /** Who has baked a block of this level that is not the one that stays. */
  replacedAt({ level, hash }: Block): ReadonlySet<string> {
    const others = [...(this.seen.get(level) ?? [])].filter(([each]) => each !== hash);
    return new Set(others.map(([, baker]) => baker));
  }

  /** Forgets this level and those before it. */
  forgetUntil(level: number): void {
    for (const each of this.seen.keys()) if (each <= level) this.seen.delete(each);
  }
}
