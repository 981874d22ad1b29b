import { exists, invalid } from './google-error';
import type { Call, Json, Routes } from './google-routes';
import type { GoogleWorld } from './google-world';

/** A kind of resource as most of Google's newer APIs have it: the id in the query, an update mask. */
export interface Collection {
  /** As in the names of the service's resources: `kms`. */
  readonly service: string;
  /** `projects/{project}/locations/{location}/keyRings` */
  readonly path: string;
  /** The query's word for the new resource's name: `keyRingId`. */
  readonly idParameter: string;
  readonly idPattern: RegExp;
  /** What Google makes of what was sent; throws what it refuses. */
  make(sent: Json, name: string): Json;
  /** Fields that never change once the resource is there. */
  readonly immutable?: readonly string[];
  /** The answer is an operation. */
  readonly slow?: boolean;
  /** Refuses what cannot go; absent: the resource can never be deleted. */
  readonly remove?: (name: string) => void;
}

export function collectionRoutes(world: GoogleWorld, kind: Collection): Routes {
  const one = `${kind.path}/{name}`;
  const full = (name: string) => `${kind.service}/${name}`;
  const answer = (call: Call, response: Json) => (kind.slow ? operationOf(world, kind, call, response) : response);
  const create = (call: Call) => {
    const id = call.query.get(kind.idParameter) ?? '';
    if (!kind.idPattern.test(id))
      throw invalid(`${kind.idParameter}: ${JSON.stringify(id)} is not of the form ${kind.idPattern}`);
    const name = `${call.path}/${id}`;
    if (world.resources.has(full(name))) throw exists(name);
    const now = new Date().toISOString();
    const made = { name, createTime: now, updateTime: now, ...kind.make(call.body, name) };
    world.resources.set(full(name), made);
    return answer(call, made);
  };
  const update = (call: Call) => {
    const resource = world.get(full(call.path));
    for (const field of maskOf(call, kind)) setAt(resource, field, getAt(call.body, field));
    return answer(call, resource);
  };
  const remove = (call: Call) => {
    world.get(full(call.path));
    kind.remove?.(call.path);
    world.resources.delete(full(call.path));
    return answer(call, {});
  };
  return {
    [`POST ${kind.path}`]: create,
    [`GET ${one}`]: ({ path }) => world.get(full(path)),
    [`PATCH ${one}`]: update,
    ...(kind.remove ? { [`DELETE ${one}`]: remove } : {}),
  };
}

/** An update without a mask would be a guess. */
function maskOf({ query }: Call, { immutable = [] }: Collection): string[] {
  const fields = (query.get('updateMask') ?? '').split(',').filter(Boolean);
  if (fields.length === 0) throw invalid('update_mask must not be empty');
  const fixed = fields.find((field) => ['name', ...immutable].includes(field.split('.')[0] as string));
  if (fixed) throw invalid(`Update mask: the field ${fixed} is immutable`);
  return fields;
}

function operationOf(world: GoogleWorld, { service }: Collection, { path }: Call, response: Json): Json {
  const place = path.split('/').slice(0, 4).join('/');
  const name = `${place}/operations/${service}-${world.next()}`;
  return world.operation(name, { name, done: false }, { name, done: true, response });
}

function getAt(node: Json, path: string): Json {
  return path.split('.').reduce((inner, key) => inner?.[key], node);
}

function setAt(node: Json, path: string, value: Json): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let inner = node;
  for (const key of keys) {
    inner[key] ??= {};
    inner = inner[key];
  }
  if (value === undefined) delete inner[last];
  else inner[last] = value;
}
