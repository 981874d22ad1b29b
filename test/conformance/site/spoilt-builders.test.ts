import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../kit/root';
import { spoiltBuilders } from './spoilt-builders';

test.each(spoiltBuilders.map((each) => [each.name, each] as const))(
  'a site builder without %s can be made: what is to be broken stands once in its text',
  (_, { broken }) => {
    for (const { file, from, to } of broken) {
      expect(readFileSync(join(ROOT, 'programs', file), 'utf8').split(from)).toHaveLength(2);
      expect(to).not.toBe(from);
    }
  },
);
