import { infraIndex } from '../infra/main';
import type { Bakery } from '../model/bakery';
import { BakeryFileError, type Problem } from '../model/messages/problems';
import { permanentFile, permanentPath } from '../model/permanent-line';
import type { BakeryFile } from '../model/reading/bakery-file';
import { type Checked, mustBeRight } from '../model/reading/check';
import { Acknowledgements } from './acknowledgements';
import { firstSynthesisProblems } from './first-synthesis';
import { idleProblems, permanentProblems } from './permanent';
import { unpinnedProblems } from './pin-images';
import { renderBakery } from './render-bakery';
import { schemaText } from './schema';
import { formerOf, type Living, leftOf, secondLives } from './second-lives';

/** Everything a synthesis makes, before anything is written. */
export interface Rendered {
  readonly bakeries: readonly Bakery[];
  readonly warnings: readonly Problem[];
  /** Path below dist/ to content. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Renders all bakeries. `permanent`: the lists of the last synthesis, by bakery, of those that are gone too; `checked`: what
 * became of the files, if that is known.
 * Throws BakeryFileError with every problem of every file; an invariant that does not hold is a defect
 * of ours and ends in an ordinary error. Either way nothing has been written.
 */
export function render(
  files: readonly BakeryFile[],
  permanent: ReadonlyMap<string, readonly string[]>,
  { bakeries, problems, read }: Checked = mustBeRight(files),
): Rendered {
  const output = new Map([infraIndex(bakeries), ['bakery.schema.json', schemaText()]]);
  const listOf = (name: string) => permanent.get(name) ?? [];
  const living = bakeries.map((bakery, i): Living => {
    const acknowledged = new Acknowledgements(bakery.settings.acknowledge, listOf(bakery.name));
    return { file: files[i], bakery, acknowledged, lineOf: read[i].lineOf };
  });
  const { problems: moves, handedOver } = secondLives(living, permanent);
  const warnings = [...problems, ...moves];
  for (const each of living) {
    const { name } = each.bakery;
    const rendered = renderBakery(each.bakery, bakeries);
    warnings.push(
      ...permanentProblems(each, rendered.permanent, listOf(name)),
      ...idleProblems(each),
      ...unpinnedProblems(each),
      ...(permanent.has(name) ? [] : firstSynthesisProblems(each)),
    );
    for (const [path, text] of rendered.files) output.set(path, text);
    const former = formerOf(listOf(name), rendered.permanent, handedOver.get(name));
    const list = [...rendered.permanent, ...former, ...each.acknowledged.spent];
    output.set(permanentPath(name), permanentFile(name, list));
  }
  for (const [name, lines] of permanent) {
    const left = output.has(permanentPath(name)) ? undefined : leftOf(lines, handedOver.get(name));
    if (left) output.set(permanentPath(name), permanentFile(name, left));
  }
  if (warnings.some(({ severity }) => severity === 'error')) throw new BakeryFileError(warnings);
  return { bakeries, warnings, files: output };
}
