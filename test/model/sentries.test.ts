import { sentriesOf } from '../../model/sentries';
import { exampleBakeries } from '../kit/rendered';

const { settings } = exampleBakeries().mainnet;
const [first] = settings.sentries;
const zones = (sentries: readonly { name: string; zone?: string }[]) =>
  sentriesOf({ ...settings, sentries: sentries.map((each) => ({ ...first, zone: undefined, ...each })) }).map(
    ({ zone }) => zone,
  );

test('sentries take the zones in turn, by their place in the list, unless they name one', () => {
  const [a, b] = ['europe-west4-a', 'europe-west4-b'];
  expect(zones([{ name: 'x' }, { name: 'y' }, { name: 'z' }])).toEqual([a, b, a]);
  expect(zones([{ name: 'x', zone: b }, { name: 'y' }, { name: 'z' }])).toEqual([b, b, a]);
});

test('everything of a sentry carries its name', () => {
  expect(sentriesOf(settings)[0]).toMatchObject({
    instance: 'sentry-a',
    claim: 'sentry-a-node-data',
    peer: 'sentry-a:9732',
  });
});
