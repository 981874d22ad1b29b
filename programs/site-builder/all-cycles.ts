import { type CycleSource, hasLeft, type SiteCycle, sum } from './site-rows';
import { tezText } from './tez-text';

/** What a record that is not shown says of a cycle that another one shows. */
interface Overlap {
  readonly source: string;
  readonly sent: number;
  readonly mutez: bigint;
}

/**
 * Every cycle of a baker once, in any order. Where several records have one, the first source's is shown, and what the
 * others say was sent is told on its page: nobody may think that it was all. Of two documents that tell their cycles only when
 * they are read, the last one's is shown, and the other must not have sent anything then.
 */
export async function* allCycles(sources: readonly CycleSource[]): AsyncGenerator<SiteCycle> {
  const overlaps = new Map<number, Overlap[]>();
  const shown = new Set<number>();
  const certain: ReadonlySet<number>[] = [];
  for (const source of sources) certain.push(await source.certain());
  // The last first: what it says of a cycle of another one must be known when that one is shown.
  for (const [at, source] of [...sources.entries()].reverse()) {
    for await (const cycle of source.read()) {
      const isBetterKnown = certain.slice(0, at).some((cycles) => cycles.has(cycle.cycle));
      if (isBetterKnown) {
        note(overlaps, cycle);
        continue;
      }
      if (shown.has(cycle.cycle)) {
        if (cycle.rows.some(hasLeft)) throw new Error(twice(cycle));
        continue; // computed ahead in an older document
      }
      shown.add(cycle.cycle);
      const problems = (overlaps.get(cycle.cycle) ?? []).filter(({ sent }) => sent > 0).map(sentenceOf);
      yield { ...cycle, problems: [...cycle.problems, ...problems] };
    }
  }
}

const twice = ({ cycle, source }: SiteCycle) =>
  `cycle ${cycle} stands in two documents of ${source}, and something was sent by the first of them: list the newer document last, and no two that have paid the same cycle`;

function note(overlaps: Map<number, Overlap[]>, { cycle, source, rows }: SiteCycle): void {
  const sent = rows.filter(hasLeft);
  const overlap = { source, sent: sent.length, mutez: sum(sent, ({ paid }) => paid) };
  overlaps.set(cycle, [...(overlaps.get(cycle) ?? []), overlap]);
}

function sentenceOf({ source, sent, mutez }: Overlap): string {
  return `A record of ${source} has this cycle too, and says that ${tezText(String(mutez))} tez were sent to ${sent} delegators. They are not in this table.`;
}
