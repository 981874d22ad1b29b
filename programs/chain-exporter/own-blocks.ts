import type { Block } from './chain-block';

/** Blocks of our delegates that a node has once called its head. */
export class OwnBlocks {
  /** By level. */
  private readonly seen = new Map<number, Set<string>>();

  constructor(private readonly delegates: ReadonlySet<string>) {}

  report({ level, baker }: Block): void {
    if (!this.delegates.has(baker)) return;
    this.seen.set(level, new Set(this.bakersAt(level)).add(baker));
  }

  /** Whose blocks of this level have been a head. */
  bakersAt(level: number): ReadonlySet<string> {
    return this.seen.get(level) ?? new Set();
  }

  /** Forgets this level and those before it. */
  forgetUntil(level: number): void {
    for (const each of this.seen.keys()) if (each <= level) this.seen.delete(each);
  }
}
