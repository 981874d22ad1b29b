import fc from 'fast-check';
import { csvRecords } from '../../../programs/site-builder/csv-records';
import { DelegatorTally } from '../../../programs/site-builder/delegator-tally';
import { jsonMembers } from '../../../programs/site-builder/json-members';
import { payoutTable } from '../../../programs/site-builder/payout-table';
import { published } from '../../../programs/site-builder/published-rows';
import { escaped } from '../../../programs/site-builder/site-html';
import { SiteLinks } from '../../../programs/site-builder/site-links';
import { type SiteRow, siteStatuses } from '../../../programs/site-builder/site-rows';
import { tezText } from '../../../programs/site-builder/tez-text';
import { account, operation } from './made-site';

/** A text as it comes in: in pieces of so many bytes, which may cut a letter in two. */
async function* pieces(text: string, bytes: number): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes);
}

async function membersOf(text: string, bytes = 7, most = 1_000_000): Promise<[string, unknown][]> {
  const found: [string, unknown][] = [];
  for await (const member of jsonMembers(pieces(text, bytes), 'these', most)) found.push(member);
  return found;
}

test('members of a document are what JSON.parse finds, wherever it is cut and however it is laid out', async () => {
  const member = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue(), { noNullPrototype: true });
  const layout = fc.constantFrom(undefined, 2, '\t');
  await fc.assert(
    fc.asyncProperty(
      member,
      fc.jsonValue(),
      layout,
      fc.integer({ min: 1, max: 50 }),
      async (these, other, space, bytes) => {
        const text = JSON.stringify({ before: other, these, 'behind }': other }, undefined, space);
        expect(await membersOf(text, bytes)).toEqual(Object.entries(JSON.parse(text).these));
      },
    ),
    { numRuns: 300 },
  );
});

test('a document that is cut anywhere is never taken for a whole one', async () => {
  const text = JSON.stringify({ other: [1, '}'], these: { 1: { a: '"\\' }, 2: [] }, behind: true });
  for (let length = 0; length < text.length; length++) {
    await expect(membersOf(text.slice(0, length))).rejects.toThrow();
  }
  expect(await membersOf(text)).toHaveLength(2);
});

test.each<[string, string]>([
  ['a list', '[]'],
  ['members that are no object', '{"these": []}'],
  ['a comma too many', '{"these": {"a": 1,}}'],
  ['no comma', '{"these": {"a": 1 "b": 2}}'],
  ['a bracket of another kind', '{"these": {"a": [1}]}'],
  ['a word that is none', '{"these": {"a": nothing}}'],
  ['nothing where a value belongs', '{"these": {"a": }}'],
  ['a key without quotes', '{"these": {a: 1}}'],
])('no JSON is refused: %s', async (_, text) => {
  await expect(membersOf(text)).rejects.toThrow();
});

test('a member that is larger than it can be is refused before it is in memory', async () => {
  const text = `{"these": {"a": "${'x'.repeat(5000)}`; // it does not even end
  await expect(membersOf(text, 100, 1000)).rejects.toThrow(/more than 1000 bytes/);
});

test('fields of a CSV text are read as they were written, whatever is in them', () => {
  const field = fc.oneof(fc.string(), fc.constantFrom('a,b', 'a"b', 'a\nb', '"', ''));
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  fc.assert(
    fc.property(fc.array(fc.tuple(field, field), { minLength: 1 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
      const text = ['first,second', ...lines.map((line) => line.map(quoted).join(','))]
        .map((line) => `${line}${end}`)
        .join('');
      expect(csvRecords(text, ['second', 'first'])).toEqual(lines.map(([first, second]) => ({ first, second })));
    }),
  );
});

test('a CSV text that is cut off, or has a line of another length, is refused', () => {
  const text = 'first,second\n1,2\n"3\n",4\n';
  for (let length = 0; length < text.length; length++) {
    if (text.slice(0, length) === 'first,second\n' || text.slice(0, length) === 'first,second\n1,2\n') continue;
    expect(() => csvRecords(text.slice(0, length), ['first'])).toThrow();
  }
  expect(() => csvRecords('first,second\n1\n', ['first'])).toThrow(/line 2 has 1 fields, not 2/);
  expect(() => csvRecords('first\n1\n', ['second'])).toThrow(/names no second/);
});

test('mutez become tez with six decimals, exactly', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (mutez) => {
      const text = tezText(String(mutez));
      expect(text).toMatch(/^-?\d+\.\d{6}$/);
      expect(BigInt(text.replace('.', ''))).toBe(mutez);
    }),
  );
  expect([tezText(''), tezText('0'), tezText('-1')]).toEqual(['', '0.000000', '-0.000001']);
});

