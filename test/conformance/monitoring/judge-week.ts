import type { Context } from '../part';
import type { JudgesOfAlerts } from './judges-of-alerts';
import { metricsIn, type RenderedMonitoring, renderedMonitoring, rulesOf } from './rendered-monitoring';
import { replayed, type Told } from './replay';
import { badDay, healthyWeek, pagesOfBadDay } from './week-happenings';
import { WeekWorld } from './week-world';

/** The bakery whose rules are judged: with homes, sentries, a DAL node and a Prometheus of its own. */
const WHOLE = 'mainnet';
const MOST_WARNINGS = 3;

/**
 * Seven days in which nothing is wrong that a person could mend, minute by minute through the rules that dist/ holds: they
 * wake nobody, and tell a handful of things. And a day that does wake people, once for each cause, at the rules' own pace.
 */
export async function judgeWeek(context: Context, judges: JudgesOfAlerts): Promise<void> {
  const { bakeries, report, root } = context;
  const bakery = bakeries.find(({ name }) => name === WHOLE);
  if (!bakery) {
    report.skip('seven healthy days', `there is no bakery ${WHOLE}`, 'another bakery');
    return;
  }
  const rendered = renderedMonitoring(root, bakery.name);
  const folder = context.scratch('healthy-week');
  const week = new WeekWorld(bakery, rendered, healthyWeek);
  if (!judgeWorld(context, week, rendered)) return;
  const replay = { folder, rendered, minutes: healthyWeek.minutes, world: week, every: '1m' } as const;
  const day = new WeekWorld(bakery, rendered, badDay);
  const [some, others, bad] = await Promise.all([
    replayed(judges, { ...replay, name: 'week-nodes', groups: ofNodes }),
    replayed(judges, { ...replay, name: 'week-rights', groups: ofOthers }),
    replayed(judges, { name: 'bad-day', folder, rendered, world: day, minutes: badDay.minutes, every: '15s' }),
  ]);
  judgeHealthy(context, { told: [...some.told, ...others.told], fired: [...some.fired, ...others.fired] });
  judgeBad(context, bad);
}

/**
 * A week takes two processors: what is told of nodes and pods, and all else. A rule of one half hides one of the other
 * only if it pages, and then the week has failed.
 */
const ofNodes = /-(baker|sentry|dal-node|platform)$/;
const ofOthers = /^(?!.*-(baker|sentry|dal-node|platform)$)/;

/** A rule without series is quiet for nothing. */
function judgeWorld({ report }: Context, { series }: WeekWorld, rendered: RenderedMonitoring): boolean {
  const there = new Set(series.map(({ metric }) => metric));
  const rules = rulesOf(rendered);
  const lacking = rules.flatMap(({ alert, expr }) =>
    metricsIn(expr)
      .filter((metric) => !there.has(metric))
      .map((metric) => `${alert}: ${metric}`),
  );
  if (lacking.length === 0) {
    report.pass('rules of which the week tells every metric', rules.length);
    return true;
  }
  const file = 'test/conformance/monitoring/week-world.ts';
  report.fail(
    'the week lacks what rules ask for',
    `${file} must tell what a healthy week tells of\n${lacking.join('\n')}`,
  );
  return false;
}

function judgeHealthy({ report }: Context, { told, fired }: Told): void {
  const pages = told.filter(({ severity }) => severity === 'page');
  const warnings = told.filter(({ severity }) => severity === 'warning');
  const words = (list: Told['told']) =>
    list.map(({ alertname, hour, times }) => `${alertname} in hour ${hour} (${times})`);
  if (pages.length === 0) report.pass('seven healthy days page nobody');
  else report.fail('seven healthy days page somebody', words(pages).join('\n'));
  const count = warnings.reduce((sum, { times }) => sum + times, 0);
  const what = `of seven healthy days ${count} warnings are told (${words(warnings).join(', ')})`;
  if (count <= MOST_WARNINGS) report.pass(what);
  else report.fail(`more than ${MOST_WARNINGS} warnings are told of seven healthy days`, words(warnings).join('\n'));
  // If nothing had fired, the days would have been none.
  if (fired.length > 0) report.pass('what happens in the healthy days is seen by some rule');
  else report.fail('nothing fired in seven days', 'an upgrade, an import and a lost uplink were seen by no rule');
}

function judgeBad({ report }: Context, { told }: Told): void {
  const pages = told
    .filter(({ severity }) => severity === 'page')
    .map(({ alertname, times }) => `${alertname} ${times}`);
  const wanted = pagesOfBadDay.map((name) => `${name} 1`);
  if ([...pages].sort().join() === [...wanted].sort().join()) {
    report.pass('a bad day pages, once for each cause', wanted.length);
  } else report.fail('a bad day', `paged: ${pages.join(', ')}; wanted: ${wanted.join(', ')}`);
}
