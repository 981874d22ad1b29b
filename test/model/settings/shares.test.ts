import { percent } from '../../../model/settings/kinds';

test('a share is written in hundredths of a percent at most: an engine would cut off the rest', () => {
  const told = (value: unknown) =>
    percent()
      .safeParse(value)
      .error?.issues.map(({ message }) => message);
  for (const value of [0, 5, 4.25, 0.29, 1.13, 99.99, 100]) expect(told(value)).toBeUndefined();
  for (const value of [5.125, 0.001, 33.333]) expect(told(value)?.join()).toContain('more than two decimals');
  expect(told(101)).toEqual(['is too large; write a number of percent from 0 to 100']);
});
