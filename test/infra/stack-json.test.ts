import { App, Fn, Lazy, TerraformOutput, TerraformResource, TerraformStack, Token } from 'cdktf';
import { BakeryStack } from '../../infra/bakery.stack';
import { type Block, stackJson } from '../../infra/stack-json';
import { fixtures, smallest } from '../kit/bakeries';
import { existing, kms, upstream } from './terraform';

const bakeries = [...Object.values(fixtures()), smallest(kms), smallest(existing)];

test.each(bakeries)('the stack of $name is what cdktf makes of it', (bakery) => {
  const stack = new BakeryStack(new App(), bakery, { bakeries: [bakery], upstream });
  expect(stackJson(stack)).toEqual(stack.toTerraform());
});

/** A resource with the values that are given. */
class Anything extends TerraformResource {
  constructor(
    scope: TerraformStack,
    id: string,
    private readonly values: Block,
  ) {
    super(scope, id, { terraformResourceType: 'anything' });
  }

  protected override synthesizeAttributes() {
    return this.values;
  }
}

test('every kind of token is resolved as cdktf resolves it', () => {
  const stack = new TerraformStack(new App(), 'tokens');
  const other = new Anything(stack, 'other', { list: [], text: 'a $${b} {c} }', nothing: undefined });
  const one = new Anything(stack, 'one', {
    text: other.getStringAttribute('text'),
    inText: `before ${other.getStringAttribute('text')} after`,
    number: other.getNumberAttribute('number'),
    numberInText: `port ${other.getNumberAttribute('number')}`,
    numbers: other.getNumberListAttribute('numbers'),
    list: other.getListAttribute('list'),
    inList: ['plain', other.getStringAttribute('text'), undefined],
    map: other.getStringMapAttribute('map'),
    boolean: other.getBooleanAttribute('boolean'),
    later: Lazy.anyValue({
      produce: () => ({ deep: [other.fqn, { deeper: Lazy.stringValue({ produce: () => 'x' }) }] }),
    }),
    call: Fn.join(',', Token.asList(other.getListAttribute('list'))),
    keyed: { [other.getStringAttribute('text')]: 1 },
    fraction: 1.5,
    large: 2 ** 60,
    exponent: '1e+5',
    empty: { list: [], map: {}, nothing: undefined, none: null, no: false },
  });
  one.addOverride('provisioner', [{ local: {} }]);
  new TerraformOutput(stack, 'output', { value: one.fqn, sensitive: true });
  const json = stackJson(stack);
  expect(json).toEqual(stack.toTerraform());
  expect(JSON.stringify(json)).not.toContain('TfToken');
});

test('a value that is no data is refused as cdktf refuses it', () => {
  const stack = new TerraformStack(new App(), 'wrong');
  new Anything(stack, 'wrong', { value: () => 1 });
  expect(() => stackJson(stack)).toThrow(/[Ff]unction/);
});

test('what would be lost in silence is refused', () => {
  const overridden = new TerraformStack(new App(), 'overridden');
  overridden.addOverride('terraform.required_version', '1.8');
  expect(() => stackJson(overridden)).toThrow('overrides of stack overridden itself are not rendered');

  const outer = new TerraformStack(new App(), 'outer');
  new TerraformStack(outer, 'inner');
  expect(() => stackJson(outer)).toThrow('a stack in stack outer is not rendered');
});

test.each(['getStringMapAttribute', 'getNumberMapAttribute', 'getAnyMapAttribute'] as const)(
  'what stands for the values of a map must not leave it: %s',
  (attribute) => {
    const stack = new TerraformStack(new App(), 'leak');
    const [leaked] = Object.values(new Anything(stack, 'other', {})[attribute]('map'));
    new Anything(stack, 'one', { leaked });
    expect(() => stackJson(stack)).toThrow();
  },
);
