import { parse, stringify } from 'yaml';
import type { Bakery } from '../../model/bakery';
import type { BakeryFile } from '../../model/reading/bakery-file';
import { bakeriesOf, fixtureFiles } from '../kit/bakeries';
import { madeSshKey } from '../kit/made-keys';
import { blocksOf } from './pages';

type Data = Record<string, any>;

/** What the pages leave for a reader to fill in. */
const filledIn: Readonly<Record<string, string>> = {
  'sha256:...': `sha256:${'0'.repeat(64)}`,
  'ssh-ed25519 AAAA...': madeSshKey('of a reader'),
};

/** The blocks of a bakery file on a page, filled in. */
export function yamlOf(path: string, more: Readonly<Record<string, string>> = {}): Data[] {
  const filled = Object.entries({ ...filledIn, ...more });
  return blocksOf(path)
    .filter(({ language }) => language === 'yaml')
    .map(({ text }) => parse(filled.reduce((all, [from, to]) => all.replaceAll(from, to), text)));
}

/** The example `mainnet`, with sections of a page in the place of its own. */
export function readersFile(...sections: readonly Data[]): BakeryFile {
  const file = fixtureFiles().find(({ name }) => name === 'mainnet') as BakeryFile;
  const text = stringify(sections.reduce(merged, parse(file.text)), { aliasDuplicateObjects: false });
  return { ...file, text };
}

export const readersBakery = (...sections: readonly Data[]): Bakery => bakeriesOf([readersFile(...sections)])[0];

/** Sections are filled up, lists and values replaced. */
function merged(data: Data, section: Data): Data {
  const isSection = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const both = Object.entries(section).map(([key, value]) => {
    return [key, isSection(value) && isSection(data[key]) ? merged(data[key], value) : value];
  });
  return { ...data, ...Object.fromEntries(both) };
}
