/** Plain JSON, as Google's APIs speak it. */
export type Json = any;

/** One request to a service; `path` is what comes after the version. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** What stands in the braces of the route. */
  readonly at: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Json;
}

/** `GET projects/{project}/locations/{location}/keyRings/{ring}:getIamPolicy` -> what it answers. */
export type Routes = Readonly<Record<string, (call: Call) => Json>>;

/** The handler of the route that fits, with what its braces took; undefined where none does. */
export function findRoute(routes: Routes, { method, path }: Pick<Call, 'method' | 'path'>) {
  for (const [route, handler] of Object.entries(routes)) {
    const found = patternOf(route).exec(`${method} ${path}`);
    if (found) return { handler, at: { ...found.groups } as Record<string, string> };
  }
  return undefined;
}

const patterns = new Map<string, RegExp>();

function patternOf(route: string): RegExp {
  const known = patterns.get(route);
  if (known) return known;
  // An e-mail address, a number and a name are one segment each; a verb follows a colon.
  const pattern = new RegExp(`^${route.replace(/\{(\w+)\}/g, '(?<$1>[^/:]+)')}$`);
  patterns.set(route, pattern);
  return pattern;
}
