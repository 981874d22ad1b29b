import { invariantProblems } from '../charts/invariants';
import { type RenderedCharts, renderCharts } from '../charts/main';
import { renderInfra } from '../infra/main';
import type { Bakery } from '../model/bakery';
import type { BakeryFile } from '../model/bakery-file';
import { checkBakeries } from '../model/check';
import { registries } from '../model/images';
import { keyLines, permanentFacts } from '../model/permanent-facts';
import { BakeryFileError, type Problem } from '../model/problems';
import { permanentFile, permanentProblems, renameProblems } from './permanent';
import { schemaText } from './schema';

/** Everything a synthesis makes, before anything is written. */
export interface Rendered {
  readonly bakeries: readonly Bakery[];
  readonly warnings: readonly Problem[];
  /** Path below dist/ to content. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Renders all bakeries. `permanent`: the permanent names of the last synthesis, by bakery.
 * Throws BakeryFileError with every problem of every file; an invariant that does not hold is a defect
 * of ours and ends in an ordinary error. Either way nothing has been written.
 */
export function render(files: readonly BakeryFile[], permanent: ReadonlyMap<string, readonly string[]>): Rendered {
  const { bakeries, problems } = checkBakeries(files);
  if (bakeries.length === 0) throw new BakeryFileError(problems);
  const infra = renderInfra(bakeries, registries);
  const output = new Map([...infra.files, ['bakery.schema.json', schemaText()]]);
  const warnings = [...problems, ...renameProblems(files, bakeries, permanent)];
  for (const [i, bakery] of bakeries.entries()) {
    const charts = renderCharts(bakery);
    mustHold(bakery, charts);
    for (const [path, text] of charts.files) output.set(path, text);
    const names = [
      ...charts.permanent,
      ...(infra.permanent.get(bakery.name) ?? []),
      ...permanentFacts(bakery),
      ...keyLines(bakery),
    ];
    warnings.push(...permanentProblems(files[i], bakery, names, permanent.get(bakery.name) ?? []));
    output.set(`permanent/${bakery.name}.txt`, permanentFile(names));
  }
  if (warnings.some(({ severity }) => severity === 'error')) throw new BakeryFileError(warnings);
  return { bakeries, warnings, files: output };
}

function mustHold(bakery: Bakery, charts: RenderedCharts): void {
  const broken = invariantProblems(charts.objects);
  if (broken.length === 0) return;
  throw new Error(
    `${bakery.name}: what was rendered breaks what must always hold; nothing is written:\n  ${broken.join('\n  ')}`,
  );
}
