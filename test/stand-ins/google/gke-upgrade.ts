import type { GoogleWorld } from './google-world';

/** What GKE does some night: another version of the control plane and of the nodes. */
export function upgradeByGke(world: GoogleWorld): void {
  const next = '1.35.5-gke.1090000';
  for (const resource of world.under('container/')) {
    if (resource.currentMasterVersion)
      Object.assign(resource, { currentMasterVersion: next, currentNodeVersion: next });
    else if (resource.config) resource.version = next;
  }
}
