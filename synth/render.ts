import { infraIndex } from '../infra/main';
import type { Bakery } from '../model/bakery';
import { BakeryFileError, type Problem } from '../model/messages/problems';
import { permanentFile } from '../model/permanent-line';
import type { BakeryFile } from '../model/reading/bakery-file';
import { type Checked, checkBakeries } from '../model/reading/check';
import { type Helper, renderShared } from './helper';
import { permanentProblems, renameProblems } from './permanent';
import { type RenderedBakery, renderBakery } from './render-bakery';
import { schemaText } from './schema';

/** Everything a synthesis makes, before anything is written. */
export interface Rendered {
  readonly bakeries: readonly Bakery[];
  readonly warnings: readonly Problem[];
  /** Path below dist/ to content. */
  readonly files: ReadonlyMap<string, string>;
}

type Permanent = ReadonlyMap<string, readonly string[]>;

/**
 * Renders all bakeries. `permanent`: the permanent names of the last synthesis, by bakery.
 * Throws BakeryFileError with every problem of every file; an invariant that does not hold is a defect
 * of ours and ends in an ordinary error. Either way nothing has been written.
 */
export function render(files: readonly BakeryFile[], permanent: Permanent): Rendered {
  const checked = mustBeRight(files);
  const { bakeries } = checked;
  return together({ ...checked, files, permanent, rendered: bakeries.map((each) => renderBakery(each, bakeries)) });
}

/** The same, with a second thread if there is one. */
export async function renderWith(
  helper: Helper | undefined,
  files: readonly BakeryFile[],
  permanent: Permanent,
): Promise<Rendered> {
  const checked = mustBeRight(files);
  return together({ ...checked, files, permanent, rendered: await renderShared(checked.bakeries, helper) });
}

function mustBeRight(files: readonly BakeryFile[]): Checked {
  const checked = checkBakeries(files);
  if (checked.bakeries.length === 0) throw new BakeryFileError(checked.problems);
  return checked;
}

interface Parts extends Checked {
  readonly files: readonly BakeryFile[];
  readonly permanent: Permanent;
  readonly rendered: readonly RenderedBakery[];
}

/** All files of dist/, if no permanent name is lost. */
function together({ bakeries, problems, files, permanent, rendered }: Parts): Rendered {
  const output = new Map([infraIndex(bakeries), ['bakery.schema.json', schemaText()]]);
  const warnings = [...problems, ...renameProblems(files, bakeries, permanent)];
  for (const [i, bakery] of bakeries.entries()) {
    const names = rendered[i].permanent;
    warnings.push(...permanentProblems(files[i], bakery, names, permanent.get(bakery.name) ?? []));
    for (const [path, text] of rendered[i].files) output.set(path, text);
    output.set(`permanent/${bakery.name}.txt`, permanentFile(names));
  }
  if (warnings.some(({ severity }) => severity === 'error')) throw new BakeryFileError(warnings);
  return { bakeries, warnings, files: output };
}
