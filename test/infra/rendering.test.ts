import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Testing } from 'cdktf';
import { BakeryStack } from '../../infra/bakery.stack';
import { infraIndex, renderInfra } from '../../infra/main';
import type { Bakery } from '../../model/bakery';
import { PROVIDER_VERSION } from '../../model/terraform-outputs';
import { smallest } from '../kit/bakeries';
import { everyStack, existing, type Json, kms } from './terraform';

const bakeries = [smallest([], 'first'), smallest(kms, 'second')];
const stacks = Object.entries(everyStack());

/** The files below dist/ of these bakeries. */
function rendered(all: readonly Bakery[]): Map<string, string> {
  return new Map([infraIndex(all), ...all.flatMap((each) => [...renderInfra(each, all).files])]);
}

function permanent(bakery: Bakery): readonly string[] {
  return renderInfra(bakery, [bakery]).permanent;
}

/** What cdktf's own App writes for the same bakeries. */
function writtenByApp(path: string): Json {
  const outdir = mkdtempSync(join(tmpdir(), 'tezos-bakery-test-'));
  try {
    const app = new App({ outdir });
    for (const bakery of bakeries) new BakeryStack(app, bakery, bakeries);
    app.synth();
    return JSON.parse(readFileSync(join(outdir, path), 'utf8'));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function withoutPaths(stack: Json): Json {
  for (const types of [stack.resource, stack.data]) {
    for (const blocks of Object.values<Json>(types)) for (const id of Object.keys(blocks)) delete blocks[id]['//'];
  }
  return stack;
}

test("the files are what cdktf's own App writes, without the paths of constructs", () => {
  const files = rendered(bakeries);
  expect([...files.keys()].sort()).toEqual([
    'infra/manifest.json',
    'infra/stacks/first/cdk.tf.json',
    'infra/stacks/second/cdk.tf.json',
  ]);
  for (const path of ['stacks/first/cdk.tf.json', 'stacks/second/cdk.tf.json']) {
    expect(JSON.parse(files.get(`infra/${path}`) as string)).toEqual(withoutPaths(writtenByApp(path)));
  }
  expect(JSON.parse(files.get('infra/manifest.json') as string)).toEqual(writtenByApp('manifest.json'));
});

test('what the cdktf CLI puts into the environment changes nothing', () => {
  const before = rendered(bakeries);
  const cli = {
    CDKTF_OUTDIR: '/nowhere/at/all',
    SYNTH_HCL_OUTPUT: 'true',
    CDKTF_CONTEXT_JSON: '{"excludeStackIdFromLogicalIds":"true"}',
    CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS: 'true',
  };
  Object.assign(process.env, cli);
  try {
    expect(rendered(bakeries)).toEqual(before);
  } finally {
    for (const name of Object.keys(cli)) delete process.env[name];
  }
});

test('a bakery renders the same with and without the others, unless they share a project', () => {
  const alone = rendered([bakeries[0]]).get('infra/stacks/first/cdk.tf.json');
  const elsewhere = smallest([[['google', 'project'], { existing: { id: 'another-project' } }]], 'elsewhere');
  const beside = rendered([bakeries[0], elsewhere]).get('infra/stacks/first/cdk.tf.json');
  expect(beside).toBe(alone);
});

test.each(stacks)('%s: ids are readable, and carry no hash', (_, { resources, json }) => {
  const ids = [
    ...resources.map(({ id }) => id),
    ...Object.keys(json.output),
    ...Object.keys(json.data?.google_project ?? {}),
  ];
  for (const id of ids) {
    expect(id).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(id).not.toMatch(/[0-9a-f]{8}/i);
  }
});

test.each(stacks)('%s: the JSON is sorted, names no machine, no moment and no token of cdktf', (_, { text, json }) => {
  expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
  const sorted = (value: Json): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) expect(Object.keys(value)).toEqual(Object.keys(value).sort());
    Object.values(value).forEach(sorted);
  };
  sorted(json);
  expect(text).not.toContain('TfToken[');
  expect(text).not.toContain(process.cwd());
  expect(text).not.toContain(tmpdir());
  expect(text).not.toContain('"path":');
  expect(json['//'].metadata.stackName).toBe(json.terraform.backend.gcs.prefix); // the cdktf CLI reads it
});

test('an error keeps its stack', () => {
  const broken = smallest(kms, 'broken');
  Object.assign(broken.settings.bakers[0], { address: 'tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U' });
  const render = () => rendered([broken]);
  expect(render).toThrow('"tz1WpEr7bNfYDCoSuCGJyzKLqn64xAfdjG6U" is not a tz2 or tz3 address');
  try {
    render();
  } catch (error) {
    expect((error as Error).stack).toContain('signing-keys.ts');
  }
});

test('permanent lines name every resource and every reserved address', () => {
  const sentries = [{ name: 'a' }, { name: 'b-1', loadBalancer: { sourceRanges: ['203.0.113.7/32'] } }];
  const bakery = smallest([
    [['sentries'], sentries],
    [['cluster', 'zonal', 'baking', 'machineType'], 'e2-highmem-8'],
  ]);
  const lines = permanent(bakery);
  expect(lines).toEqual([...lines].sort());
  expect(lines).toContain('reserved address smallest-sentry-b-1-p2p');
  expect(lines).toContain('terraform google_compute_address.sentry_b_1_p2p');
  expect(lines).toContain('terraform google_container_cluster.bakery');
  expect(lines).toContain('terraform google_container_node_pool.baking');
  expect(lines.filter((line) => line.startsWith('reserved'))).toHaveLength(2); // and what signers dial
});

test('moving into a cluster that exists leaves no cluster of our own', () => {
  const lines = permanent(smallest(existing));
  expect(lines.filter((line) => /container_|network|router|firewall/.test(line))).toEqual([]);
});

test('every stack asks for one version of the provider, and no other', () => {
  for (const [, { json }] of stacks) {
    expect(json.terraform.required_providers).toEqual({ google: { source: 'google', version: PROVIDER_VERSION } });
  }
});

test('cdktf finds a provider for every resource', () => {
  const stack = new BakeryStack(Testing.app(), bakeries[0], bakeries);
  expect(() => stack.runAllValidations()).not.toThrow();
});
