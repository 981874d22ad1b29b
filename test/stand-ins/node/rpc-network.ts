import { ok, parseAddress } from '../kit/http-server';
import type { Wire } from '../p2p/wire';
import type { NodeState } from './node-state';
import type { Route } from './rpc-routes';

/** `/network/*`: who is connected. */
export function networkRoutes(state: NodeState): Route[] {
  const { connections } = state;
  const peer = (wire: Wire) => [
    wire.remote?.peerId,
    {
      score: 0,
      trusted: isTrusted(state, wire),
      state: 'running',
      reachable_at: addressOf(wire),
      conn_metadata: metadataOf(wire),
    },
  ];
  const connection = (wire: Wire) => ({
    incoming: wire.isIncoming,
    peer_id: wire.remote?.peerId,
    id_point: addressOf(wire),
    remote_socket_port: wire.socket.remotePort,
    announced_version: { chain_name: wire.remote?.network, distributed_db_version: 2, p2p_version: 1 },
    private: wire.remote?.isPrivate ?? false,
    remote_metadata: metadataOf(wire),
  });
  return [
    ['GET', '/network/peers', () => ok(connections.active.map(peer))],
    ['GET', '/network/connections', () => ok(connections.active.map(connection))],
    ['GET', '/network/points', () => ok(pointsOf(state))],
    ['GET', '/network/stat', () => ok(statOf(state))],
    ['GET', '/network/self', () => ok(connections.peerId)],
  ];
}

const metadataOf = ({ remote }: Wire) => ({ disable_mempool: false, private_node: remote?.isPrivate ?? false });

function addressOf(wire: Wire): { addr: string; port: number } {
  const { host, port } = parseAddress(wire.point, 9732);
  return { addr: host, port };
}

const isTrusted = ({ connections }: NodeState, wire: Wire) => connections.points.get(wire.point)?.trusted ?? false;

function pointsOf({ connections }: NodeState): unknown {
  const running = new Set(connections.active.map((wire) => wire.point));
  return [...connections.points].map(([point, { trusted }]) => [
    point,
    { trusted, state: { event_kind: running.has(point) ? 'running' : 'disconnected' } },
  ]);
}

export function statOf({ connections }: NodeState): {
  total_sent: string;
  total_recv: string;
  current_inflow: number;
  current_outflow: number;
} {
  const sum = (of: (wire: Wire) => number) => connections.active.reduce((all, wire) => all + of(wire), 0);
  return {
    total_sent: String(connections.totalSent + sum(({ sent }) => sent)),
    total_recv: String(connections.totalReceived + sum(({ received }) => received)),
    current_inflow: 0,
    current_outflow: 0,
  };
}
