import { madeKey } from '../kit/made-keys';
import { readersBakery, yamlOf } from './reader';

const [firstDay, ...devices] = yamlOf('docs/signers-at-home.md');
const bakers = [
  {
    name: 'example',
    ...madeKey('tz2', 'delegate'),
    consensusKey: madeKey('tz4', 'consensus'),
    companionKey: madeKey('tz4', 'companion'),
  },
];

test.each(devices.map((each) => [Object.keys(each.device)[0], each]))(
  'a tz4 device as the page has it (%s) holds both keys of a baker',
  (_, { device }) => {
    const { homes } = firstDay.custody;
    const signers = homes.signers.map((signer: object) => ({ ...signer, device }));
    const { machines } = readersBakery({ bakers, custody: { homes: { ...homes, signers } } });
    for (const { keys } of machines) expect(keys.map(({ role }) => role)).toEqual(['consensus', 'companion']);
  },
);

test('the page has a device of each kind', () => {
  expect(devices.map(({ device }) => Object.keys(device)[0])).toEqual(['tcp', 'http']);
});
