import { logTo } from '../../../programs/runtime/json-log';
import { Metrics } from '../../../programs/runtime/metrics-text';
import { Turns } from '../../../programs/runtime/turns';
import { madeSecretKey } from '../../stand-ins/kit/secret-keys';

test('what is logged is one line of JSON, and shows no key and no signature', () => {
  const lines: string[] = [];
  const log = logTo(
    (line) => lines.push(line),
    () => new Date(0),
  );
  log('ERROR', `the key ${madeSecretKey('a').secretKey}\nis shown`, {
    in: { pem: '-----BEGIN PRIVATE KEY-----\nMC4' },
  });
  expect(lines.join('')).toBe(
    '{"time":"1970-01-01T00:00:00.000Z","severity":"ERROR","message":"the key (not shown)\\nis shown","in":{"pem":"(not shown)"}}\n',
  );
});

test('metrics are text that Prometheus reads', () => {
  const metrics = new Metrics();
  const count = metrics.counter('asked_total', 'Questions.');
  count({ by: 'a "b"' });
  count({ by: 'a "b"' }, 2);
  metrics.gauge('level', 'Now.', () => [[{}, 5]]);
  const seconds = metrics.histogram('seconds', 'Time.', [0.1, 1]);
  for (const value of [0.05, 0.5, 5]) seconds(value);
  expect(metrics.text.split('\n').filter((line) => !line.startsWith('# HELP'))).toEqual([
    '# TYPE asked_total counter',
    'asked_total{by="a \\"b\\""} 3',
    '# TYPE level gauge',
    'level 5',
    '# TYPE seconds histogram',
    'seconds_bucket{le="0.1"} 1',
    'seconds_bucket{le="1"} 2',
    'seconds_bucket{le="+Inf"} 3',
    'seconds_sum 5.55',
    'seconds_count 3',
    '',
  ]);
});

test('turns are taken one after the other, and not by those who have waited too long or have gone', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const take = async (name: string, untilMs?: number, isGone?: () => boolean) => {
    const end = await turns.take(untilMs, isGone);
    order.push(`${name}${end ? '' : ' not'}`);
    return end;
  };
  const first = await take('first');
  let isGone = false;
  const late = take('late', performance.now() + 20);
  const gone = take('gone', undefined, () => isGone);
  const last = take('last');
  isGone = true;
  await late;
  first?.();
  first?.(); // ends nobody else's
  await gone;
  const end = await last;
  expect([order, turns.isFree]).toEqual([['first', 'late not', 'gone not', 'last'], false]);
  end?.();
  expect(turns.isFree).toBe(true);
});
