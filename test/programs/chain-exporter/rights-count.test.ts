import type { Verdict } from '../../../programs/chain-exporter/judge';
import { RightsCount } from '../../../programs/chain-exporter/rights-count';
import { Metrics } from '../../../programs/runtime/metrics-text';

const nothing: Verdict = { blocks: new Map(), votes: new Map(), evidence: [] };
const vote = (result: 'seen' | 'missed'): Verdict => ({ ...nothing, votes: new Map([['tz1a', { result, slots: 2 }]]) });

function counted() {
  const metrics = new Metrics();
  const count = new RightsCount(metrics, [{ name: 'alice', address: 'tz1a' }]);
  const of = (name: string, right: string) =>
    Number(new RegExp(`^${name}\\{[^}]*right="${right}"\\} (.*)$`, 'm').exec(metrics.text)?.[1]);
  const told = (right = 'attestation') => [
    of('tezos_baker_missed_in_a_row', right),
    of('tezos_baker_missed_of_last_rights', right),
    of('tezos_baker_last_rights', right),
  ];
  return { count, told };
}

test('misses are told in a row, and of the last two hundred rights: levels without a right are in neither', () => {
  const { count, told } = counted();
  expect(told()).toEqual([0, 0, 0]);
  count.add(vote('seen'));
  for (let i = 0; i < 5; i++) {
    count.add(vote('missed'));
    count.add(nothing);
  }
  expect(told()).toEqual([5, 5, 6]);
  count.add(vote('seen'));
  expect(told()).toEqual([0, 5, 7]);
  for (let i = 0; i < 193; i++) count.add(vote('seen'));
  expect(told()).toEqual([0, 5, 200]);
  count.add(vote('missed'));
  count.add(vote('missed'));
  expect(told()).toEqual([2, 6, 200]); // of the five the first one is too long ago
});

test('a block of ours that was replaced, or that another one has baked again, is no miss', () => {
  const { count, told } = counted();
  for (const result of ['missed', 'orphaned', 'missed', 'proposed', 'missed'] as const) {
    count.add({ ...nothing, blocks: new Map([['tz1a', result]]) });
  }
  expect(told('block')).toEqual([1, 3, 5]);
  expect(told('attestation')).toEqual([0, 0, 0]);
});
