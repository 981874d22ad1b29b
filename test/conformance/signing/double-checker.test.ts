import { DoubleChecker } from './double-checker';
import { madeAddress, requestHex } from './made-requests';

const keys = (['tz1', 'tz2', 'tz3', 'tz4'] as const).map((curve) => madeAddress(curve, 'of this test'));
const kinds = ['block', 'preattestation', 'attestation'] as const;
const cases = keys.flatMap((key) => kinds.map((kind) => [key.slice(0, 3), kind, key] as const));

function seen(first: object, second: object, signatures = ['a', 'b']): number {
  const checker = new DoubleChecker();
  for (const [i, each] of [first, second].entries()) {
    const wanted = { key: keys[0]!, kind: 'block', level: 7, round: 1, payload: 'p', branch: 'b', ...each } as const;
    checker.see({ where: 'here', key: wanted.key, hex: requestHex(wanted), signature: signatures[i]! });
  }
  return checker.doubles.length;
}

test.each(cases)('two signatures of one slot are seen, whatever differs: %s, %s', (_, kind, key) => {
  const of = { key, kind };
  expect(seen(of, { ...of, payload: 'other' })).toBe(1);
  expect(seen(of, { ...of, branch: 'other' })).toBe(1);
  expect(seen(of, of)).toBe(1);
  expect(seen(of, of, ['a', 'a'])).toBe(0);
});

test.each(cases)('another level, round, kind or key is another slot: %s, %s', (_, kind, key) => {
  const of = { key, kind };
  const others = [{ level: 8 }, { round: 2 }, { kind: kinds[(kinds.indexOf(kind) + 1) % 3] }];
  for (const other of others) expect(seen(of, { ...of, ...other })).toBe(0);
  expect(seen(of, { ...of, key: keys[(keys.indexOf(key) + 1) % 3] })).toBe(0);
});
