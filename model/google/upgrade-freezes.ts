import type { BakerySettings } from '../settings/bakery.settings';
import { ownClusterOf } from './pools';

/** How long and how often GKE lets itself be kept away: GKE, "Maintenance windows and exclusions", and "Versioning and support". */

type Exclusion = BakerySettings['maintenance']['exclusions'][number];

/** Exclusions of the scope NO_UPGRADES that a cluster takes; of all scopes together it takes 20. */
export const MOST_FREEZES = 3;

const DAY_MS = 24 * 3_600_000;
const LONGEST_FREEZE_DAYS = 90;
/** The other scopes end with the support of a minor version: 14 months, or 24 in the extended channel. */
const STANDARD_SUPPORT_DAYS = 427;
const EXTENDED_SUPPORT_DAYS = 731;

/** Days that an exclusion of that scope may last. */
export function longestExclusionDays(scope: Exclusion['scope'], settings: Pick<BakerySettings, 'cluster'>): number {
  if (scope === 'NO_UPGRADES') return LONGEST_FREEZE_DAYS;
  const isExtended = ownClusterOf(settings)?.releaseChannel === 'EXTENDED';
  return isExtended ? EXTENDED_SUPPORT_DAYS : STANDARD_SUPPORT_DAYS;
}

/** Length of an exclusion, in days. */
export function daysOf({ from, to }: Exclusion): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

/** What GKE wants to have open: 48 hours in any 92 days. */
export const OPEN_HOURS = 48;
export const OPEN_IN_DAYS = 92;

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;

/**
 * The fewest hours of window that any 92 days have beside the NO_UPGRADES exclusions. A window that an exclusion
 * touches counts as closed: what is left of it may be less than the four hours that GKE counts.
 */
export function fewestOpenHours({ days, startUtc, hours, exclusions }: BakerySettings['maintenance']): number {
  const [hour, minute] = startUtc.split(':').map(Number);
  const freezes = exclusions
    .filter(({ scope }) => scope === 'NO_UPGRADES')
    .map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
  const openOn = (day: number) => {
    const start = day + (hour * 60 + minute) * 60_000;
    const end = start + hours * 3_600_000;
    const isOpen = days.includes(weekdays[new Date(day).getUTCDay()]);
    return isOpen && !freezes.some(({ from, to }) => from < end && start < to) ? hours : 0;
  };
  const hoursFrom = (first: number) =>
    Array.from({ length: OPEN_IN_DAYS }, (_, i) => openOn(first + i * DAY_MS)).reduce((sum, each) => sum + each, 0);
  // Only days that an exclusion reaches into are fewer than any other.
  const firsts = freezes.flatMap(({ from, to }) => {
    const earliest = Math.floor(from / DAY_MS) - OPEN_IN_DAYS + 1;
    const length = Math.ceil(to / DAY_MS) - earliest;
    return Array.from({ length }, (_, i) => (earliest + i) * DAY_MS);
  });
  return Math.min(...firsts.map(hoursFrom));
}
