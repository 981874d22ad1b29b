import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BakerApi } from '../../../programs/guard/baker-api';
import type { Outcome } from '../../../programs/guard/forwarder';
import type { Asked, Reason } from '../../../programs/guard/guard-core';
import { GuardMetrics } from '../../../programs/guard/guard-metrics';

const asked: Asked = { key: 'tz1', kind: 'block', level: 5, round: 0, path: '', body: '' };
const why = 'why';
const reasons: Readonly<Record<Reason, true>> = {
  'not open': true,
  outbid: true,
  'above the ceiling': true,
  'round too high': true,
  'at or below the floor': true,
  'at or below its mark': true,
  'no signer': true,
};

/** The page that says what a person does of each. */
const page = readFileSync(join(__dirname, '../../../docs/signing.md'), 'utf8');

/** Codes that the page gives for it. */
function codesInPage(name: string): string | undefined {
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.find(([, names]) => names?.includes(`\`${name}\``))?.[2];
}

/** What a baker hears of an outcome, what is counted, and what people are told. */
async function heard(outcome: Outcome | undefined) {
  const logged: string[] = [];
  const metrics = new GuardMetrics(() => ({ core: undefined, watches: [], heads: undefined }));
  const api = new BakerApi({
    reader: { read: () => asked } as any,
    forwarder: () => outcome && ({ sign: async () => outcome } as any),
    isReady: () => true,
    metrics,
    budgetMs: 3000,
    log: (severity) => logged.push(severity),
  });
  const request = { method: 'POST', path: '/keys/tz1?version=3', headers: {}, body: '', arrivedMs: 0 };
  const { status } = await api.answer({ ...request, isGone: () => false });
  return { status, logged, text: metrics.text };
}

test.each(Object.keys(reasons) as Reason[])(
  '%s: the baker hears so once, since only 502 would make it ask again',
  async (reason) => {
    const { status, text, logged } = await heard({ result: 'refused', reason });
    expect([403, 409, 503]).toContain(status);
    expect(text).toContain(`signer_guard_refusals_total{reason="${reason}"} 1`);
    expect(text).toContain('signer_guard_requests_total{kind="block",result="refused"} 1');
    expect(logged).toEqual(['WARNING']);
    expect(codesInPage(reason)).toBe(`${status}`);
  },
);

test.each<[Exclude<Outcome['result'], 'signed' | 'refused' | 'expired in the queue'>, number, string]>([
  ['timeout', 504, 'WARNING'],
  ['not asked', 503, 'WARNING'],
  ['refused for its mark', 409, 'ERROR'],
  ['refused by the agent', 500, 'WARNING'],
  ['unknown', 500, 'WARNING'],
])('%s: the baker hears %i, and people are told', async (result, code, severity) => {
  const { status, text, logged } = await heard({ result, why });
  expect([status, logged]).toEqual([code, [severity]]);
  expect(codesInPage(result)).toContain(`${code}`);
  expect(text).toContain(`signer_guard_requests_total{kind="block",result="${result}"} 1`);
  expect(text).toContain('signer_guard_highest_level{key="tz1",kind="block"} 5');
});

test('what calls a person is counted from 0 on: the first time is a rise too', async () => {
  const { text } = await heard({ result: 'timeout', why });
  expect(text).toContain('signer_guard_requests_total{kind="attestation",result="refused for its mark"} 0');
  expect(text).toContain('signer_guard_requests_total{kind="block",result="timeout"} 1');
});

test('what has expired in the queue is answered 504, and counts as asked for by nobody', async () => {
  const { status, text } = await heard({ result: 'expired in the queue' });
  expect(status).toBe(504);
  expect(codesInPage('expired in the queue')).toBe('504');
  expect(text).not.toContain('signer_guard_highest_level{');
});

test('a guard that has no epoch yet says that it is not open', async () => {
  expect((await heard(undefined)).status).toBe(503);
});
