import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cluster } from '../cluster/test-cluster';

type Json = any;

/** Where kubeconform finds the schema of an object, below a folder. For the core group `.Group` is its version. */
export const SCHEMA_PATH = '{{ .Group }}/{{ .ResourceAPIVersion }}/{{ .ResourceKind }}.json';

/** `apps/v1 StatefulSet` and so on, of objects that are to be judged. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * Writes the schemas of these kinds as the running API server publishes them, custom resources included.
 * Answers with the kinds that it does not serve.
 */
export async function writeSchemas(cluster: Cluster, kinds: readonly Kind[], folder: string): Promise<Kind[]> {
  const paths = await publishedPaths(cluster, kinds);
  const missing: Kind[] = [];
  for (const apiVersion of new Set(kinds.map((kind) => kind.apiVersion))) {
    const path = pathOf(apiVersion);
    const definitions = paths[path] ? (await cluster.openApi(`openapi/v3/${path}`)).components.schemas : {};
    for (const kind of kinds.filter((each) => each.apiVersion === apiVersion)) {
      const schema = schemaOf(definitions, kind);
      if (schema) write(folder, kind, schema);
      else missing.push(kind);
    }
  }
  return missing;
}

/** The schemas of custom resources are published some seconds after the resources are served. */
async function publishedPaths(cluster: Cluster, kinds: readonly Kind[]): Promise<Record<string, Json>> {
  for (let attempt = 1; ; attempt++) {
    const { paths } = await cluster.openApi('openapi/v3');
    if (attempt === 10 || kinds.every(({ apiVersion }) => paths[pathOf(apiVersion)])) return paths;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

const pathOf = (apiVersion: string) => (apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`);

/** A JSON schema of its own for one kind, in which a field that the API does not know is an error. */
export function schemaOf(definitions: Record<string, Json>, { apiVersion, kind }: Kind): Json | undefined {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const root = Object.entries(definitions).find(([, definition]) =>
    definition['x-kubernetes-group-version-kind']?.some(
      (each: Json) => each.group === group && each.version === version && each.kind === kind,
    ),
  );
  if (!root) return undefined;
  return { $ref: `#/definitions/${root[0]}`, definitions: strict(definitions) };
}

/** OpenAPI's words in JSON Schema's, and no room for fields that nobody declared. */
function strict(node: Json): Json {
  if (Array.isArray(node)) return node.map(strict);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, strict(value)]));
  if (typeof copy.$ref === 'string') copy.$ref = copy.$ref.replace('#/components/schemas/', '#/definitions/');
  const closed = isSchemaOfFields(node) && !node['x-kubernetes-preserve-unknown-fields'];
  return closed && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
}

/** An object schema; not the map of fields in one, where a field may be called `properties` (and in CRDs is). */
function isSchemaOfFields({ type, properties }: Json): boolean {
  return type === 'object' && typeof properties === 'object';
}

function write(folder: string, { apiVersion, kind }: Kind, schema: Json): void {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : [apiVersion, apiVersion];
  const path = join(folder, group, version, `${kind.toLowerCase()}.json`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(schema));
}
