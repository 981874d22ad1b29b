import {
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  TerraformOutput,
  TerraformStack,
  Token,
  Tokenization,
} from 'cdktf';
import { version } from 'cdktf/package.json';

/** A part of a Terraform configuration in JSON. */
export type Block = { [key: string]: unknown };

/**
 * What TerraformStack.toTerraform answers, in a third of the time: that resolves every value three times, most of which
 * hold no token. `test/infra/stack-json.test.ts` compares with it.
 */
export function stackJson(stack: TerraformStack): Block {
  const scope = { stack, resolved: new Map<string, string>() };
  const metadata: Block = { version, stackName: stack.node.id, backend: 'local' }; // unless a backend says otherwise
  const outputs: Block = {};
  const json: Block = { '//': { metadata, outputs } };
  for (const element of elementsOf(stack)) {
    merge(metadata, plain(element.toMetadata(), scope) as Block);
    merge(json, plain(element.toTerraform(), scope) as Block);
    if (TerraformOutput.isTerraformOutput(element)) merge(outputs, nested(element));
  }
  return json;
}

function elementsOf(stack: TerraformStack): TerraformElement[] {
  const { rawOverrides } = stack as unknown as { rawOverrides: object };
  if (Object.keys(rawOverrides).length > 0)
    throw new Error(`overrides of stack ${stack.node.id} itself are not rendered`);
  const all = stack.node.findAll();
  if (all.some((each) => each !== stack && TerraformStack.isStack(each))) {
    throw new Error(`a stack in stack ${stack.node.id} is not rendered`);
  }
  return all.filter(TerraformElement.isTerraformElement);
}

/** The id of an output below the parts of its path. */
function nested({ node, friendlyUniqueId }: TerraformOutput): Block {
  return node.path.split('/').reduceRight<unknown>((inner, part) => ({ [part]: inner }), friendlyUniqueId) as Block;
}

/** Puts the blocks of `source` into `target`, and lists behind those that are there. */
function merge(target: Block, source: Block): void {
  for (const [key, value] of Object.entries(source)) {
    const there = target[key];
    if (Array.isArray(there) && Array.isArray(value)) target[key] = [...there, ...value];
    else if (isBlock(there) && isBlock(value)) merge(there, value);
    else target[key] = value;
  }
}

/** Where a value stands, and what texts have been resolved to there: a project's id is in every second resource. */
interface Scope {
  readonly stack: TerraformStack;
  readonly resolved: Map<string, string>;
}

/** Without tokens and without what is undefined. What could hold a token, or is no plain value, is for cdktf. */
function plain(value: unknown, scope: Scope): unknown {
  if (isSurelyPlain(value)) return value;
  if (typeof value === 'string') return plainText(value, scope);
  if (Array.isArray(value) && !value.some(isMarked)) {
    return value.map((item) => plain(item, scope)).filter((item) => item !== undefined);
  }
  if (isBlock(value) && !Object.keys(value).some(isMarked)) {
    const block: Block = {};
    for (const [key, item] of Object.entries(value)) {
      const resolved = plain(item, scope);
      if (resolved !== undefined) block[key] = resolved;
    }
    return block;
  }
  return resolve(value, scope);
}

function plainText(text: string, scope: Scope): unknown {
  const known = scope.resolved.get(text);
  if (known !== undefined) return known;
  const resolved = resolve(text, scope);
  if (typeof resolved === 'string') scope.resolved.set(text, resolved);
  return resolved;
}

function resolve(value: unknown, { stack }: Scope): unknown {
  return Tokenization.resolve(value, { scope: stack, resolver, preparing: false });
}

const resolver = new DefaultTokenResolver(new StringConcat());

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isSurelyPlain(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'boolean' || (isScalar(value) && !isMarked(value));
}

const isScalar = (value: unknown) => typeof value === 'string' || typeof value === 'number';

/** What a token for a map holds: it must not leave the map. */
const mapValues: readonly unknown[] = [
  Token.STRING_MAP_TOKEN_VALUE,
  Token.NUMBER_MAP_TOKEN_VALUE,
  Token.ANY_MAP_TOKEN_VALUE,
];

/** cdktf hides tokens in braces (`${TfToken[..]}`, `#{`, `&{`) and in doubles of about -1e289, also in text. */
function isMarked(value: unknown): boolean {
  if (mapValues.includes(value)) return true;
  if (typeof value === 'string') return /[{}]|\de[+]/.test(value);
  return typeof value === 'number' && !Number.isSafeInteger(value);
}
