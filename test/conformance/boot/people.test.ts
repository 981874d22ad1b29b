import type { Bakery } from '../../../model/bakery';
import { bakeriesOf, fixtureFiles } from '../../kit/bakeries';
import type { MessageServices, Told } from '../../stand-ins/told/message-services';
import { People } from './people';

const mainnet = bakeriesOf(fixtureFiles()).find(({ name }) => name === 'mainnet') as Bakery;
const ALERT = { name: 'NoUsableSigner', severity: 'page' } as const;
const AN_HOUR_AGO = Date.now() - 3_600_000;
const time = { from: AN_HOUR_AGO, to: AN_HOUR_AGO + 30_000 };

const textOf = (alert: string) => `${alert}: something is wrong\nlook at it\ndocs/runbook.md#${alert.toLowerCase()}\n`;

/** People of mainnet, who heard of alerts in words like `NoUsableSigner` and `over NoUsableSigner`, seconds apart. */
function peopleWhoHeard(words: readonly string[], refused?: string): People {
  const told: Told[] = [];
  const services = { told, newSecret: (service: string) => service } as unknown as MessageServices;
  for (const [index, word] of words.entries()) {
    const [, over, alert = ''] = /^(over )?(\w+)$/.exec(word) ?? [];
    const at = AN_HOUR_AGO + 1000 * index;
    const event = { event_action: over ? 'resolve' : 'trigger', payload: { custom_details: { text: textOf(alert) } } };
    const title = `${over ? 'resolved: ' : ''}mainnet: something is wrong`;
    told.push({ service: 'pagerduty', secret: 'pagerduty', body: event, at });
    told.push({
      service: 'slack',
      secret: 'slack',
      body: { attachments: [{ title, text: textOf(alert) }] },
      at,
      refused,
    });
  }
  return new People(services, mainnet);
}

test('the Secret of the receivers holds what each service gave, under the names that dist/ reads', () => {
  expect([...peopleWhoHeard([]).files]).toEqual([
    ['oncall.key', 'pagerduty'],
    ['team.url', 'slack'],
    ['heartbeat.url', 'heartbeat'],
  ]);
});

test('one message that something is wrong and one that it is over, to each, are once; others do not count', async () => {
  const people = peopleWhoHeard(['HeadStandsStill', 'NoUsableSigner', 'over HeadStandsStill', 'over NoUsableSigner']);
  expect(await people.heardOnce(ALERT, time)).toEqual(['oncall', 'team']);
});

test.each([
  ['nothing', []],
  ['no end', ['NoUsableSigner']],
  ['it twice', ['NoUsableSigner', 'NoUsableSigner', 'over NoUsableSigner']],
  ['it again after its end', ['NoUsableSigner', 'over NoUsableSigner', 'NoUsableSigner']],
  ['an end before it', ['over NoUsableSigner', 'NoUsableSigner']],
])('who hears %s has not heard once', async (_, words) => {
  await expect(peopleWhoHeard(words).heardOnce(ALERT, time)).rejects.toThrow('of NoUsableSigner');
});

test('a message that its service refuses is an error', () => {
  expect(() => peopleWhoHeard(['NoUsableSigner'], '400: invalid_payload').messages).toThrow('slack refuses');
});
