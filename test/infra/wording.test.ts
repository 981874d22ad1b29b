import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../kit/root';
import { everyStack, type Json, type Resource } from './terraform';

/**
 * Arguments that hold words and may change in place: `description` and the like without ForceNew in the schema of the
 * google provider (7.45.0). Of addresses, clusters, networks and remote repositories a description is ForceNew.
 */
const inPlace = [
  'google_artifact_registry_repository.description',
  'google_binary_authorization_policy.description',
  'google_compute_firewall.description',
  'google_logging_project_exclusion.description',
  'google_service_account.display_name',
];

/** Where people write sentences that may end in a resource. */
const reworded = ['infra', 'model/google', 'model/terraform-outputs.ts'];
const ENTRY = 'test/kit/terraform.ts';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'bakery-wording-')));
  for (const part of [
    'bin',
    'infra',
    'model',
    'programs',
    'signer',
    'synth',
    'test/kit',
    'package.json',
    'tsconfig.json',
  ]) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  cpSync(join(__dirname, 'terraform.ts'), join(folder, ENTRY)); // where the bakeries of the tests are found from
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const path of reworded.flatMap(filesIn)) {
    writeFileSync(join(folder, path), inOtherWords(readFileSync(join(folder, path), 'utf8')));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A comment, or a text; an expression in a text may hold one more text. */
const TOKEN =
  /\/\/.*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.|\$(?!\{)|\$\{(?:[^`{}]|`[^`]*`|\{[^{}]*\})*\})*`/g;

/** TypeScript with more words in every text that has two or more. */
function inOtherWords(source: string): string {
  return source.replace(TOKEN, (token) => {
    const words = token.replace(/\$\{[^{}]*\}/g, 'x');
    const isSentence = !token.startsWith('/') && /[a-z,:] ./.test(words);
    return isSentence ? `${token.slice(0, -1)} in other words${token.slice(-1)}` : token;
  });
}

function filesIn(path: string): string[] {
  if (path.endsWith('.ts')) return [path];
  return readdirSync(join(folder, path)).map((name) => `${path}/${name}`);
}

/** The resources of every stack, as the reworded sources render them. */
function rewordedStacks(): Record<string, Resource[]> {
  const print = `
    const { everyStack } = require('./bin/bundle.cjs').load('${ENTRY}');
    const stacks = Object.entries(everyStack()).map(([title, { resources }]) => [title, resources]);
    process.stdout.write(JSON.stringify(Object.fromEntries(stacks)));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', print], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Paths of what differs, without the places in lists. */
function differences(a: Json, b: Json, path: string): string[] {
  if (a === b) return [];
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return [path];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    differences(a[key], b[key], Array.isArray(a) ? path : `${path}.${key}`),
  );
}

test('other words in the sources replace nothing in the cloud', () => {
  const after = rewordedStacks();
  const changed = Object.entries(everyStack()).flatMap(([title, { resources }]) => {
    expect(after[title].map(({ address }) => address)).toEqual(resources.map(({ address }) => address));
    return resources.flatMap(({ config, type }, i) => differences(config, after[title][i].config, type));
  });
  expect([...new Set(changed)].sort()).toEqual(inPlace);
});

test('no resource is described where a description can never change', () => {
  const described = Object.values(everyStack()).flatMap(({ resources }) =>
    resources.flatMap(({ config, type }) => pathsTo(/^(description|display_name|comment)$/, config, type)),
  );
  expect(described.filter((path) => !inPlace.includes(path) && !path.includes('cidr_blocks'))).toEqual([]);
});

function pathsTo(name: RegExp, value: Json, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = Array.isArray(value) ? path : `${path}.${key}`;
    return [...(name.test(key) ? [here] : []), ...pathsTo(name, inner, here)];
  });
}
