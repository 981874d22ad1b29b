import fc from 'fast-check';
import { parse } from 'yaml';
import { yaml } from '../../signer/yaml.vars';

const name = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/),
  fc.constantFrom('y', 'on', 'off', 'null', 'yes', 'e0', 'nan'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      'yes',
      'on',
      '22:01',
      '0h',
      '1e3',
      '~',
      '- a',
      'a: b',
      '#',
      'a\nb\n',
      ' a\nb\n',
      'a\n\n',
      '\n',
      'a\n b\n\nc\n',
    ),
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

test('what machines are told is read as it was meant, by readers of either YAML', () => {
  const property = fc.property(fc.dictionary(name, value, { minKeys: 1, noNullPrototype: true }), (told) => {
    for (const version of ['1.1', '1.2'] as const) expect(parse(yaml(told), { version })).toEqual(told);
  });
  fc.assert(property, { seed: 1, numRuns: 500 });
});

test('what is not known is left out', () => {
  expect(yaml({ first: undefined, second: { third: undefined } })).toBe('second: {}\n');
});
