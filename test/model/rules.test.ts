import { findProblems } from '../../model/check';
import { sentence } from '../../model/problems';
import { rules } from '../../model/rules';
import type { Broken } from '../../model/rules/rule';
import { fixtureFiles, smallestFile } from '../kit/bakeries';

const filesOf = ({ by, beside, named, besideNamed = 'other' }: Broken) => [
  smallestFile(by, named),
  ...(beside ? [smallestFile(beside, besideNamed)] : []),
];

test('the smallest bakery and the fixtures break no rule', () => {
  expect(findProblems([smallestFile()])).toEqual([]);
  expect(findProblems(fixtureFiles())).toEqual([]);
});

test('rules have different names', () => {
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
});

const cases = rules.flatMap((rule) =>
  [rule.broken, ...(rule.alsoBroken ?? [])].map((broken) => [rule.name, broken.says, rule, broken] as const),
);

describe.each(cases)('%s: %s', (_, __, rule, broken) => {
  test('its edit is answered with its words, and with nothing else', () => {
    const problems = findProblems(filesOf(broken));
    const alone = findProblems(filesOf(broken), [rule]);
    expect(alone.length).toBeGreaterThan(0);
    for (const problem of alone) expect(sentence(problem)).toContain(broken.says);
    expect(problems.map(sentence)).toEqual(alone.map(sentence));
  });

  test('without the row nothing is said', () => {
    expect(
      findProblems(
        filesOf(broken),
        rules.filter((other) => other !== rule),
      ),
    ).toEqual([]);
  });
});
