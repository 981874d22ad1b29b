import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall';
import {
  App,
  Fn,
  Lazy,
  TerraformCount,
  TerraformIterator,
  type TerraformMetaArguments,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
  Token,
} from 'cdktf';
import { dependable } from 'cdktf/lib/tfExpression';
import { BakeryStack } from '../../infra/bakery.stack';
import { type Block, stackJson } from '../../infra/stack-json';
import { fixtures, smallest } from '../kit/bakeries';
import { existing, kms } from './terraform';

const bakeries = [...Object.values(fixtures()), smallest(kms), smallest(existing)];

test.each(bakeries)('the stack of $name is what cdktf makes of it', (bakery) => {
  const stack = new BakeryStack(new App(), bakery, [bakery]);
  expect(stackJson(stack)).toEqual(byCdktf(stack));
});

/** What cdktf makes of a stack, without the construct paths of its blocks. */
function byCdktf(stack: TerraformStack): Block {
  const json = stack.toTerraform();
  const types = Object.values<Block>({ ...json.resource, ...json.data });
  for (const block of types.flatMap((blocks) => Object.values(blocks) as Block[])) delete block['//'];
  return json;
}

/** A resource with the values that are given. */
class Anything extends TerraformResource {
  constructor(
    scope: TerraformStack,
    id: string,
    private readonly values: Block,
    meta: TerraformMetaArguments = {},
  ) {
    super(scope, id, { terraformResourceType: 'anything', ...meta });
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
  expect(json).toEqual(byCdktf(stack));
  expect(JSON.stringify(json)).not.toContain('TfToken');
});

class Provider extends TerraformProvider {
  constructor(scope: TerraformStack, id: string) {
    super(scope, id, { terraformResourceType: 'any', terraformProviderSource: 'any' });
    this.alias = 'aliased';
  }
}

const later = (text: string) => Lazy.stringValue({ produce: () => text });

test('attributes with the names of meta-arguments are merged as cdktf merges them', () => {
  const stack = new TerraformStack(new App(), 'attributes');
  const values = { count: 5, lifecycle: { a: 1 }, depends_on: ['z'], connection: undefined };
  const meta = { dependsOn: [new Anything(stack, 'other', {})], lifecycle: { preventDestroy: true } };
  new Anything(stack, 'one', values, meta);
  expect(stackJson(stack)).toEqual(byCdktf(stack));
});

test('a dynamic block is what cdktf makes of it', () => {
  const stack = new TerraformStack(new App(), 'dynamic');
  const ports = TerraformIterator.fromList(['80', '443']);
  const allow = ports.dynamic({ protocol: 'tcp', ports: [ports.value] });
  new ComputeFirewall(stack, 'firewall', { name: 'firewall', network: 'network', allow });
  const json = stackJson(stack);
  expect(json).toEqual(byCdktf(stack));
  expect(JSON.stringify(json)).toContain('dynamic');
});

test('a resource with metadata of its own keeps it', () => {
  class Noted extends Anything {
    override toMetadata() {
      return { noted: true };
    }
  }
  const stack = new TerraformStack(new App(), 'noted');
  new Noted(stack, 'one', {});
  expect(stackJson(stack)).toEqual(byCdktf(stack));
});

interface Kind {
  meta?(other: Anything): TerraformMetaArguments;
  change?(resource: Anything): void;
}

test.each<[string, Kind]>([
  ['depends on others', { meta: (other) => ({ dependsOn: [other, other] }) }],
  ['depends on what is no resource', { meta: () => ({ dependsOn: [{ fqn: 'module.other' }] }) }],
  ['depends on one of several', { meta: (other) => ({ dependsOn: [{ fqn: `${other.fqn}[0]` }] }) }],
  ['depends on itself twice removed', { meta: (other) => ({ dependsOn: [{ fqn: dependable(other) }] }) }],
  ['is of a provider', { meta: (other) => ({ provider: new Provider(other.cdktfStack, 'provider') }) }],
  ['has a lifecycle', { meta: (other) => ({ lifecycle: { preventDestroy: true, replaceTriggeredBy: [other] } }) }],
  ['ignores changes', { meta: () => ({ lifecycle: { ignoreChanges: ['anyThing'] } }) }],
  ['is there several times', { meta: () => ({ count: TerraformCount.of(3) }) }],
  ['is there not at all', { meta: () => ({ count: 0 }) }],
  ['is there for each of a list', { meta: () => ({ forEach: TerraformIterator.fromList(['a', 'b']) }) }],
  ['is provisioned', { meta: () => ({ provisioners: [{ type: 'local-exec', command: 'true' }] }) }],
  ['has a connection', { meta: () => ({ connection: { type: 'ssh', host: 'a', privateKey: 'none' } }) }],
  ['is overridden', { change: (resource) => resource.addOverride('deep.er', 1) }],
  ['was imported', { change: (resource) => resource.importFrom('an/id') }],
  ['has moved', { change: (resource) => resource.moveFromId('anything.before') }],
  ['has moved to another', { change: (resource) => resource.moveToId('anything.after') }],
  ['has an id that is resolved later', { change: (resource) => resource.overrideLogicalId(later('x')) }],
  ['has another id', { change: (resource) => resource.overrideLogicalId('another') }],
])('a resource that %s is what cdktf makes of it', (_, { meta, change }) => {
  const stack = new TerraformStack(new App(), 'meta');
  const other = new Anything(stack, 'other', {});
  const resource = new Anything(stack, 'one', { value: 1 }, meta?.(other));
  change?.(resource);
  const json = stackJson(stack);
  expect(json).toEqual(byCdktf(stack));
  expect(json).not.toEqual(stackJson(plainStack()));
});

function plainStack(): TerraformStack {
  const stack = new TerraformStack(new App(), 'meta');
  new Anything(stack, 'one', { value: 1 });
  new Anything(stack, 'other', {});
  return stack;
}

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
