import type * as z from 'zod';
import { sentence } from '../../../model/messages/problems';
import { findProblems } from '../../../model/reading/check';
import { customNetwork } from '../../../model/rules/edits';
import type { Edit } from '../../../model/rules/rule';
import { bakerySettings } from '../../../model/settings/bakery.settings';
import { schemaText } from '../../../synth/schema';
import { smallestFile } from '../../kit/bakeries';

interface Schema {
  readonly type?: string;
  readonly enum?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** The way to every text setting that is not one of a few words, as the editors' schema has it; a list's items are 0. */
function* textSettings(
  schema: Schema,
  path: readonly (string | number)[] = [],
): Generator<readonly (string | number)[]> {
  if (schema.type === 'string' && !schema.enum) yield path;
  for (const [key, inner] of Object.entries(schema.properties ?? {})) yield* textSettings(inner, [...path, key]);
  if (schema.items) yield* textSettings(schema.items, [...path, 0]);
  for (const option of schema.anyOf ?? []) yield* textSettings(option, path);
}

const settings = [...textSettings(JSON.parse(schemaText()))];
const issuesOf = (path: readonly (string | number)[], value: string) => {
  const data = path.reduceRight<unknown>((inner, part) => (part === 0 ? [inner] : { [part]: inner }), value);
  const { error } = bakerySettings.safeParse(data);
  return (error as z.ZodError).issues.filter((issue) => issue.path.join('.') === path.join('.'));
};

test('there are as many as we think', () => {
  expect(settings.length).toBeGreaterThan(50);
});

/** Terraform reads the first two in its JSON, the kubelet the others in commands and in the values of variables. */
const expressions = [
  '\u0024{file("/etc/passwd")}',
  '%{ if true }',
  '$(HOME)',
  '$$(HOME)',
  'https://a.example/$(HOME)',
  'https://a.example/\u0024{x}',
  'a \u0024{x}',
];
const unseen = [
  'a\nb',
  'a\u001b[31m',
  'a\u0000',
  'https://a.example/\u202e',
  'a\u2800',
  'a\u3164',
  'a\ufe0f',
  'a\u034f',
];

test.each(settings.map((path) => [path.join('.'), path] as const))(
  '%s brings no expression to Terraform or the kubelet',
  (_, path) => {
    for (const text of expressions) {
      expect(issuesOf(path, text)).not.toEqual([]);
    }
  },
);

test.each(settings.map((path) => [path.join('.'), path] as const))('%s is repeated in no length', (_, path) => {
  for (const text of ['2'.repeat(5000), `25.${'2'.repeat(5000)}`, 'a'.repeat(5000), `tz1${'a'.repeat(5000)}`]) {
    const custom: Edit = path[1] === 'custom' ? [[['network'], { custom: customNetwork('ushuaia') }]] : [];
    const found = findProblems([smallestFile([...custom, [path, text]])]);
    for (const said of found.map(sentence)) expect(said.length).toBeLessThan(1500);
  }
});

test.each(settings.map((path) => [path.join('.'), path] as const))('%s is one line that everybody sees', (_, path) => {
  for (const text of unseen) expect(issuesOf(path, text)).not.toEqual([]);
});

describe('a foreign section brings none of that either, however deep', () => {
  const setting = ['network', 'custom', 'config', 'inline'];
  const issuesIn = (inline: unknown) => {
    const data = setting.reduceRight<unknown>((inner, part) => ({ [part]: inner }), inline);
    const { issues } = bakerySettings.safeParse(data).error as z.ZodError;
    return issues.map((issue) => issue.path.join('.')).filter((path) => path.startsWith(setting.join('.')));
  };

  test.each([...expressions, ...unseen])('%j', (text) => {
    const at = setting.join('.');
    expect(issuesIn({ a: text })).toContain(`${at}.a`);
    expect(issuesIn({ a: { b: [1, { c: text }] } })).toContain(`${at}.a.b.1.c`);
    expect(issuesIn({ [text]: 1 })).toContain(at);
    expect(issuesIn({ a: [{ b: { [text]: 1 } }] })).toContain(`${at}.a.0.b`);
  });

  test('what a network has is no such thing', () => {
    expect(
      issuesIn({ genesis: { block: 'BL', time: '2026-01-01T00:00:00Z' }, user_activated: [], n: 1.5, x: null }),
    ).toEqual([]);
  });
});

const image = ['google', 'allowedImages', 0];
const DIGEST = `sha256:${'0a'.repeat(32)}`;

test.each([
  'quay.io/argoproj/**',
  'quay.io/argoproj/*',
  'quay.io/argoproj/argo*',
  'quay.io/argoproj/argocd',
  'quay.io/argoproj/argocd:v3.1.0',
  'quay.io/argoproj/argocd:v3.*',
  `quay.io/argoproj/argocd@${DIGEST}`,
  `quay.io/argoproj/argocd:v3.1.0@${DIGEST}`,
  'registry.example.com:5000/tools/flux__cd/source-controller',
  'europe-west4-docker.pkg.dev/example-bakery/mainnet-images/**',
])('the image pattern %s, which Google takes, is taken', (pattern) => {
  expect(issuesOf(image, pattern)).toEqual([]);
});

test.each([
  'quay.io/*/foo',
  'quay.io/a*b/c',
  'quay.io/**/x',
  'quay.io/a/***',
  '*.io/a',
  'docker.io/library/../x',
  'docker.io/./x',
  'docker.io//x',
  'docker.io/library/',
  'docker.io',
  'argoproj/argocd',
  'https://quay.io/argoproj/argocd',
  'quay.io/argoproj/argocd@sha256:0a',
  `quay.io/argoproj/argocd@${DIGEST}*`,
])('the image pattern %s is refused', (pattern) => {
  expect(issuesOf(image, pattern)).not.toEqual([]);
});

test('a budget may be in a currency of many zeros', () => {
  const budget = { perMonth: 15_000_000_000, billingAccount: '012345-6789AB-CDEF01' };
  expect(findProblems([smallestFile([[['google', 'budget'], budget]])])).toEqual([]);
});

test('a billing account in the long form that Google prints is told to be written in the short one', () => {
  const budget = { perMonth: 900, billingAccount: 'billingAccounts/012345-6789AB-CDEF01' };
  const [said] = findProblems([smallestFile([[['google', 'budget'], budget]])]).map(sentence);
  expect(said).toContain('write a billing account id without billingAccounts/, e.g. 012345-6789AB-CDEF01');
});
