import { findProblems } from '../../model/check';
import { sentence } from '../../model/problems';
import { rules } from '../../model/rules';
import { fixtureFiles, smallestFile } from '../kit/bakeries';

const filesOf = ({ by, beside, named }: (typeof rules)[number]['broken']) => [
  smallestFile(by, named),
  ...(beside ? [smallestFile(beside, 'other')] : []),
];

test('the smallest bakery and the fixtures break no rule', () => {
  expect(findProblems([smallestFile()])).toEqual([]);
  expect(findProblems(fixtureFiles())).toEqual([]);
});

test('rules have different names', () => {
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
});

describe.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
  const others = rules.filter((other) => other !== rule);

  test('its edit is answered with its words, and with nothing else', () => {
    const problems = findProblems(filesOf(rule.broken));
    const alone = findProblems(filesOf(rule.broken), [rule]);
    expect(alone.length).toBeGreaterThan(0);
    for (const problem of alone) expect(sentence(problem)).toContain(rule.broken.says);
    expect(problems.map(sentence)).toEqual(alone.map(sentence));
  });

  test('without the row nothing is said', () => {
    expect(findProblems(filesOf(rule.broken), others)).toEqual([]);
  });
});
