import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bakery } from '../../../model/bakery';
import { renderRoles, renderSigners, SIGNER_FOLDER } from '../../../signer/main';
import { agentBundle } from '../boot/agent-bundle';
import { CLOCK_DROP_IN, shiftedClock } from './clock-and-card';
import { hatFiles } from './hat-stand-in';
import type { HomesScene } from './homes-scene';
import { pointAtStandIn } from './inventory-program';
import { copyToCard, withCard } from './on-the-card';

const OCTEZ_URL = 'http://octez.example/octez-signer';

/** dist/signer/ of the bakery. */
export const distOf = ({ folder }: HomesScene) => join(folder, 'dist', SIGNER_FOLDER);

/** As synth writes it, but for the place of Octez' program. */
export function writeDist(scene: HomesScene, bakery: Bakery): void {
  for (const [path, text] of [...renderRoles([bakery]), ...renderSigners(bakery)]) {
    const file = join(scene.folder, 'dist', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  pointAtStandIn(join(distOf(scene), bakery.name, 'inventory.yml'), OCTEZ_URL);
  writeFileSync(join(distOf(scene), 'programs', 'agent.mjs'), agentBundle(scene.context.root));
}

/** What stands for the parts of a machine that are not here, in a folder that goes onto each card. */
export function standInFiles(folder: string, scripts: string): string {
  hatFiles(scripts, folder);
  clockFiles(folder);
  keptBytecode(scripts, folder);
  return folder;
}

/** Python runs what it would have compiled: the same, sooner. */
function keptBytecode(scripts: string, folder: string): void {
  const packages = join(folder, 'usr', 'lib', 'python3', 'dist-packages');
  mkdirSync(packages, { recursive: true });
  copyFileSync(join(scripts, 'kept-bytecode.py'), join(packages, 'kept_bytecode.py'));
  writeFileSync(join(packages, 'kept_bytecode.pth'), 'import kept_bytecode\n');
}

/** A fresh card with what stands for its machine's parts. */
export async function writeCard(card: string, standIns: string): Promise<void> {
  await copyToCard(card, standIns);
  // Package lists of a card are as old as its image.
  await withCard(
    card,
    'touch -d 2025-10-01 /mnt/var/lib/apt/lists; chmod 755 /mnt/usr/local/bin/*; ssh-keygen -q -t ed25519 -N "" -f /mnt/etc/ssh/ssh_host_ed25519_key',
  );
}

/** The attic's as a person sets up Debian by hand: a user with a key. The cellar's with the files of its boot partition. */
export async function writeSettings(scene: HomesScene, bakery: Bakery): Promise<void> {
  const { attic, cellar } = scene;
  const dist = distOf(scene);
  const copy =
    'cp -R "$1/." /mnt/boot/firmware/; mkdir /mnt/boot/firmware/tezos-bakery; cp -R "$2/." /mnt/boot/firmware/tezos-bakery/';
  await Promise.all([
    withCard(attic.parts.card, BY_HAND, scene.parts.of.admin.sshKey),
    withCard(cellar.parts.card, copy, join(dist, bakery.name, cellar.name), dist),
  ]);
}

const BY_HAND = `touch /mnt/etc/cloud/cloud-init.disabled
chroot /mnt useradd -m -s /bin/bash -G sudo admin
mkdir -m 700 /mnt/home/admin/.ssh
echo "$1" >/mnt/home/admin/.ssh/authorized_keys
chroot /mnt chown -R admin:admin /home/admin/.ssh
echo 'admin ALL=(ALL) NOPASSWD: ALL' >/mnt/etc/sudoers.d/010_admin`;

/**
 * The clock is the whole machine's, and nobody may set it here: chronyd measures it, and its unit knows. What the agent takes
 * for the time can be shifted.
 */
function clockFiles(folder: string): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('etc/systemd/system/chrony.service.d/no-clock.conf', MEASURES_ONLY);
  // What is far off is not taken for set at once: nobody sets it.
  write('etc/chrony/measures-only.conf', 'include /etc/chrony/chrony.conf\nmakestep 1 0\n');
  write('etc/systemd/system/signer-agent.service.d/clock.conf', CLOCK_DROP_IN);
  write('usr/local/share/shifted-clock.cjs', shiftedClock());
}

const MEASURES_ONLY = `[Unit]
ConditionCapability=
[Service]
Type=simple
PIDFile=
ExecStart=
ExecStart=!/usr/sbin/chronyd -x -n -f /etc/chrony/measures-only.conf
`;
