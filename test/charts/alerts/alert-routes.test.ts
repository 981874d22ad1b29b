import { parse } from 'yaml';
import { bakeryAlerts } from '../../../charts/bakery.charts';
import { alertmanagerFiles } from '../../../charts/monitoring/alertmanager-config';
import { ruleFile } from '../../../charts/monitoring/prometheus-config';
import { neededSecrets } from '../../../model/google/needed-secrets';
import { changedExample, exampleBakeries } from '../../kit/rendered';
import { judged, testWith } from './judges';

const mail = { email: { to: 'a@example.org', from: 'b@example.org', server: 'mail.example.org:587', user: 'b' } };
const receivers = [
  { name: 'oncall', to: 'pagerduty', severities: ['page'] },
  { name: 'team', to: { slack: { channel: '#bakery' } } },
  { name: 'alice', to: { telegram: { chat: -100123 } }, bakers: ['alice', 'carl'] },
  { name: 'post', to: mail, severities: ['warning'] },
  { name: 'hook', to: 'webhook', severities: ['warning'], bakers: ['bob'] },
  { name: 'games', to: 'discord', severities: ['warning'] },
];
const told = changedExample('mainnet', [
  [['monitoring'], { own: { receivers, heartbeat: 'hosted', quietHours: { fromUtc: '22:00', toUtc: '06:30' } } }],
]);

const files = (bakery = told) => alertmanagerFiles(bakery, [...bakeryAlerts(bakery).values()].flat());
const CONFIG = 'alertmanager.yaml';

const withAmtool = testWith('amtool');
const withPromtool = testWith('promtool');

/** Names of those who are told of an alert with these labels. */
function toldOf(...labels: readonly string[]): string[] {
  return judged('amtool', files(), 'config', 'routes', 'test', `--config.file=${CONFIG}`, ...labels)
    .trim()
    .split(',')
    .sort();
}

withAmtool('Alertmanager takes every configuration, with each kind of receiver, and with none', () => {
  for (const bakery of [told, ...Object.values(exampleBakeries())]) {
    expect(judged('amtool', files(bakery), 'check-config', CONFIG)).toContain('SUCCESS');
  }
});

withAmtool('a page reaches whoever asks for pages: of a baker, those who are told of him', () => {
  expect(toldOf('severity=page', 'alertname=HeadStandsStill')).toEqual(['alice', 'oncall', 'team']);
  expect(toldOf('severity=page', 'delegate_name=alice')).toEqual(['alice', 'oncall', 'team']);
  expect(toldOf('severity=page', 'delegate_name=bob')).toEqual(['oncall', 'team']);
});

withAmtool('a warning wakes nobody who asks for pages alone', () => {
  expect(toldOf('severity=warning', 'alertname=PodNotReady')).toEqual(['alice', 'games', 'hook', 'post', 'team']);
  expect(toldOf('severity=warning', 'delegate_name=bob')).toEqual(['games', 'hook', 'post', 'team']);
  expect(toldOf('severity=warning', 'delegate_name=carl')).toEqual(['alice', 'games', 'post', 'team']);
});

withAmtool('the heartbeat reaches its switch alone', () => {
  expect(toldOf('severity=heartbeat', 'alertname=Watchdog')).toEqual(['heartbeat']);
});

withAmtool('a heartbeat in a bucket asks for itself: nobody is sent it, and the configuration is a good one', () => {
  const bucket = changedExample('mainnet', [[['monitoring'], { own: { receivers, heartbeat: 'bucket' } }]]);
  expect(judged('amtool', files(bucket), 'check-config', CONFIG)).toContain('SUCCESS');
  const routed = judged(
    'amtool',
    files(bucket),
    'config',
    'routes',
    'test',
    `--config.file=${CONFIG}`,
    'severity=heartbeat',
  );
  expect(routed.trim()).toBe('nobody');
});

withAmtool('whoever is told of a baker is told of nobody whose name begins like his', () => {
  expect(toldOf('severity=warning', 'delegate_name=bobby')).toEqual(['games', 'post', 'team']);
});

test('quiet hours silence warnings and no page, over midnight too', () => {
  const text = files()[CONFIG];
  const routes = text.split('- receiver: ').slice(1);
  const isQuiet = (route: string) => route.includes('mute_time_intervals');
  expect(routes.filter(isQuiet).every((route) => route.includes('severity="warning"'))).toBe(true);
  expect(routes.filter((route) => route.includes('severity="warning"')).every(isQuiet)).toBe(true);
  const times = text.match(/(?:start|end)_time: "?[\d:]+/g)?.map((each) => each.replace(/[^\d:]+: ?"?/, ''));
  expect(times).toEqual(['22:00', '24:00', '00:00', '06:30']);
});

test('a sentry that is down hides what follows from it, and no pod of others that is not ready', () => {
  const { inhibit_rules } = parse(files()[CONFIG]);
  const own = inhibit_rules.filter(({ source_matchers }: any) => source_matchers[0] === 'alertname="SentryDown"');
  expect(own.map(({ target_matchers, equal }: any) => [target_matchers[0], equal])).toEqual([
    ['alertname=~"PodNotReady"', ['bakery', 'instance']],
    ['alertname=~"PrivateNodeFewPeers"', ['bakery']],
  ]);
});

test('what is secret is a file that the Secret holds, and no value', () => {
  const secret = neededSecrets(told).find(({ name }) => name === 'alertmanager-receivers')!;
  const named = [...files()[CONFIG].matchAll(/_file: \/etc\/alertmanager-secrets\/(\S+)/g)].map(([, file]) => file);
  expect(named.sort()).toEqual([...secret.keys].sort());
  expect(files()[CONFIG]).not.toMatch(/(?:routing_key|bot_token|api_url|webhook_url|auth_password|\burl): /);
});

withPromtool('Prometheus takes the rules of every bakery', () => {
  for (const bakery of [told, ...Object.values(exampleBakeries())]) {
    const rules = ruleFile(bakery, bakeryAlerts(bakery));
    expect(judged('promtool', { 'rules.yaml': rules }, 'check', 'rules', 'rules.yaml')).toContain('SUCCESS');
  }
});
