import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../tools/run';
import { addressOf, machine, type NodePlace } from './machine';

/** A link (a bridge without ports: not every kernel has dummies) that holds the addresses of the internet. */
export async function makeOutside(addresses: readonly string[]): Promise<void> {
  await mustRun('ip', ['link', 'add', machine.outsideLink, 'type', 'bridge']);
  await mustRun('ip', ['link', 'set', machine.outsideLink, 'up']);
  for (const address of new Set(addresses)) await addOutside(address);
}

export async function addOutside(address: string): Promise<void> {
  await mustRun('ip', ['address', 'replace', `${address}/32`, 'dev', machine.outsideLink]);
}

/** Whoever speaks from that address does not know that nothing leaves or comes any more. */
export async function removeOutside(address: string): Promise<void> {
  // What is sent there is lost on our link, and goes to no other network.
  await mustRun('ip', ['route', 'replace', `${address}/32`, 'dev', machine.outsideLink]);
  await mustRun('ip', ['address', 'delete', `${address}/32`, 'dev', machine.outsideLink]);
}

/** The bridge of a node, there before its first pod: the kubelet wants the node's address to exist. */
export async function makeBridge(place: NodePlace): Promise<void> {
  await mustRun('ip', ['link', 'add', place.bridge, 'type', 'bridge']);
  await mustRun('ip', ['address', 'add', `${addressOf(place)}/24`, 'dev', place.bridge]);
  await mustRun('ip', ['link', 'set', place.bridge, 'up']);
}

/** The containers' network of a node: one bridge, addresses of its own; answers the folder of its configuration. */
export function writeCni(place: NodePlace): string {
  const folder = join(place.folder, 'cni');
  mkdirSync(folder, { recursive: true });
  const bridge = {
    type: 'bridge',
    bridge: place.bridge,
    isGateway: true,
    hairpinMode: true, // a pod may ask for itself by its Service
    ipam: {
      type: 'host-local',
      dataDir: join(place.folder, 'addresses'),
      ranges: [[{ subnet: `${place.subnet}.0/24` }]],
      routes: [{ dst: '0.0.0.0/0' }],
    },
  };
  const plugins = [bridge, { type: 'portmap', capabilities: { portMappings: true } }];
  const list = { cniVersion: '0.4.0', name: place.name, plugins };
  writeFileSync(join(folder, '10-bridge.conflist'), JSON.stringify(list));
  return folder;
}
