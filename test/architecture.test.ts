import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { ROOT } from './kit/root';

const FOLDERS = ['model', 'charts', 'infra', 'signer', 'synth', 'programs'];

interface Source {
  readonly path: string;
  readonly text: string;
  /** Paths of this project, without their ending. */
  readonly imports: string[];
  readonly packages: string[];
}

const sources: Source[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => read(relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))),
);

function read(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const specifiers = [...text.matchAll(/\b(?:from |require\()'([^']+)'/g)].map(([, specifier]) => specifier);
  const own = specifiers.filter((specifier) => specifier.startsWith('.'));
  return {
    path,
    text,
    imports: own.map((specifier) => normalize(join(dirname(path), specifier)).replaceAll('\\', '/')),
    packages: specifiers.filter((specifier) => !specifier.startsWith('.')),
  };
}

/** Sources below a folder that import a project path or a package that they may not. */
function offenders(folder: string, allowed: (imported: string, from: string) => boolean, packages?: RegExp): string[] {
  return sources
    .filter(({ path }) => path.startsWith(folder))
    .flatMap(({ path, imports, packages: named }) => [
      ...imports.filter((each) => !allowed(each, path)).map((each) => `${path} imports ${each}`),
      ...named.filter((each) => packages && !packages.test(each)).map((each) => `${path} imports ${each}`),
    ]);
}

test('the model imports the model, what programs are told, zod, yaml, and word lists, base58check and hashes without dependencies', () => {
  const packages = /^(zod|yaml|@scure\/base|@scure\/bip39\/wordlists\/english|@noble\/hashes\/[a-z0-9]+)$/;
  const own = /^model\/|^programs\/[^/]+\/[^/]+\.contract$/;
  expect(offenders('model/', (each) => own.test(each), packages)).toEqual([]);
});

test('base58check takes no more of the model along into a program', () => {
  const packages = /^(@scure\/base|@noble\/hashes\/[a-z0-9]+)$/;
  const isPart = (each: string) => each.startsWith('model/tezos/base58check');
  expect(offenders('model/tezos/base58check', isPart, packages)).toEqual([]);
});

/** Folders below charts/ that are no component, and what each may import beside the model and itself. */
const supports: Readonly<Record<string, readonly string[]>> = {
  kit: ['charts/component-chart'],
  objects: [],
  invariants: ['charts/objects/'],
};

test('a component imports the kit, its chart class, the model and the face of a program, never another component', () => {
  const folders = sources.flatMap(({ path }) => /^charts\/([^/]+)\//.exec(path)?.slice(1) ?? []);
  for (const folder of new Set(folders)) {
    const own = ['model/', `charts/${folder}/`, ...(supports[folder] ?? ['charts/kit/', 'charts/component-chart'])];
    const isContract = (each: string) => /^programs\/[^/]+\/[^/]+\.contract$/.test(each);
    const allowed = (each: string) => own.some((start) => each.startsWith(start)) || isContract(each);
    expect(offenders(`charts/${folder}/`, allowed)).toEqual([]);
  }
});

test('charts and infra never import each other', () => {
  expect(
    offenders(
      'charts/',
      (each) => !each.startsWith('infra/') && !each.startsWith('synth/'),
      /^(cdk8s|cdk8s-plus-27|constructs|yaml|node:crypto|@grafana\/grafana-foundation-sdk\/[a-z]+)$/,
    ),
  ).toEqual([]);
  const infra = /^(cdktf(\/package\.json)?|constructs|node:(fs|os|path)|@cdktf\/provider-google\/lib\/[a-z0-9-]+)$/;
  expect(offenders('infra/', (each) => each.startsWith('infra/') || each.startsWith('model/'), infra)).toEqual([]);
});

test('what machines at home are told follows from the model alone', () => {
  const own = (each: string) => each.startsWith('signer/') || each.startsWith('model/');
  expect(offenders('signer/', own, /^$/)).toEqual([]);
});

test('a program imports itself, what programs share, contracts, and what lies in a bundle', () => {
  const packages = /^(node:[a-z_/]+|@scure\/base|@noble\/hashes\/[a-z0-9]+)$/;
  const folders = sources.flatMap(({ path }) => /^programs\/([^/]+)\//.exec(path)?.slice(1) ?? []);
  for (const folder of new Set(folders)) {
    const own = new RegExp(`^programs/(${folder}|runtime)/|^programs/[^/]+/[^/]+\\.contract$`);
    expect(offenders(`programs/${folder}/`, (each) => own.test(each), packages)).toEqual([]);
  }
});

test('nothing outside infra/ knows cdktf', () => {
  expect(
    sources.filter(
      ({ path, packages }) => !path.startsWith('infra/') && packages.some((each) => each.includes('cdktf')),
    ),
  ).toEqual([]);
});

test('consensus eras are named where chains and daemons are joined, and nowhere else', () => {
  const allowed = ['model/tezos/protocols.ts', 'model/tezos/daemons.ts', 'model/tezos/octez.ts'];
  const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const named = sources.filter(
    ({ path, text }) => !allowed.includes(path) && /\b(era|emmy|tenderbake)\b/i.test(code(text)),
  );
  expect(named.map(({ path }) => path)).toEqual([]);
});

test('a constant is written in capitals if it is one value, and as other names are if it is a table', () => {
  const constants = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/^(?:export )?const (\w+)(?::[^=]+)? = (?:\n\s*)?(.+)/gm)].map(([, name, value]) => ({
      path,
      name,
      value,
    })),
  );
  expect(constants.length).toBeGreaterThan(50);
  const inCapitals = (name: string) => /^[A-Z][A-Z0-9_]*$/.test(name);
  const isOneValue = (value: string) => /^(['"`]|-?\d|\/[^/*]|true\b|false\b|new RegExp)/.test(value);
  const isTable = (value: string) => /^([[{(]|new (Map|Set)|Object\.)/.test(value);
  const wrong = constants.filter(({ name, value }) => (inCapitals(name) ? isTable(value) : isOneValue(value)));
  expect(wrong.map(({ path, name }) => `${path}: ${name}`)).toEqual([]);
});

test('file names are unique, in tests too, and none is index.ts', () => {
  const files = [...FOLDERS, 'bin', 'bench', 'test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()),
  );
  const names = files.map(({ name }) => name).filter((name) => /\.(ts|cjs|mjs|sh)$/.test(name) && name !== 'main.ts');
  expect(names.filter((name, i) => names.indexOf(name) < i)).toEqual([]);
  expect(names).not.toContain('index.ts');
});
