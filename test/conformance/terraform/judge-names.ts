import { type Limit, stackNames, typeRows } from './name-limits';
import type { Block, Json, Stack } from './stacks';

/** A name that Google would refuse, or that two blocks want. */
export interface NameProblem {
  readonly file: string;
  readonly object: string;
  readonly words: string;
}

export interface NamesAnswer {
  readonly judged: number;
  readonly problems: readonly NameProblem[];
}

const MISSING_ROW = 'not in test/conformance/terraform/name-limits.ts: add what Google says of its names';

/** Every name of a stack against Google's pattern and length; a type without a row is a problem of its own. */
export function judgeNames(stack: Stack): NamesAnswer {
  const answers = [
    judgeBlock(stack, { object: `the stack ${stack.name}`, config: stack.json, names: stackNames }),
    ...stack.resources.map(({ address, type, config }) => {
      const row = typeRows[type];
      if (!row) return unknownType(stack, address, type);
      const answer = judgeBlock(stack, { object: address, config, names: row.names });
      return { ...answer, problems: [...answer.problems, ...strangers(stack, { address, config, known: row.names })] };
    }),
  ];
  return {
    judged: answers.reduce((sum, each) => sum + each.judged, 0),
    problems: answers.flatMap((each) => each.problems),
  };
}

function unknownType({ file }: Stack, object: string, type: string): NamesAnswer {
  const words = `${type}: ${MISSING_ROW}`;
  return { judged: 0, problems: [{ file, object, words }] };
}

/** Arguments that name something, by their own name, and are in no row: so that a row cannot fall behind its type. */
function strangers(
  { file }: Stack,
  { address, config, known }: { address: string; config: Json; known: Readonly<Record<string, Limit>> },
): NameProblem[] {
  const paths = new Set(namePaths(config, '').filter((path) => !(path in known)));
  return [...paths].map((path) => ({ file, object: address, words: `${path}: ${MISSING_ROW}` }));
}

function namePaths(node: Json, path: string): string[] {
  if (Array.isArray(node)) return node.flatMap((item) => namePaths(item, `${path}[]`));
  if (typeof node === 'object' && node !== null) {
    return Object.entries(node).flatMap(([key, value]) => namePaths(value, path ? `${path}.${key}` : key));
  }
  const isName = /(^|[._])(name|tags\[\])$/.test(path) && typeof node === 'string' && !node.includes('${');
  return isName ? [path] : [];
}

function judgeBlock(
  { file }: Stack,
  { object, config, names }: { object: string; config: Json; names: Readonly<Record<string, Limit>> },
): NamesAnswer {
  const found = Object.entries(names).flatMap(([path, limit]) =>
    namesAt(config, path).map((name) => ({ path, name, refusal: refusalOf(name, limit) })),
  );
  const problems = found.flatMap(({ path, name, refusal }) =>
    refusal ? [{ file, object, words: `${path}: ${JSON.stringify(name)} ${refusal}` }] : [],
  );
  return { judged: found.length, problems };
}

/** What Google would say of the name; undefined if it takes it. */
export function refusalOf(name: Json, { pattern, min = 1, max, source }: Limit): string | undefined {
  if (typeof name !== 'string') return 'is not a text';
  if (name.includes('${')) return 'is known to Terraform only, so nobody can check it before';
  const empty = name === '' && pattern.test('');
  if (!empty && name.length < min) return `has ${name.length} characters, the least is ${min} (${source})`;
  if (name.length > max) return `has ${name.length} characters, the most is ${max} (${source})`;
  return pattern.test(name) ? undefined : `is not of the form ${pattern} (${source})`;
}

/** What stands at a path: `a.b`, `a[].b`, `a{}` (values), `a{key}` (keys). Nothing, where the argument is absent. */
function namesAt(config: Json, path: string): Json[] {
  return path.split('.').reduce<Json[]>(
    (nodes, step) => {
      const [, key, all] = step.match(/^([^[{]+)(\[\]|\{\}|\{key\})?$/) as RegExpMatchArray;
      const values = nodes
        .map((node) => node?.[key as string])
        .filter((value) => value !== undefined && value !== null);
      if (all === '[]') return values.flat();
      if (all === '{}') return values.flatMap((value) => Object.values(value));
      return all === '{key}' ? values.flatMap((value) => Object.keys(value)) : values;
    },
    [config],
  );
}

/** Two blocks, of one stack or of two stacks of a project, that would be one thing in Google Cloud. */
export function sharedNames(stacks: readonly Stack[]): NameProblem[] {
  const owners = new Map<string, { stack: Stack; address: string }>();
  return stacks.flatMap((stack) =>
    stack.resources.flatMap((block) => {
      const key = identityOf(stack, block);
      const owner = key && owners.get(key);
      if (key && !owner) owners.set(key, { stack, address: block.address });
      if (!owner || (owner.stack !== stack && typeRows[block.type]?.shared)) return [];
      const words = `is the same thing in the project as ${owner.address} in ${owner.stack.file}`;
      return [{ file: stack.file, object: block.address, words }];
    }),
  );
}

function identityOf(stack: Stack, { type, config }: Block): string | undefined {
  const row = typeRows[type];
  if (!row) return undefined;
  const values = row.identity.map((argument) => {
    const value = `${config[argument] ?? stack.json.provider?.google?.[0]?.region ?? ''}`;
    return value.includes('${') ? `${stack.name}:${value}` : value; // what a reference means, only its stack knows
  });
  return [projectOf(stack, config.project), type, ...values].join(' ');
}

/** The project's id, also where a block names it by reference to the project's own block. */
function projectOf(stack: Stack, project: string | undefined): string {
  const block = [...stack.data, ...stack.resources].find(
    ({ address }) => project === `\${${address}.project_id}` || project === `\${${address}.id}`,
  );
  return block?.config.project_id ?? project ?? stack.json.provider?.google?.[0]?.project ?? stack.name;
}
