import type { Server } from 'node:http';
import { failure, parseAddress, type Reply, type Request, serve } from '../kit/http-server';
import type { NodeState } from './node-state';
import { type Access, accessOf } from './rpc-access';
import { nodeRoutes, type Route } from './rpc-routes';

interface Compiled {
  readonly method: string;
  readonly pattern: RegExp;
  readonly answer: Route[2];
}

function compile([method, path, answer]: Route): Compiled {
  return { method, pattern: new RegExp(`^${path.replaceAll(/:[a-z]+/g, '([^/]+)')}/?$`), answer };
}

/** All listeners of a node. Denied is 401, whether or not the path exists (octez.md 3.3). */
export async function startRpc(state: NodeState): Promise<{ server: Server; port: number }[]> {
  const routes = nodeRoutes(state).map(compile);
  const { config, release } = state;
  return Promise.all(
    config.rpcAddrs.map((text) => {
      const address = parseAddress(text, 8732);
      const access = accessOf(address, config, release);
      return serve(
        address,
        (request) => faulty(state, request) ?? lost(state, request, answer(routes, access, request)),
      );
    }),
  );
}

function faulty({ fault }: NodeState, { method, path }: Request): Reply | Promise<Reply> | undefined {
  if (fault?.rpcHangs) return new Promise(() => {});
  const injects = method === 'POST' && path.startsWith('/injection/');
  return fault?.refusesInjection && injects ? failure(500, 'stand_in.scripted_fault') : undefined;
}

/** It is done, and nobody hears of it. */
function lost({ fault }: NodeState, { path }: Request, reply: Reply | Promise<Reply>): Reply | Promise<Reply> {
  return fault?.losesInjectionAnswers && path === '/injection/operation' ? { hangUp: true } : reply;
}

function answer(routes: readonly Compiled[], access: Access, request: Request): Reply | Promise<Reply> {
  const { method, path } = request;
  if (!access(method, path)) return { status: 401, text: '' };
  const found = routes.filter(({ pattern }) => pattern.test(path));
  const route = found.find((each) => each.method === method);
  if (!route) return found.length > 0 ? { status: 405, text: '' } : failure(404, 'rpc.not_found');
  return route.answer(request, ...(route.pattern.exec(path) ?? []).slice(1));
}
