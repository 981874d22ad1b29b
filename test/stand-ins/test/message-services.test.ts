import { type Asked, pagerDutyAnswer, slackAnswer } from '../told/message-formats';
import { MessageServices } from '../told/message-services';

const KEY = '0123456789abcdef0123456789abcdef';
const asked = (body: unknown, rest: Partial<Asked> = {}): Asked => ({
  method: 'POST',
  type: 'application/json',
  text: JSON.stringify(body),
  ...rest,
});
const payload = { summary: 'mainnet: the signer is gone', source: 'alertmanager', severity: 'error' };
const event = { routing_key: KEY, event_action: 'trigger', dedup_key: 'a', payload };
const pagerDuty = (body: unknown) => pagerDutyAnswer(asked(body), (key) => key === KEY);

test('PagerDuty takes an event, and the end of it without a payload', () => {
  expect(pagerDuty(event).status).toBe(202);
  expect(pagerDuty({ routing_key: KEY, event_action: 'resolve', dedup_key: 'a' }).status).toBe(202);
});

test.each([
  ['a key that is too short', { ...event, routing_key: 'abc' }, 'routing_key'],
  ["somebody else's key", { ...event, routing_key: KEY.replace('0', 'f') }, 'Invalid routing key'],
  ['another action', { ...event, event_action: 'firing' }, 'event_action'],
  ['an end that names no event', { routing_key: KEY, event_action: 'resolve' }, 'dedup_key'],
  ['a name that is too long', { ...event, dedup_key: 'a'.repeat(256) }, 'dedup_key'],
  ['no payload', { routing_key: KEY, event_action: 'trigger' }, 'payload'],
  ['no summary', { ...event, payload: { ...payload, summary: '' } }, 'payload.summary'],
  ['a summary that is too long', { ...event, payload: { ...payload, summary: 'a'.repeat(1025) } }, 'payload.summary'],
  ['no source', { ...event, payload: { ...payload, source: undefined } }, 'payload.source'],
  ['a severity of ours', { ...event, payload: { ...payload, severity: 'page' } }, 'payload.severity'],
  ['a field that it does not know', { ...event, receiver: 'oncall' }, 'receiver'],
  ['a list', [event], 'unrecognized'],
])('PagerDuty refuses an event with %s', (_, body, words) => {
  const { status, text } = pagerDuty(body);
  expect(status).toBe(400);
  expect(text).toContain(words);
});

const message = { channel: '#bakery', attachments: [{ title: 'mainnet', text: 'the signer is gone', fallback: '' }] };

test('Slack takes a message with an attachment or a text', () => {
  expect(slackAnswer(asked(message), true)).toMatchObject({ status: 200, text: 'ok' });
  expect(slackAnswer(asked({ text: 'the signer is gone' }), true).status).toBe(200);
});

test.each([
  ['nothing in it', { channel: '#bakery', attachments: [] }, 'no_text'],
  ['no such channel', { ...message, channel: 'bakery' }, 'channel_not_found'],
  ['an attachment without words', { attachments: [{ title: 'mainnet' }] }, 'invalid_attachments'],
  ['a colour that is none', { attachments: [{ text: 'a', color: 'page' }] }, 'invalid_attachments'],
  ['too many attachments', { attachments: Array(101).fill({ text: 'a' }) }, 'too_many_attachments'],
  ['a field that it does not know', { ...message, receiver: 'team' }, 'invalid_payload'],
])('Slack refuses a message with %s', (_, body, words) => {
  expect(slackAnswer(asked(body), true)).toMatchObject({ text: words });
});

test('Slack refuses a form, and a URL that is no webhook', () => {
  expect(slackAnswer(asked(message, { type: 'application/x-www-form-urlencoded' }), true).text).toBe('invalid_payload');
  expect(slackAnswer(asked(message), false)).toMatchObject({ status: 404, text: 'no_service' });
});

test('each message is kept under the secret that it came by, a refused one too', async () => {
  const services = new MessageServices();
  const places = await services.start();
  try {
    const [key, hook, beat] = (['pagerduty', 'slack', 'heartbeat'] as const).map((each) => services.newSecret(each));
    const { port } = places[0]!;
    const post = async (url: string, body: unknown) => {
      const headers = { 'Content-Type': 'application/json' };
      const path = new URL(url).pathname;
      return (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }))
        .status;
    };
    const codes = [
      await post('https://events.pagerduty.com/v2/enqueue', { ...event, routing_key: key }),
      await post(hook!, message),
      await post(hook!, {}),
      await post(beat!, {}),
      await post(`${beat}0`, {}),
    ];
    expect(codes).toEqual([202, 200, 400, 200, 404]);
    const kept = services.told.map(({ service, secret, refused }) => [service, secret, refused]);
    expect(kept).toEqual([
      ['pagerduty', key, undefined],
      ['slack', hook, undefined],
      ['slack', hook, '400: no_text'],
      ['heartbeat', beat, undefined],
      ['heartbeat', `${beat}0`, '404: not found'],
    ]);
  } finally {
    services.stop();
  }
});
