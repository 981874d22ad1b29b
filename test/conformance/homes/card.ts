import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../tools/cache';
import { mustRun } from '../tools/run';
import type { Tools } from '../tools/tools';

/** What a fresh card is made of, and the packages that its home may fetch. */
export interface FreshCard {
  /** A file system of ext4. */
  readonly image: string;
  /** A repository of Debian packages: those that a signer needs beside what a card has. */
  readonly mirror: string;
}

const SUITE = 'trixie';
/** Sparse: what nobody writes takes no place. */
const SIZE = '2G';

/** As Raspberry Pi OS Lite has them, as far as anything here asks for them; Node and Ansible too, whose installation takes half a minute. */
const onTheCard = [
  'ansible-core',
  'ca-certificates',
  'cloud-init',
  'dbus',
  'gpiod',
  'i2c-tools',
  'iproute2',
  'iputils-ping',
  'kmod',
  'netplan.io',
  'network-manager',
  'nodejs',
  'openssh-server',
  'procps',
  'python3-apt',
  'sudo',
  'systemd-sysv',
  'udev',
  'unattended-upgrades',
  'usbutils',
];
/** What the roles install by apt. */
const inTheMirror = ['chrony', 'nftables', 'socat', 'usb-modeswitch'];

/** Nobody reads them here. */
const ballast = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info'];

/** Debian 13 by debootstrap; made once. */
export async function freshCard(tools: Tools): Promise<FreshCard> {
  const debootstrap = await tools.debian('debootstrap', 'debootstrap');
  const mke2fs = await tools.debian('e2fsprogs', 'mke2fs');
  const scan = await tools.debian('dpkg-dev', 'dpkg-scanpackages');
  const folder = await cached(`homes-card-${SUITE}-${LAYOUT}`, async (draft) => {
    const root = join(draft, 'root');
    await mustRun(debootstrap, ['--variant=minbase', `--include=${onTheCard.join(',')}`, SUITE, root]);
    await fillMirror(root, join(draft, 'mirror'), scan);
    asOnAFreshCard(root);
    await mustRun(mke2fs, ['-q', '-t', 'ext4', '-L', 'rootfs', '-m', '0', '-d', root, join(draft, 'card.ext4'), SIZE]);
    rmSync(root, { recursive: true });
  });
  return { image: join(folder, 'card.ext4'), mirror: join(folder, 'mirror') };
}

/** Changes with what this file makes: a card of another layout is another card. */
const LAYOUT = '1';

async function fillMirror(root: string, mirror: string, scan: string): Promise<void> {
  const words = ['install', '-q', '-y', '--no-install-recommends', '--download-only', ...inTheMirror];
  const alone = 'cp /etc/resolv.conf "$1/etc/resolv.conf"; chroot "$1" apt-get update -q && shift && exec chroot "$@"';
  await mustRun('sh', ['-c', alone, 'fetch', root, root, 'apt-get', ...words]);
  mkdirSync(mirror);
  await mustRun('sh', ['-c', `cp "$1"/var/cache/apt/archives/*.deb "$2"`, 'copy', root, mirror]);
  const { stdout } = await mustRun(scan, ['--multiversion', '.'], { cwd: mirror });
  writeFileSync(join(mirror, 'Packages'), stdout);
}

function asOnAFreshCard(root: string): void {
  const of = (path: string) => join(root, path);
  for (const path of [...ballast, 'var/cache/apt', 'var/lib/apt/lists'])
    rmSync(of(path), { recursive: true, force: true });
  for (const path of ['var/cache/apt/archives/partial', 'var/lib/apt/lists/partial', 'boot/firmware']) {
    mkdirSync(of(path), { recursive: true });
  }
  for (const kind of ['ed25519', 'ecdsa', 'rsa']) {
    for (const end of ['', '.pub']) rmSync(of(`etc/ssh/ssh_host_${kind}_key${end}`), { force: true });
  }
  writeFileSync(of('etc/machine-id'), '');
  writeFileSync(of('etc/hostname'), 'debian\n');
  symlinkSync('/dev/null', of('etc/systemd/system/console-getty.service')); // nobody has a screen
  writeFileSync(of('etc/fstab'), '/dev/mmcblk0p2 / ext4 defaults 0 1\n');
  writeFileSync(of('etc/hosts'), '127.0.0.1 localhost\n');
  writeFileSync(of('etc/apt/sources.list'), `deb [trusted=yes] http://${MIRROR_NAME}/ ./\n`);
  // As Raspberry Pi OS and Debian's own images have them.
  write(of('etc/netplan/00-manager.yaml'), 'network: {version: 2, renderer: NetworkManager}\n', 0o600);
  write(of('etc/cloud/cloud.cfg.d/99_raspberry-pi.cfg'), CLOUD_INIT);
  rmSync(of('etc/resolv.conf'), { force: true });
  symlinkSync('../run/NetworkManager/resolv.conf', of('etc/resolv.conf'));
}

/** What the network of a home calls the place of Debian's packages. */
export const MIRROR_NAME = 'deb.debian.org';

const CLOUD_INIT = `datasource_list: [NoCloud, None]
datasource:
  NoCloud:
    seedfrom: file:///boot/firmware
`;

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}
