import { infraIndex } from '../infra/main';
import type { Bakery } from '../model/bakery';
import { BakeryFileError, type Problem } from '../model/messages/problems';
import { everHad, formerLine, isKeyLine, permanentFile, permanentPath } from '../model/permanent-line';
import type { BakeryFile } from '../model/reading/bakery-file';
import { type Checked, mustBeRight } from '../model/reading/check';
import { renderRoles } from '../signer/main';
import { Acknowledgements } from './acknowledgements';
import { firstSynthesisProblems } from './first-synthesis';
import { idleProblems, permanentProblems } from './permanent';
import { unpinnedProblems } from './pin-images';
import { renderBakery } from './render-bakery';
import { schemaText } from './schema';
import { formerOf, type Lists, type Living, leftOf, secondLives } from './second-lives';

/** Everything a synthesis makes, before anything is written. */
export interface Rendered {
  readonly bakeries: readonly Bakery[];
  readonly warnings: readonly Problem[];
  /** Path below dist/ to content, in the order in which they are to be written. */
  readonly files: ReadonlyMap<string, string>;
  /** Lists among them as they are to be written before all of them: they know the keys still that they are about to forget. */
  readonly remembering: ReadonlyMap<string, string>;
}

/**
 * Renders all bakeries. `permanent`: the lists of the last synthesis, by bakery, of those that are gone too; `checked`: what
 * became of the files, if that is known.
 * Throws BakeryFileError with every problem of every file; an invariant that does not hold is a defect
 * of ours and ends in an ordinary error. Either way nothing has been written.
 */
export function render(
  files: readonly BakeryFile[],
  permanent: Lists,
  { bakeries, problems, read }: Checked = mustBeRight(files),
): Rendered {
  const output = new Map([infraIndex(bakeries), ['bakery.schema.json', schemaText()], ...renderRoles(bakeries)]);
  const lists = new Map<string, readonly string[]>();
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
    lists.set(name, [...rendered.permanent, ...former, ...each.acknowledged.spent]);
  }
  for (const [name, lines] of permanent) {
    const left = lists.has(name) ? undefined : leftOf(lines, handedOver.get(name));
    if (left) lists.set(name, left);
  }
  if (warnings.some(({ severity }) => severity === 'error')) throw new BakeryFileError(warnings);
  return {
    bakeries,
    warnings,
    ...listFiles(lists, permanent, output),
  };
}

/**
 * Whatever a killed synthesis has written, the next one must know of it: the lists come before what they speak of, and
 * a key is in its new list before it goes from its old one, also where bakeries swap their keys.
 */
function listFiles(lists: Lists, before: Lists, output: Rendered['files']): Pick<Rendered, 'files' | 'remembering'> {
  const forgotten = ([name, lines]: NamedList) => {
    const known = everHad(lines);
    return [...everHad(before.get(name) ?? [])].filter((line) => isKeyLine(line) && !known.has(line));
  };
  const all = [...lists];
  const forgetting = all.filter((each) => forgotten(each).length > 0);
  const inOrder = [...all.filter((each) => !forgetting.includes(each)), ...forgetting];
  return {
    files: new Map([...inOrder.map(fileOf), ...output]),
    remembering: new Map(forgetting.map((each) => fileOf([each[0], [...each[1], ...forgotten(each).map(formerLine)]]))),
  };
}

type NamedList = readonly [bakery: string, lines: readonly string[]];

function fileOf([name, lines]: NamedList): [path: string, text: string] {
  return [permanentPath(name), permanentFile(name, lines)];
}
