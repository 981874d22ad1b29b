import {
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  Token,
  Tokenization,
} from 'cdktf';
import { keysToSnakeCase, processDynamicAttributes } from 'cdktf/lib/util';
import { version } from 'cdktf/package.json';

/** A part of a Terraform configuration in JSON. */
export type Block = { [key: string]: unknown };

/**
 * What TerraformStack.toTerraform answers, in a quarter of the time: that copies every block four times and resolves
 * every value three times, most of which hold no token. `test/infra/stack-json.test.ts` compares with it. Only the
 * construct paths that it notes on each resource are left out: noise in a diff.
 */
export function stackJson(stack: TerraformStack): Block {
  const scope = { stack, resolved: new Map<string, string>() };
  const metadata: Block = { version, stackName: stack.node.id, backend: 'local' }; // unless a backend says otherwise
  const outputs: Block = {};
  const json: Block = { '//': { metadata, outputs } };
  for (const element of elementsOf(stack)) {
    const ordinary = ordinaryBlock(element);
    merge(json, plain(ordinary ?? element.toTerraform(), scope) as Block);
    if (ordinary) continue;
    merge(metadata, plain(element.toMetadata(), scope) as Block);
    if (TerraformOutput.isTerraformOutput(element)) merge(outputs, nested(element));
  }
  for (const block of blocksOf(json)) delete block['//'];
  return json;
}

function blocksOf({ resource, data }: Block): Block[] {
  const types = [resource, data].flatMap((each) => Object.values((each ?? {}) as Block));
  return types.flatMap((blocks) => Object.values(blocks as Record<string, Block>));
}

/**
 * What `toTerraform` answers for a resource that says no more than its attributes and meta-arguments, without what
 * `plain` would have to take out again; undefined for everything else.
 */
function ordinaryBlock(element: TerraformElement): Block | undefined {
  if (!TerraformResource.isTerraformResource(element)) return undefined;
  const { toTerraform, toMetadata } = TerraformResource.prototype;
  if (element.toTerraform !== toTerraform || element.toMetadata !== toMetadata) return undefined;
  const { rawOverrides, _imported, _hasMoved, _movedById, _movedByTarget } = element as unknown as Block;
  const more = [element.provisioners, _imported, _hasMoved, _movedById, _movedByTarget];
  if (more.some((each) => each !== undefined && each !== false)) return undefined;
  if (Object.keys(rawOverrides as object).length > 0) return undefined;
  const attributes = (element as unknown as { synthesizeAttributes(): Block }).synthesizeAttributes();
  if (metaArguments.some((name) => name in attributes)) return undefined; // cdktf merges them
  const given = Object.entries(element.terraformMetaArguments).filter(([, value]) => value !== undefined);
  const block = { ...processDynamicAttributes(attributes), ...keysToSnakeCase(Object.fromEntries(given)) };
  return { resource: { [element.terraformResourceType]: { [element.friendlyUniqueId]: block } } };
}

const metaArguments = ['depends_on', 'count', 'provider', 'lifecycle', 'for_each', 'connection', 'provisioner'];

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
  if (typeof value === 'string') return isMarked(value) ? plainText(value, scope) : value;
  if (isSurelyPlain(value)) return value;
  if (Array.isArray(value) && value.every((item) => !isMarked(item) || isLoneToken(item))) {
    return value.map((item) => plain(item, scope)).filter((item) => item !== undefined);
  }
  return isBlock(value) ? plainBlock(value, scope) : resolve(value, scope);
}

function plainBlock(given: Block, scope: Scope): unknown {
  const block: Block = {};
  for (const [key, item] of Object.entries(given)) {
    if (item === undefined) continue; // most are
    if (isMarked(key)) return resolve(given, scope);
    const value = plain(item, scope);
    if (value !== undefined) block[key] = value;
  }
  return block;
}

function plainText(text: string, scope: Scope): unknown {
  const known = scope.resolved.get(text);
  if (known !== undefined) return known;
  const resolved = reference(text, scope.stack) ?? resolve(text, scope);
  if (typeof resolved === 'string') scope.resolved.set(text, resolved);
  return resolved;
}

const LONE_TOKEN = /^\$\{TfToken\[[\w:.-]+\]\}$/;
const isLoneToken = (value: unknown): value is string => typeof value === 'string' && LONE_TOKEN.test(value);

/** What a token stands for that names a part of the same stack, as nearly all of them do; undefined for other texts. */
function reference(text: string, stack: TerraformStack): string | undefined {
  const token = loneToken(text);
  if (token?.dependable) return identifierOf(loneToken(token.dependable.fqn), stack); // `depends_on` takes it bare
  const identifier = identifierOf(token, stack);
  return identifier && `\${${identifier}}`;
}

function loneToken(text: string): Partial<Reference & Dependable> | undefined {
  return isLoneToken(text) ? (Tokenization.reverseString(text).firstToken as object) : undefined;
}

function identifierOf(token: Partial<Reference> | undefined, stack: TerraformStack): string | undefined {
  return token?.originStack === stack && !isMarked(token.identifier) ? token.identifier : undefined;
}

/** Both are classes of cdktf/lib/tfExpression.js. */
interface Reference {
  readonly identifier: string;
  readonly originStack: TerraformStack;
}
interface Dependable {
  readonly dependable: { readonly fqn: string };
}

function resolve(value: unknown, { stack }: Scope): unknown {
  return Tokenization.resolve(value, { scope: stack, resolver, preparing: false });
}

const resolver = new DefaultTokenResolver(new StringConcat());

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isSurelyPlain(value: unknown): boolean {
  if (typeof value === 'number') return !isMarked(value);
  return value === undefined || value === null || typeof value === 'boolean';
}

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
