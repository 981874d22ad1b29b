import fc from 'fast-check';
import { csvRecords } from '../../../programs/site-builder/csv-records';
import { jsonMembers } from '../../../programs/site-builder/json-members';
import { published, rowOf } from '../../../programs/site-builder/published-rows';
import { siteStatuses } from '../../../programs/site-builder/site-rows';
import { mutezSum, mutezText, tezText } from '../../../programs/site-builder/tez-text';
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

test('mutez become tez with six decimals and back, exactly', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (mutez) => {
      const text = tezText(String(mutez));
      expect(text).toMatch(/^-?\d+\.\d{6}$/);
      expect(mutezSum(['', text])).toBe(mutez);
      if (mutez >= 0n) expect(mutezText(text)).toBe(String(mutez));
    }),
  );
  expect(['0', '1', '999999', '1000000'].map((mutez) => mutezText(tezText(mutez)))).toEqual([
    '0',
    '1',
    '999999',
    '1000000',
  ]);
  expect([tezText(''), tezText('0'), tezText('-1')]).toEqual(['', '0.000000', '-0.000001']);
  expect(mutezSum(['', '9007199254.740993', '0.000001'])).toBe(9007199254740994n);
});

test('a row comes back from the disk as it was', () => {
  const amount = fc.option(fc.bigInt({ min: 0n, max: 10n ** 20n }), { nil: undefined });
  const row = fc.record({
    ...{ delegator: fc.constant(account(1)), balance: amount, reward: fc.bigInt({ min: 0n, max: 10n ** 20n }) },
    ...{ fee: amount, paid: amount, status: fc.constantFrom(...siteStatuses) },
    operation: fc.constantFrom(undefined, operation(1)),
    timeMs: fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(row, fc.nat(), (each, cycle) => {
      expect(rowOf(published(cycle, each).line)).toEqual(published(cycle, each));
    }),
  );
});
