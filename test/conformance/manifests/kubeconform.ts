import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Manifest } from '../../../charts/objects/kube-object';
import type { Context } from '../part';
import { run } from '../tools/run';
import type { DistObject } from './read-objects';
import { SCHEMA_PATH, writeSchemas } from './schemas';
import { reportJudged, reportProof } from './verdict';

const VERSION = 'v0.8.0';

interface Answer {
  readonly resources: readonly {
    readonly filename: string;
    readonly kind: string;
    readonly name: string;
    readonly status: string;
    readonly msg: string;
  }[];
  readonly summary: { readonly valid: number };
}

/** Every object against what the running API server says its kind looks like. No copy of a schema to go stale. */
export async function judgeSchemas(context: Context, objects: readonly DistObject[], folder: string): Promise<void> {
  const { report } = context;
  const cluster = await context.cluster();
  report.version('kube-apiserver', await cluster.version());
  const schemas = join(folder, 'schemas');
  const missing = await writeSchemas(cluster, kindsOf(objects), schemas);
  for (const { apiVersion, kind } of missing) {
    const file = objects.find(({ manifest }) => manifest.apiVersion === apiVersion && manifest.kind === kind)?.file;
    report.fail(`${kind}: the API server does not know it`, `${file}: ${apiVersion} ${kind} is not served`);
  }
  const files = [...new Set(objects.map(({ file }) => file))];
  const { resources, summary } = await kubeconform(context, schemas, files);
  const refused = resources.filter(({ status }) => status !== 'statusValid');
  for (const resource of refused.filter(({ msg }) => !msg.startsWith('could not find schema'))) {
    report.fail(`kubeconform: ${resource.kind} ${resource.name}`, `${resource.filename}: ${wordsOf(resource.msg)}`);
  }
  reportJudged(report, "kubeconform: objects that are as the API server's own schemas want them", summary.valid);
  if (summary.valid + refused.length !== objects.length) {
    report.fail('kubeconform: did not judge every object', `dist/charts: ${summary.valid} of ${objects.length}`);
  }
  const served = objects.filter(({ manifest }) => !missing.some(({ kind }) => kind === manifest.kind));
  await proveStrict(context, served, { schemas, folder });
}

/** What is behind the name of the schema's file; that every `allOf` around a mistake fails too helps nobody. */
function wordsOf(msg: string): string {
  const said = msg.split(/\s+- (?=at ')/).slice(1);
  return said.filter((words) => !words.trim().endsWith("'allOf' failed")).join('\n') || msg;
}

function kindsOf(objects: readonly DistObject[]): { apiVersion: string; kind: string }[] {
  const kinds = new Map(
    objects.map(({ manifest: { apiVersion, kind } }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]),
  );
  return [...kinds.values()];
}

async function kubeconform(context: Context, schemas: string, files: readonly string[]): Promise<Answer> {
  const program = await context.tools.goInstall('github.com/yannh/kubeconform/cmd/kubeconform', VERSION, 'kubeconform');
  context.report.version('kubeconform', VERSION);
  const words = ['-strict', '-summary', '-output', 'json', '-schema-location', join(schemas, SCHEMA_PATH), ...files];
  const answer = await run(program, words, { cwd: context.root, alone: schemas });
  if (!answer.stdout.startsWith('{')) throw new Error(`kubeconform: ${answer.stderr || answer.stdout}`);
  return JSON.parse(answer.stdout);
}

/** A field too many at the top of every kind's `spec`, and deep in a pod: each must be refused. */
async function proveStrict(
  context: Context,
  objects: readonly DistObject[],
  { schemas, folder }: { schemas: string; folder: string },
): Promise<void> {
  const proofs = join(folder, 'misspelt');
  mkdirSync(proofs, { recursive: true });
  const misspelt = new Map<string, Manifest>();
  for (const { manifest } of objects) {
    if (manifest.spec) misspelt.set(manifest.kind, withField(manifest, ['spec']));
    if (manifest.kind === 'StatefulSet') {
      misspelt.set('container', withField(manifest, ['spec', 'template', 'spec', 'containers', 0]));
    }
  }
  for (const [what, manifest] of misspelt) writeFileSync(join(proofs, `${what}.yaml`), stringify(manifest));
  const { resources } = await kubeconform(context, schemas, [proofs]);
  for (const what of misspelt.keys()) {
    const answer = resources.find(({ filename }) => filename === join(proofs, `${what}.yaml`));
    reportProof(
      context.report,
      `kubeconform: a misspelt field of a ${what}`,
      answer?.msg.includes('noSuchField') ? answer.msg : undefined,
    );
  }
}

function withField(manifest: Manifest, path: readonly (string | number)[]): Manifest {
  const copy = structuredClone(manifest);
  const place = path.reduce<any>((node, key) => node[key], copy);
  place.noSuchField = 1;
  return copy;
}
