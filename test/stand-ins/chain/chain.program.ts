import { readFileSync } from 'node:fs';
import { parseCmdliner } from '../kit/command-line';
import { ok, parseAddress, type Reply, type Request, serve } from '../kit/http-server';
import { endOnSignals, forever, type Program, say } from '../kit/program';
import { bakerAt } from './chain-context';
import { findManager } from './manager-pool';
import { type Control, World } from './world';

const FLAGS = { '--config': 'value', '--control-addr': 'value', '--p2p-addr': 'list' } as const;

/**
 * stand-in-chain [--config FILE] [--control-addr HOST:PORT] [--p2p-addr HOST:PORT]...: the simulated chain and the
 * outside world of one bakery network. The file holds what POST /control takes.
 */
export const chainProgram: Program = async ({ name, words }) => {
  const options = parseCmdliner(name, '', words, { flags: FLAGS });
  const file = options.value('--config');
  const world = new World(file ? (JSON.parse(readFileSync(file, 'utf8')) as Control) : {});
  const addresses = options.list('--p2p-addr');
  for (const address of addresses.length > 0 ? addresses : ['0.0.0.0:9732']) await world.peers.listen(address);
  const control = parseAddress(options.value('--control-addr') ?? '127.0.0.1:8800', 8800);
  const { port } = await serve(control, (request) => answer(world, request));
  endOnSignals(async () => world.close());
  say(
    `chain ${world.context.chainName}: control ${port}, peers ${world.peers.peers.map((peer) => peer.port).join(' ')}`,
  );
  return forever();
};

async function answer(world: World, { method, path, body }: Request): Promise<Reply> {
  if (path === '/control' && method === 'POST') {
    const change = JSON.parse(body) as Control;
    world.control(change);
    const { dial } = change;
    return ok(dial ? { dialled: await world.peers.dialOut(dial.point, dial.count) } : { serial: world.context.serial });
  }
  if (path === '/control/state') return ok(stateOf(world));
  if (path === '/control/context') return ok(world.context);
  const [, , what, argument, from, to] = path.split('/');
  if (what === 'block') {
    const { tree } = world.gossip;
    const block = argument === 'head' ? tree.head : (tree.at(Number(argument)) ?? tree.get(argument));
    return block ? ok(block) : { status: 404, json: { error: `no block ${argument}` } };
  }
  if (what === 'operation') {
    const found = findManager(world.gossip, argument);
    return found ? ok(found) : { status: 404, json: { error: `${argument} is in no block of the head's branch` } };
  }
  if (what === 'baked') return ok(bakedBy(world, argument, Number(from), Number(to)));
  if (what === 'rights') return ok(rightsOf(world, Number(argument)));
  return { status: 404, json: { error: `no such control: ${method} ${path}` } };
}

/** Levels of the head's branch that a delegate has baked. */
function bakedBy({ gossip }: World, baker: string, from: number, to: number): number[] {
  const levels = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  return levels.filter((level) => gossip.tree.at(level)?.baker === baker);
}

/** Who bakes each of the next levels at round 0. */
function rightsOf({ context, gossip }: World, count: number): unknown {
  const { level } = gossip.tree.head;
  return Array.from({ length: count || 10 }, (_, i) => ({
    level: level + 1 + i,
    delegate: bakerAt(context, level + 1 + i, 0),
  }));
}

/** For assertions: who is connected to whom, what was signed, what was injected. */
function stateOf(world: World): unknown {
  const { tree, mempool, wires, invalidBlocks } = world.gossip;
  const { level, round, hash, baker, timeMs, protocol } = tree.head;
  const wire = (each: {
    remote?: { peerId: string; port: number; isPrivate: boolean };
    isIncoming: boolean;
    point: string;
  }) => ({
    peerId: each.remote?.peerId,
    point: each.point,
    isPrivate: each.remote?.isPrivate,
    isIncoming: each.isIncoming,
  });
  return {
    chainName: world.context.chainName,
    serial: world.context.serial,
    halted: world.producer.halted,
    head: { level, round, hash, baker, timeMs, protocol },
    peers: world.peers.peers.map(({ index, peerId, address, port, wires }) => ({
      index,
      peerId,
      address: `${address.host}:${port}`,
      connections: [...wires].map(wire),
    })),
    connections: [...wires].map(wire),
    mempool: [...mempool.values()],
    signatures: world.evidence.signatures,
    doubles: world.evidence.doubles,
    missed: world.producer.missed,
    injected: world.injected,
    branchSwitches: tree.branchSwitches,
    invalidBlocks,
  };
}
