import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import { DashboardBuilder, DatasourceVariableBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Bakery } from '../../model/bakery';
import type { Dashboard, Panel } from '../kit/dashboard';

/** Whichever Prometheus a person picks above the board: nothing here knows what Grafana calls it. */
const DATASOURCE = 'datasource';
const source = { type: 'prometheus', uid: `$${DATASOURCE}` };

/** Of the 24 columns of a board; height in its own unit, 30 pixels. All alike, or they would not fill their lines. */
const panelSize = { span: 8, height: 7 };

/** A board as Grafana imports it; the same board is the same text. */
export function grafanaJson({ name: bakery }: Bakery, { name, title, rows }: Dashboard): string {
  const board = new DashboardBuilder(`${bakery}: ${title}`)
    .uid(dashboardUid(bakery, name))
    .tags(['tezos-bakery', bakery])
    .readonly() // an edit would be gone with the next change of the ConfigMap
    .timezone('utc')
    .refresh('1m')
    .time({ from: 'now-6h', to: 'now' })
    .withVariable(new DatasourceVariableBuilder(DATASOURCE).label('Prometheus').type('prometheus'));
  let id = 0;
  for (const row of rows) {
    board.withRow(new RowBuilder(row.title).id(++id));
    for (const panel of row.panels) board.withPanel(panelOf(panel).id(++id));
  }
  return `${JSON.stringify(board.build(), null, 1)}\n`;
}

/** Grafana takes 40 characters. */
export function dashboardUid(bakery: string, dashboard: string): string {
  return `${bakery}-${dashboard}`;
}

function panelOf({ title, description, unit, shows, queries }: Panel): StatBuilder | TimeseriesBuilder {
  // A number alone would leave its name out, which is what some are about.
  const panel = shows === 'now' ? new StatBuilder().textMode(BigValueTextMode.ValueAndName) : new TimeseriesBuilder();
  panel
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(source)
    .span(panelSize.span)
    .height(panelSize.height);
  for (const [i, { expr, legend }] of queries.entries()) {
    const query = new DataqueryBuilder()
      .expr(expr)
      .legendFormat(legend)
      .refId(String.fromCharCode(65 + i));
    panel.withTarget(shows === 'now' ? query.instant() : query.range());
  }
  return panel;
}
