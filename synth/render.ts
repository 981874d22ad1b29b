import { infraIndex } from '../infra/main';
import type { Bakery } from '../model/bakery';
import { BakeryFileError, type Problem } from '../model/messages/problems';
import { permanentFile } from '../model/permanent-line';
import type { BakeryFile } from '../model/reading/bakery-file';
import { type Checked, mustBeRight } from '../model/reading/check';
import { permanentProblems, renameProblems } from './permanent';
import { renderBakery } from './render-bakery';
import { schemaText } from './schema';

/** Everything a synthesis makes, before anything is written. */
export interface Rendered {
  readonly bakeries: readonly Bakery[];
  readonly warnings: readonly Problem[];
  /** Path below dist/ to content. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Renders all bakeries. `permanent`: the permanent names of the last synthesis, by bakery; `checked`: what
 * became of the files, if that is known.
 * Throws BakeryFileError with every problem of every file; an invariant that does not hold is a defect
 * of ours and ends in an ordinary error. Either way nothing has been written.
 */
export function render(
  files: readonly BakeryFile[],
  permanent: ReadonlyMap<string, readonly string[]>,
  { bakeries, problems }: Checked = mustBeRight(files),
): Rendered {
  const output = new Map([infraIndex(bakeries), ['bakery.schema.json', schemaText()]]);
  const warnings = [...problems, ...renameProblems(files, bakeries, permanent)];
  for (const [i, bakery] of bakeries.entries()) {
    const rendered = renderBakery(bakery, bakeries);
    warnings.push(...permanentProblems(files[i], bakery, rendered.permanent, permanent.get(bakery.name) ?? []));
    for (const [path, text] of rendered.files) output.set(path, text);
    output.set(`permanent/${bakery.name}.txt`, permanentFile(rendered.permanent));
  }
  if (warnings.some(({ severity }) => severity === 'error')) throw new BakeryFileError(warnings);
  return { bakeries, warnings, files: output };
}
