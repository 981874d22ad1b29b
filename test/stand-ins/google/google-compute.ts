import { type ComputeKind, computeKinds, digest } from './compute-kinds';
import { exists, GoogleError, inUse, invalid } from './google-error';
import type { Call, Json, Routes } from './google-routes';
import { COMPUTE_URL, type GoogleWorld } from './google-world';
import { loadBalancingKinds } from './load-balancing-kinds';

const allKinds: readonly ComputeKind[] = [...Object.values(computeKinds), ...Object.values(loadBalancingKinds)];

/** Compute Engine: the name in the body, an operation as the answer, links to other resources checked. */
export function compute(world: GoogleWorld): Routes {
  return {
    ...Object.assign({}, ...allKinds.map((kind) => kindRoutes(world, kind))),
    'GET projects/{project}/global/operations/{operation}': ({ path }) => world.operationNamed(path),
    'GET projects/{project}/regions/{region}/operations/{operation}': ({ path }) => world.operationNamed(path),
    'GET projects/{project}/global/firewalls': ({ path, query }) => ({
      kind: 'compute#firewallList',
      items: world.under(`compute/${path}/`).filter(({ network }) => query.get('filter') === `network eq ${network}`),
    }),
    'GET projects/{project}/zones/{zone}/instanceGroupManagers/{name}': ({ path }) => world.get(`compute/${path}`),
    'GET projects/{project}/zones/{zone}/instanceGroupManagers': ({ path }) => ({
      kind: 'compute#instanceGroupManagerList',
      items: world.under(`compute/${path}/`),
    }),
  };
}

function kindRoutes(world: GoogleWorld, kind: ComputeKind): Routes {
  const one = `${kind.path}/{name}`;
  return {
    [`POST ${kind.path}`]: (call) => create(world, kind, call),
    [`GET ${one}`]: ({ path }) => shown(world, path, kind),
    [`${kind.replaced ? 'PUT' : 'PATCH'} ${one}`]: (call) => change(world, kind, call),
    ...setterRoutes(world, kind),
    [`DELETE ${one}`]: ({ path }) => {
      world.get(`compute/${path}`);
      const user = usersOf(world, path)[0];
      if (user) throw inUse(path, user);
      world.resources.delete(`compute/${path}`);
      return operation(world, path);
    },
    [`POST ${one}/setLabels`]: ({ path, body }) => {
      const name = path.replace(/\/setLabels$/, '');
      const resource = world.get(`compute/${name}`);
      if (body.labelFingerprint !== resource.labelFingerprint) throw conditionNotMet();
      resource.labels = body.labels;
      resource.labelFingerprint = digest(body.labels);
      return operation(world, name);
    },
  };
}

/** Older ones leave `global` out of the path. */
function setterRoutes(world: GoogleWorld, kind: ComputeKind): Routes {
  const routes = Object.entries(kind.setters ?? {}).flatMap(([verb, field]) => {
    const set = ({ path, body }: Call) => {
      const [, project, type, name] = /^projects\/([^/]+)\/(?:global\/)?(\w+)\/([^/]+)\//.exec(path)!;
      const one = `projects/${project}/global/${type}/${name}`;
      return change(world, kind, {
        method: 'POST',
        path: one,
        at: {},
        query: new URLSearchParams(),
        body: { [field]: body[field] },
      });
    };
    const paths = [kind.path, kind.path.replace('/global/', '/')];
    return paths.map((path): [string, Routes[string]] => [`POST ${path}/{name}/${verb}`, set]);
  });
  return Object.fromEntries(routes);
}

function create(world: GoogleWorld, kind: ComputeKind, { path, body, at }: Call): Json {
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(body.name))
    throw invalid(`Invalid value for field 'resource.name': '${body.name}'`);
  const name = `${path}/${body.name}`;
  if (world.resources.has(`compute/${name}`)) throw exists(name);
  checkLinks(world, body);
  const made = {
    id: String(world.next() + 1_000_000),
    creationTimestamp: new Date().toISOString(),
    selfLink: `${COMPUTE_URL}${name}`,
    ...kind.make(fullLinks(body), world),
    // Whatever was sent: the place is the URL's.
    ...(at.region ? { region: `${COMPUTE_URL}projects/${at.project}/regions/${at.region}` } : {}),
  };
  world.resources.set(`compute/${name}`, { ...made, ...kind.marks?.(made) });
  return operation(world, name);
}

function change(world: GoogleWorld, kind: ComputeKind, { path, body }: Call): Json {
  const resource = world.get(`compute/${path}`);
  const { fingerprint, ...fields } = body;
  if (resource.fingerprint && fingerprint !== resource.fingerprint) throw conditionNotMet();
  const fixed = Object.keys(fields).find(
    (field) =>
      kind.immutable.includes(field) && JSON.stringify(fullLinks(fields[field])) !== JSON.stringify(resource[field]),
  );
  if (fixed) throw invalid(`Invalid value for field 'resource.${fixed}': it cannot change`);
  checkLinks(world, fields);
  const merged = kind.make({ ...resource, ...fullLinks(fields) }, world);
  world.resources.set(`compute/${path}`, { ...resource, ...merged, ...kind.marks?.(merged) });
  return operation(world, path);
}

const conditionNotMet = () => new GoogleError(412, 'Invalid fingerprint.', { reason: 'conditionNotMet' });

/** An address says who uses it. */
function shown(world: GoogleWorld, path: string, kind: ComputeKind): Json {
  const resource = world.get(`compute/${path}`);
  return kind === computeKinds.address && usersOf(world, path).length > 0
    ? { ...resource, status: 'IN_USE' }
    : resource;
}

/** Names of the resources, clusters too, that speak of this one. */
function usersOf(world: GoogleWorld, path: string): string[] {
  const link = new RegExp(`"[^"]*${path.replace(/[.\\]/g, '\\$&')}"`);
  return [...world.resources]
    .filter(([name]) => name !== `compute/${path}` && /^(compute|container)\//.test(name))
    .filter(([, { selfLink: _, ...resource }]) => link.test(JSON.stringify(resource)))
    .map(([name]) => name);
}

/** A resource by its path or its URL. */
const LINK =
  /"(?:https?:[^"]*\/v1\/)?(projects\/[^"/]+\/(?:global|regions\/[^"/]+)\/(?:networks|subnetworks|addresses|routers|backendBuckets|sslCertificates|sslPolicies|urlMaps|targetHttpProxies|targetHttpsProxies)\/[^"/]+)"/g;

/** Whatever a request speaks of must be there. */
function checkLinks(world: GoogleWorld, body: Json): void {
  for (const [, path] of JSON.stringify(body).matchAll(LINK)) {
    if (world.resources.has(`compute/${path}`)) continue;
    throw new GoogleError(404, `The resource '${path}' was not found`, { reason: 'notFound' });
  }
}

function fullLinks<T extends Json>(body: T): T {
  return JSON.parse(JSON.stringify(body ?? null).replace(LINK, `"${COMPUTE_URL}$1"`));
}

/** Named after the place: a region's operations are asked for there. */
function operation(world: GoogleWorld, target: string): Json {
  const place = /^projects\/[^/]+\/(global|regions\/[^/]+)/.exec(target)![0];
  const name = `operation-${world.next()}`;
  const region = place.includes('/regions/') ? { region: `${COMPUTE_URL}${place}` } : {};
  const told = { kind: 'compute#operation', name, targetLink: `${COMPUTE_URL}${target}`, status: 'RUNNING', ...region };
  return world.operation(`${place}/operations/${name}`, told, { ...told, status: 'DONE', progress: 100 });
}
