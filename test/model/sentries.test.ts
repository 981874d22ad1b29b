import { keptSeconds, sentriesOf } from '../../model/sentries';
import { networkOf } from '../../model/tezos/networks';
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

test('a sentry keeps a week of blocks, whatever the length of a cycle, unless its line says otherwise', () => {
  const kept = (network: object, historyMode: object = { rolling: {} }) => {
    const changed = { ...settings, network, sentries: [{ ...first, historyMode }] } as typeof settings;
    const [sentry] = sentriesOf(changed);
    return [sentry.historyMode, keptSeconds([sentry], networkOf(changed))];
  };
  const [week, hour] = [7 * 86_400, 3600];
  expect(kept({ mainnet: {} })).toEqual([{ rolling: { additionalCycles: 6 } }, week]);
  expect(kept({ bakingnet: {} })).toEqual([{ rolling: { additionalCycles: 27 } }, week]);
  expect(kept({ bakingnet: {} }, { rolling: { additionalCycles: 1 } })[1]).toBe(12 * hour);
  expect(kept({ mainnet: {} }, { full: {} })).toEqual([{ full: {} }, undefined]);
});

test('everything of a sentry carries its name', () => {
  expect(sentriesOf(settings)[0]).toMatchObject({
    instance: 'sentry-a',
    claim: 'sentry-a-node-data',
    peer: 'sentry-a:9732',
  });
});
