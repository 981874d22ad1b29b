import { spentLine } from '../model/permanent-line';
import type { BakerySettings } from '../model/settings/bakery.settings';

/**
 * What a bakery file acknowledges. An entry permits one change, once: that it did is kept in the bakery's list of
 * permanent names for as long as the entry stands, so that it lets no second change through.
 */
export class Acknowledgements {
  private readonly used = new Set<string>();

  /** `before`: the bakery's list of the last synthesis. */
  constructor(
    private readonly entries: BakerySettings['acknowledge'],
    private readonly before: readonly string[],
  ) {}

  /** Whether this change passes. */
  permits(change: string): boolean {
    if (!this.has(change) || this.isSpent(change)) return false;
    this.used.add(change);
    return true;
  }

  /** How to let a change pass that does not. */
  howTo(change: string, path: string): string {
    const entry = `{line: "${change}", reason: ...}`;
    return this.has(change)
      ? `the entry under acknowledge in ${path} permitted that once, and no second time: take it out, synthesize, and add it again: ${entry}`
      : `add under acknowledge in ${path}: ${entry}`;
  }

  /** Entries that permit nothing now, by their place. Asked when every change has been. */
  get idle(): { readonly line: string; readonly i: number; readonly isSpent: boolean }[] {
    return this.entries.flatMap(({ line }, i) => {
      return this.used.has(line) ? [] : [{ line, i, isSpent: this.isSpent(line) }];
    });
  }

  /** What the list remembers of them. */
  get spent(): string[] {
    const lines = this.entries.map(({ line }) => line);
    return [...new Set(lines)].filter((line) => this.used.has(line) || this.isSpent(line)).map(spentLine);
  }

  private has(change: string): boolean {
    return this.entries.some(({ line }) => line === change);
  }

  private isSpent(change: string): boolean {
    return this.before.includes(spentLine(change));
  }
}