const amount = fc.option(fc.bigInt({ min: 0n, max: 10n ** 20n }), { nil: undefined });
const anyRow = fc.record({
  ...{ delegator: fc.constant(account(1)), balance: amount, reward: fc.bigInt({ min: -(10n ** 9n), max: 10n ** 20n }) },
  ...{ fee: amount, paid: amount, status: fc.constantFrom(...siteStatuses) },
  operation: fc.constantFrom(undefined, operation(1)),
  timeMs: fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 }), { nil: undefined }),
});

test('each row of a table shows what was recorded, whatever the record knows', () => {
  const explorers = fc.constantFrom(undefined, 'https://tzkt.io', 'https://example.com/?a&b=$1$$');
  const links = new SiteLinks('alice/payouts/x/index.html', { domain: { name: 'payouts.example.com' } });
  const tez = (mutez: bigint | undefined) => (mutez === undefined ? '' : tezText(String(mutez)));
  fc.assert(
    fc.property(fc.array(anyRow, { minLength: 1, maxLength: 4 }), fc.nat(), explorers, (rows, cycle, explorer) => {
      const context = { config: { explorer }, links, baker: { name: 'alice', address: account(2) } };
      const known = {
        fee: rows.some(({ fee }) => fee !== undefined),
        balance: rows.some(({ balance }) => balance !== undefined),
      };
      const lines = rows.map((row) => published(cycle, row).line).join('');
      const parts = { first: 'cycle', caption: '', lines, known, totals: { reward: 0n, paid: 0n } } as const;
      const html = /<tbody>\n([\s\S]*)\n<\/tbody>/.exec(payoutTable(context, parts))?.[1] ?? '';
      const wanted = rows.map(({ balance, reward, fee, paid, status, operation: hash, timeMs }) => {
        const start = explorer === undefined ? '' : `<a href="${escaped(explorer)}/${hash}">`;
        const code = explorer === undefined ? `<code>${hash}</code>` : `<code>${hash?.slice(0, 8)}&hellip;</code></a>`;
        const day = timeMs === undefined ? '' : new Date(timeMs).toISOString().slice(0, 10);
        return [
          `<a href="../../../alice/cycles/${cycle}/">${cycle}</a>`,
          ...[tez(paid), status, day, hash === undefined ? '' : start + code, tez(reward)],
          ...[...(known.fee ? [tez(fee)] : []), ...(known.balance ? [tez(balance)] : [])],
        ];
      });
      const shown = html.split('\n').map((row) => row.replace(/^<tr><th scope="row">|<\/td><\/tr>$/g, ''));
      expect(shown.map((row) => row.split(/<\/t[hd]><td[^>]*>/))).toEqual(wanted);
      for (const { status } of rows) expect(html).toContain(`class="payouts-${status.replace(' ', '-')}">${status}<`);
    }),
  );
});

test('what the JSON of a row says is what was recorded', () => {
  fc.assert(
    fc.property(anyRow, fc.nat(), (row, cycle) => {
      const text = (mutez: bigint | undefined) => (mutez === undefined ? undefined : String(mutez));
      const { balance, reward, fee, paid, timeMs, ...rest } = row;
      const time = timeMs === undefined ? undefined : new Date(timeMs).toISOString().replace(/\.\d+/, '');
      expect(JSON.parse(published(cycle, row).json)).toEqual({
        ...{ ...rest, time, balanceMutez: text(balance), rewardMutez: text(reward) },
        ...{ feeMutez: text(fee), paidMutez: text(paid) },
      });
    }),
  );
});

test('what a delegator reads in words is the same in whatever order cycles are read', () => {
  const row = (more: Partial<SiteRow>): SiteRow => ({ delegator: account(1), reward: 5n, status: 'paid', ...more });
  const cycles: [number, SiteRow[]][] = [
    [7, [row({ paid: 5n, fee: 1n })]],
    [8, [row({ status: 'estimated' }), row({ paid: 3n, timeMs: 8 }), row({ paid: 4n, timeMs: 9 })]],
    [9, [row({ status: 'below minimum' })]],
  ];
  for (const all of [cycles, [...cycles].reverse(), [cycles[1], cycles[2], cycles[0]]]) {
    const tally = new DelegatorTally();
    for (const [cycle, rows] of all) for (const each of rows) tally.add(cycle, each);
    expect(tally).toMatchObject({
      ...{ reward: 25n, paid: 12n, cycles: 3, sentCycles: 2, known: { fee: true, balance: false } },
      newest: { cycle: 9, status: 'below minimum', isSent: false },
      payment: { cycle: 8, mutez: 3n, timeMs: 8 },
    });
  }
});
