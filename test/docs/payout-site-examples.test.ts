import { parse } from 'yaml';
import { sentence } from '../../model/messages/problems';
import { findProblems } from '../../model/reading/check';
import { paying } from '../infra/terraform';
import { smallestFile } from '../kit/bakeries';
import { blocksOf } from './pages';

const examples = blocksOf('docs/payout-site.md').filter(({ language }) => language === 'yaml');

/** The section that an example shows, whole or a part of `domain`, of the one baker that there is. */
function siteIn(text: string): unknown {
  const { site, ...part } = parse(text.replaceAll('alice', 'baker')) as Record<string, unknown>;
  return site ?? { domain: { name: 'payouts.example.org', ...part } };
}

test('every example of a payout site is one that may be copied', () => {
  expect(examples.length).toBeGreaterThanOrEqual(4);
  for (const { text } of examples) {
    expect(findProblems([smallestFile([...paying, [['site'], siteIn(text)]])]).map(sentence)).toEqual([]);
  }
});
