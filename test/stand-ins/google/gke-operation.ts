import type { Json } from './google-routes';
import type { GoogleWorld } from './google-world';

/** Running when told of, done at the first question. */
export function gkeOperation(world: GoogleWorld, target: string): Json {
  const name = `operation-${world.next()}`;
  const place = target.split('/').slice(0, 4).join('/');
  const told = { name, status: 'RUNNING', location: place.split('/')[3], targetLink: target };
  return world.operation(`${place}/operations/${name}`, told, { ...told, status: 'DONE' });
}
