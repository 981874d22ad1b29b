import type { Json, Stack } from './stacks';

/** A place in a stack that speaks of something which is not there. */
export interface Dangling {
  /** `resource.google_compute_router.router.network` */
  readonly place: string;
  readonly words: string;
}

export interface References {
  readonly count: number;
  readonly dangling: readonly Dangling[];
}

interface Found {
  readonly place: string;
  readonly address: string;
}

/** Resolves what `${...}` and `depends_on` speak of: resources, data sources, variables, locals, modules, providers. */
export function resolveReferences(stack: Stack): References {
  const known = addressesOf(stack);
  const { '//': _, ...json } = stack.json; // cdktf's notes; Terraform passes over them
  const found = referencesIn(json, '');
  const dangling = found.filter(({ address }) => !known.has(address));
  return {
    count: found.length,
    dangling: dangling.map(({ place, address }) => ({ place, words: `there is no ${address} in this stack` })),
  };
}

function addressesOf({ json, resources, data }: Stack): Set<string> {
  const keys = (section: string, prefix: string) => Object.keys(json[section] ?? {}).map((key) => `${prefix}.${key}`);
  const providers = Object.entries(json.provider ?? {}).flatMap(([name, list]) =>
    [list].flat().map((provider: Json) => (provider.alias ? `${name}.${provider.alias}` : name)),
  );
  return new Set([
    ...[...resources, ...data].map(({ address }) => address),
    ...[...keys('variable', 'var'), ...keys('locals', 'local'), ...keys('module', 'module')],
    ...providers.map((provider) => `provider ${provider}`),
  ]);
}

function referencesIn(node: Json, place: string): Found[] {
  if (typeof node === 'string')
    return expressions(node).flatMap((text) => addresses(text).map((address) => ({ place, address })));
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const deeper = place ? `${place}.${key}` : key;
    if (key === '//') return [];
    // Here an address stands without `${}`.
    if (key === 'depends_on' || key === 'replace_triggered_by') return bare(value, deeper);
    const meta = key === 'provider' && typeof value === 'string' && isBlock(place);
    return meta ? [{ place: deeper, address: `provider ${value}` }] : referencesIn(value, deeper);
  });
}

const isBlock = (place: string) => /^(resource|data)\.[^.]+\.[^.]+$/.test(place);

function bare(value: Json, place: string): Found[] {
  return [value].flat().flatMap((text: string) => addresses(text).map((address) => ({ place, address })));
}

/** What stands between `${` (or `%{`) and its `}` in a text; `$${` is a plain text. */
export function expressions(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at++) {
    if (!opens(text, at)) continue;
    const end = closing(text, at + 2);
    found.push(text.slice(at + 2, end));
    at = end;
  }
  return found;
}

function opens(text: string, at: number): boolean {
  const isMarker = (text[at] === '$' || text[at] === '%') && text[at + 1] === '{';
  return isMarker && text[at - 1] !== text[at];
}

/** Where the expression that starts there ends: a brace in a string of it does not count. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') at = endOfString(text, at);
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return at;
  }
  return text.length;
}

/** Strings hold expressions, and these hold strings. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (opens(text, at)) at = closing(text, at + 2);
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** An expression without the strings in it, and those strings. */
function withoutStrings(expression: string): { code: string; strings: string[] } {
  const strings: string[] = [];
  let code = '';
  for (let at = 0; at < expression.length; at++) {
    if (expression[at] !== '"') {
      code += expression[at];
      continue;
    }
    const end = endOfString(expression, at);
    strings.push(expression.slice(at + 1, end));
    at = end;
  }
  return { code, strings };
}

/** Names that are not of blocks: of the iteration, of the block itself, of Terraform. */
const ownNames = new Set(['each', 'count', 'self', 'path', 'terraform']);

/** Addresses in an expression: `a.b.c` is of `a.b`, `data.a.b.c` of `data.a.b`. */
function addresses(expression: string): string[] {
  const { code, strings } = withoutStrings(expression);
  const inner = strings.flatMap(expressions).flatMap(addresses);
  const chains = code.match(/(?<![\w.\])-])[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+/g) ?? [];
  const bound = [...code.matchAll(/\bfor\s+(\w+)(?:\s*,\s*(\w+))?\s+in\b/g)].flatMap(([, ...names]) => names);
  const outer = chains.flatMap((chain) => {
    const parts = chain.split('.');
    if (ownNames.has(parts[0]!) || bound.includes(parts[0]!)) return [];
    return [parts.slice(0, parts[0] === 'data' ? 3 : 2).join('.')];
  });
  return [...outer, ...inner];
}
