import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Bakery } from '../../model/bakery';
import { sentence } from '../../model/messages/problems';
import type { BakeryFile } from '../../model/reading/bakery-file';
import { checkBakeries } from '../../model/reading/check';
import { withValue } from '../../model/reading/read-settings';
import type { Edit } from '../../model/rules/rule';
import { smallestBakery } from '../../model/settings/smallest';
import { readBakeryFiles } from '../../synth/read-bakeries';
import { ROOT } from './root';

/** The bakery files of this repository; a user may have others, or none of ours. */
export function bakeryFiles(): readonly BakeryFile[] {
  return readBakeryFiles(ROOT);
}

/** Files that tests may rely on, whatever lies in bakeries/: a production, a cheap and an old bakery. */
export function fixtureFiles(): BakeryFile[] {
  const folder = join(__dirname, 'fixtures');
  return readdirSync(folder)
    .sort()
    .map((file) => ({
      name: file.slice(0, -'.yaml'.length),
      path: `bakeries/${file}`,
      text: readFileSync(join(folder, file), 'utf8'),
    }));
}

/** The bakeries of the fixtures: `mainnet` (production), `bakingnet` (cheap), `carthagenet` (old). */
export function fixtures(): Record<string, Bakery> {
  return Object.fromEntries(bakeriesOf(fixtureFiles()).map((bakery) => [bakery.name, bakery]));
}

/** Bakeries of files that must be without an error. */
export function bakeriesOf(files: readonly BakeryFile[]): readonly Bakery[] {
  const { bakeries, problems } = checkBakeries(files);
  if (bakeries.length === 0) throw new Error(problems.map(sentence).join('\n'));
  return bakeries;
}

/** The smallest bakery as a file, with some settings changed (`undefined` takes one out). */
export function smallestFile(edits: Edit = [], name = 'smallest'): BakeryFile {
  const data = edits.reduce<unknown>((edited, [path, value]) => withValue(edited, path, value), smallestBakery);
  return { name, path: `bakeries/${name}.yaml`, text: stringify(data, { aliasDuplicateObjects: false }) };
}

/** The smallest bakery, with some settings changed. */
export function smallest(edits: Edit = [], name = 'smallest'): Bakery {
  return bakeriesOf([smallestFile(edits, name)])[0];
}
