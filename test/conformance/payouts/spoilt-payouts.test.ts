import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../kit/root';
import { moneyFaults } from './money-faults';
import { spoilt } from './spoilt-payouts';

test.each(spoilt.map((each) => [each.name, each] as const))(
  'a guard without %s can be made: what is to be broken stands once in its text, and its faults are known',
  (_, { broken: { file, from, to }, faults }) => {
    const text = readFileSync(join(ROOT, 'programs', file), 'utf8');
    expect(text.split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
    const known = moneyFaults.map(({ name }) => name);
    expect(faults.filter((name) => !known.includes(name))).toEqual([]);
  },
);
