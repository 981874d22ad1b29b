import type { ContainerClusterMaintenancePolicy } from '@cdktf/provider-google/lib/container-cluster';
import type { BakerySettings } from '../model/settings/bakery.settings';

/** A Monday in the past: the window recurs from its week on. A fixed date, so that the same file renders the same. */
const FIRST_MONDAY = Date.UTC(2026, 0, 5);
const daysOfWeek = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const HOUR_MS = 3_600_000;

/** When GKE may upgrade (GKE, "Maintenance windows and exclusions"): an RFC 5545 rule, times in UTC. */
export function maintenancePolicy(maintenance: BakerySettings['maintenance']): ContainerClusterMaintenancePolicy {
  const days = daysOfWeek.filter((day) => maintenance.days.includes(day));
  const [hour, minute] = maintenance.startUtc.split(':').map(Number);
  // The first window itself must fall on a day of the rule.
  const start = FIRST_MONDAY + (daysOfWeek.indexOf(days[0]) * 24 + hour + minute / 60) * HOUR_MS;
  return {
    recurringWindow: {
      startTime: utc(start),
      endTime: utc(start + maintenance.hours * HOUR_MS),
      recurrence: `FREQ=WEEKLY;BYDAY=${days.join(',')}`,
    },
    maintenanceExclusion: maintenance.exclusions.map(({ name, from, to, scope }) => ({
      exclusionName: name,
      startTime: from,
      endTime: to,
      exclusionOptions: { scope },
    })),
  };
}

/** Without milliseconds: GKE answers without them, and Terraform would see a difference forever. */
function utc(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
