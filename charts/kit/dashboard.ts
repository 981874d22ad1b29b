import type { Bakery } from '../../model/bakery';

/** A board of Grafana. It stands in `<what>.dashboard.ts`, and is rendered where the bakery file asks for boards. */
export interface Dashboard {
  /** In lower-case letters and dashes; with the bakery's name in front it is the board's id, which links keep. */
  readonly name: string;
  /** What a reader sees behind the bakery's name. */
  readonly title: string;
  readonly rows: readonly DashboardRow[];
}

export interface DashboardRow {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly title: string;
  /** What a reader should know who sees it for the first time. */
  readonly description: string;
  /** `now`: the last numbers, large. `in time`: curves. */
  readonly shows: 'now' | 'in time';
  /** As Grafana calls it. */
  readonly unit: 'none' | 'short' | 's' | 'percentunit' | 'bytes' | 'celsius' | 'bool_yes_no';
  readonly queries: readonly PanelQuery[];
}

export interface PanelQuery {
  /** PromQL that selects one bakery, as in an alert. Ranges are numbers: `promtool` reads none of Grafana's own words. */
  readonly expr: string;
  /** Of one curve; `{{label}}` is Grafana's own. */
  readonly legend: string;
}

/** The board of a bakery; undefined where it has nothing of that kind. */
export type DashboardOf = (bakery: Bakery) => Dashboard | undefined;

/** Numbers of now. */
export function shownNow(
  title: string,
  unit: Panel['unit'],
  description: string,
  ...queries: readonly PanelQuery[]
): Panel {
  return { title, unit, description, shows: 'now', queries };
}

/** Curves. */
export function shownInTime(
  title: string,
  unit: Panel['unit'],
  description: string,
  ...queries: readonly PanelQuery[]
): Panel {
  return { title, unit, description, shows: 'in time', queries };
}
