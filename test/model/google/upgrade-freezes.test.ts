import { fewestOpenHours, longestExclusionDays } from '../../../model/google/upgrade-freezes';
import { smallest } from '../../kit/bakeries';

const noUpgrades = (from: string, to: string) => ({ name: 'x', from, to, scope: 'NO_UPGRADES' as const });
const window = { days: ['TU' as const], startUtc: '22:00', hours: 4 };

test('a window that an exclusion reaches into by an hour is closed', () => {
  // 92 days hold 13 or 14 Tuesdays; this exclusion ends on one of them, after midnight of the day after.
  const until = (to: string) => fewestOpenHours({ ...window, exclusions: [noUpgrades('2027-03-01T00:00:00Z', to)] });
  expect(until('2027-03-02T21:00:00Z')).toBe(52);
  expect(until('2027-03-02T23:00:00Z')).toBe(48);
  expect(until('2027-03-09T23:00:00Z')).toBe(44);
});

test('two exclusions near each other count together', () => {
  const both = [
    noUpgrades('2027-03-02T00:00:00Z', '2027-03-03T03:00:00Z'),
    noUpgrades('2027-03-16T00:00:00Z', '2027-03-17T03:00:00Z'),
  ];
  expect(fewestOpenHours({ ...window, exclusions: both })).toBe(44);
});

test('an exclusion of minor upgrades closes no window, and lasts as long as a version is supported', () => {
  const exclusion = {
    ...noUpgrades('2027-01-01T00:00:00Z', '2027-12-31T00:00:00Z'),
    scope: 'NO_MINOR_UPGRADES' as const,
  };
  expect(fewestOpenHours({ ...window, exclusions: [exclusion] })).toBe(Number.POSITIVE_INFINITY);
  const days = (releaseChannel: string) =>
    longestExclusionDays(
      'NO_MINOR_UPGRADES',
      smallest([[['cluster', 'zonal', 'releaseChannel'], releaseChannel]]).settings,
    );
  expect(days('REGULAR')).toBe(427);
  expect(days('EXTENDED')).toBe(731);
});
