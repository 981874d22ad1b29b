import { ApiObject, type Chart } from 'cdk8s';
import type { Manifest } from './kube-object';
import type { Plain } from './yaml';

/**
 * What `chart.toJson()` answers, in a third of the time: that looks in each value for what is resolved later (we have
 * none), copies each object four times, and goes through the whole app for every chart. A test compares with it.
 */
export function manifestsOf(chart: Chart): Manifest[] {
  return chart.node.findAll().flatMap((each) => (ApiObject.isApiObject(each) ? [manifestOf(each)] : []));
}

function manifestOf(object: ApiObject): Manifest {
  const { props } = object as unknown as { props: object }; // as they were given, metadata included
  // The generated classes know what fields are called in JSON; other objects have their fields' names already.
  const { manifest = (same: object) => same } = object.constructor as { manifest?: (props: object) => object };
  return clean(manifest(props)) as Manifest;
}

/** Without what is undefined, with keys in order: a field that moves in the source moves nothing in dist/. */
function clean(value: unknown): Plain {
  if (typeof value !== 'object' || value === null) return value as Plain;
  if (Array.isArray(value)) return value.map(clean);
  if (Object.getPrototypeOf(value) !== Object.prototype)
    throw new Error(`a manifest cannot hold a ${value.constructor.name}`);
  const map: Record<string, Plain> = {};
  for (const key of Object.keys(value).sort()) {
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined && item !== null) map[key] = clean(item);
  }
  return map;
}
