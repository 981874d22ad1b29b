import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bakeryAlerts } from '../../../charts/bakery.charts';
import { type Alert, hiddenBy, RECOVERY_SECONDS } from '../../../charts/kit/alert';
import { publishingMainnet } from '../../kit/paying';
import { changedExample, exampleBakeries } from '../../kit/rendered';
import { ROOT } from '../../kit/root';

const { mainnet, bakingnet, carthagenet } = exampleBakeries();
const kms = changedExample('bakingnet', [[['custody'], { kms: {} }]]);
const beating = changedExample('mainnet', [[['monitoring', 'own', 'heartbeat'], 'bucket']]);
const bakeries = [mainnet, bakingnet, carthagenet, kms, beating, publishingMainnet()];

const alertsOf = (bakery: typeof mainnet): Alert[] => [...bakeryAlerts(bakery).values()].flat();
const names = [...new Set(bakeries.flatMap(alertsOf).map(({ name }) => name))].sort();

const [, ...sections] = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8').split(/^### /m);

test('every alert has a section of the runbook, and every section an alert', () => {
  expect(sections.map((section) => section.split('\n')[0]).sort()).toEqual(names);
});

test('every alert has its proof, in one of the tests beside this one', () => {
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.alerts.test.ts'));
  const text = files.map((name) => readFileSync(join(__dirname, name), 'utf8')).join('');
  const proven = [...text.matchAll(/\balert: '(\w+)'/g)].map(([, name]) => name);
  expect([...new Set([...proven, 'Watchdog'])].sort()).toEqual(names); // that one fires always
});

test('each section says what it costs, what to check and what to do', () => {
  for (const section of sections) {
    for (const part of ['**It costs**: ', '**Check**: ', '**Do**: ']) expect(section).toContain(part);
  }
});

test('each page and warning has words for the person who reads it at night', () => {
  for (const { summary, description } of bakeries.flatMap(alertsOf)) {
    expect(summary).toMatch(/^\S.{9,119}$/);
    expect(description).toMatch(/^\S.{20,}[.?]$/);
  }
});

/** Names of what an alert hides. */
const hiddenNames = (alert: Alert) => hiddenBy(alert).map(({ name }) => name);

test('what an alert hides is another alert', () => {
  for (const alert of bakeries.flatMap(alertsOf)) {
    expect(hiddenNames(alert)).not.toContain(alert.name);
    for (const hidden of hiddenNames(alert)) expect(names).toContain(hidden);
  }
});

test('no two alerts hide each other: one of them would be told to nobody', () => {
  const all = bakeries.flatMap(alertsOf);
  const hides = (name: string) => all.filter((each) => each.name === name).flatMap(hiddenNames);
  expect(names.filter((name) => hides(name).some((hidden) => hides(hidden).includes(name)))).toEqual([]);
});

test('a page is never hidden by a warning', () => {
  const all = bakeries.flatMap(alertsOf);
  const pages = new Set(all.filter(({ severity }) => severity === 'page').map(({ name }) => name));
  const warnings = all.filter(({ severity }) => severity === 'warning');
  expect(warnings.filter((alert) => hiddenNames(alert).some((hidden) => pages.has(hidden)))).toEqual([]);
});

test('a cause of missed rights pages before what it hides, and lasts until that has ended: it pages once', () => {
  for (const bakery of bakeries) {
    const alerts = alertsOf(bakery);
    const waits = alerts.find(({ name }) => name === 'MissingFiveInARow')!.forSeconds;
    const causes = alerts.filter(
      (alert) => alert.severity === 'page' && hiddenNames(alert).includes('MissingFiveInARow'),
    );
    const ofMoments = causes.filter(({ name }) => name !== 'Forbidden'); // whoever is, misses for days
    expect(ofMoments.length).toBeGreaterThan(1);
    for (const alert of ofMoments) {
      const { name, forSeconds, lastsSeconds = 0 } = alert;
      // One that is a consequence as well must not outlast what it follows from.
      const least = name === 'NothingAsked' ? 60 : RECOVERY_SECONDS;
      expect([name, forSeconds < waits, lastsSeconds >= least]).toEqual([name, true, true]);
    }
    const isAsked = alerts.some(({ name }) => name === 'NothingAsked');
    const others = ofMoments.filter((alert) => alert.name !== 'NothingAsked');
    if (isAsked) expect(others.filter((alert) => !hiddenNames(alert).includes('NothingAsked'))).toEqual([]);
    const asked = alerts.find(({ name }) => name === 'NothingAsked')?.lastsSeconds ?? 0;
    expect(asked).toBeLessThan(RECOVERY_SECONDS - 60);
  }
});

test('a page that hides another one lasts longer: when both have ended, nobody is told of the other', () => {
  for (const alerts of bakeries.map(alertsOf)) {
    const pages = alerts.filter(({ severity }) => severity === 'page');
    const early = pages.flatMap((alert) =>
      pages
        .filter(({ name, lastsSeconds = 0 }) => hiddenNames(alert).includes(name) && lastsSeconds > 0)
        .filter(({ lastsSeconds = 0 }) => (alert.lastsSeconds ?? 0) < lastsSeconds + 60)
        .map(({ name }) => `${alert.name} hides ${name}`),
    );
    expect(early).toEqual([]);
  }
});

test('what hides that many rights are missed is what it waits for, an hour long', () => {
  const all = bakeries.flatMap(alertsOf);
  const hiding = all.filter((alert) => hiddenNames(alert).includes('MissingManyRights')).map(({ name }) => name);
  const { expr } = all.find(({ name }) => name === 'MissingManyRights')!;
  const [, waitsFor = ''] = /alertname=~"([^"]+)"/.exec(expr) ?? [];
  expect(waitsFor.split('|').sort()).toEqual([...new Set(hiding)].sort());
});

test('nothing selects on `job`, which an operator names otherwise, and every series is of one bakery', () => {
  for (const { name, expr } of bakeries.flatMap(alertsOf)) {
    expect(expr).not.toMatch(/\bjob\b/);
    const selectors = [...expr.matchAll(/[a-z_:]+\{([^}]*)\}/g)].map(([, labels]) => labels);
    expect([name, selectors.every((labels) => /bakery="|namespace=~"/.test(labels))]).toEqual([name, true]);
    if (name !== 'Watchdog') expect(selectors.length).toBeGreaterThan(0);
  }
});

test('what is silenced before a planned change are alerts that there are, and never the heartbeat', () => {
  const guide = readFileSync(join(ROOT, 'docs/monitoring.md'), 'utf8');
  const silenced = [...guide.matchAll(/'alertname=~"([^"]+)"'/g)].flatMap(([, list]) => list.split('|'));
  expect(silenced.length).toBeGreaterThan(20);
  expect(silenced.filter((name) => !names.includes(name))).toEqual([]);
  expect(silenced).not.toContain('Watchdog');
});
