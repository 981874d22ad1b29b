import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { machine } from './machine';
import { restoreSysctls } from './sysctls';

const cgroups = '/sys/fs/cgroup';
/** Where the kubelet links the logs of containers; it cannot be told another place. */
const containerLogs = '/var/log/containers';

/** Nor for this one. */
const devicePlugins = '/var/lib/kubelet/device-plugins';

/** Where the network plugins remember what they gave to whom. */
const cniResults = '/var/lib/cni/results';

/** Where the shims of containerd listen. */
const shimSockets = '/run/containerd/s';

/**
 * Takes away whatever this part made on the machine, in whatever state a run left it: processes, mounts, loop devices,
 * links, tables, cgroups, files. Synchronous, for the last moment of a process.
 */
export function clearMachine(): void {
  for (let round = 0; round < 50 && killOurs(); round++) pauseMilliseconds(100);
  unmountAll();
  for (const link of ourLinks()) quietly('ip', ['link', 'del', basename(link)]);
  for (const family of ['ip', 'ip6']) quietly('nft', ['delete', 'table', family, 'kube-proxy']);
  for (const folder of ourCgroups()) removeCgroup(folder);
  removeContainerLogs();
  removeDevicePlugins();
  for (const path of [...ourCniResults(), ...deadSockets()]) rmSync(path, { force: true });
  quietly('rmdir', ['--parents', '--ignore-fail-on-non-empty', cniResults, shimSockets]);
  restoreSysctls(machine.folder);
  rmSync(machine.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** What `clearMachine` should have taken away and did not. */
export function leftBehind(): string[] {
  const folders = [machine.folder].filter((path) => existsSync(path));
  return [...folders, ...ourLinks(), ...ourCgroups(), ...ourCniResults(), ...deadSockets()];
}

function ourLinks(): string[] {
  return filesIn('/sys/class/net').filter((path) => basename(path).startsWith(machine.linkPrefix));
}

function ourCniResults(): string[] {
  return filesIn(cniResults).filter((path) => read(path).includes(`${machine.folder}/`));
}

/** Nobody listens there any more. */
function deadSockets(): string[] {
  const listening = read('/proc/net/unix');
  return filesIn(shimSockets).filter((path) => !listening.includes(path));
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** Ends the processes that name our folder, and those in our cgroups; answers how many there were. */
function killOurs(): number {
  const named = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => isOurs(read(`/proc/${pid}/cmdline`).split('\0')));
  const inside = ourCgroups().flatMap((folder) => pidsBelow(folder));
  const pids = [...new Set([...named, ...inside].map(Number))];
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // gone in between
    }
  }
  return pids.length;
}

/** A program that this part starts, and in our folder: not an editor that has a file of it open. */
function isOurs([program, ...words]: readonly string[]): boolean {
  const ours = ['containerd', 'containerd-shim-runc-v2', 'runc', 'kubelet', 'kube-proxy', 'coredns', 'node'];
  return ours.includes(basename(program ?? '')) && words.some((word) => word.includes(`${machine.folder}/`));
}

/** In every hierarchy of cgroup v1, or in the one of v2. */
export function ourCgroups(): string[] {
  const hierarchies = existsSync(join(cgroups, 'cgroup.controllers'))
    ? [cgroups]
    : readdirSync(cgroups).map((name) => join(cgroups, name));
  return hierarchies.flatMap(foldersIn).filter((folder) => basename(folder).startsWith(machine.cgroupPrefix));
}

function pidsBelow(folder: string): string[] {
  const below = foldersIn(folder).flatMap(pidsBelow);
  return [...below, ...read(join(folder, 'cgroup.procs')).split('\n').filter(Boolean)];
}

function removeCgroup(folder: string): void {
  for (const child of foldersIn(folder)) removeCgroup(child);
  try {
    rmdirSync(folder);
  } catch {
    // a process that is just ending; the next run tries again
  }
}

function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

/** Latest first; a loop device goes with its mount. */
function unmountAll(): void {
  const points = read('/proc/self/mountinfo')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((point) => point.startsWith(`${machine.folder}/`));
  for (const point of points.reverse()) {
    if (quietly('umount', [point]) !== 0) quietly('umount', ['-l', point]);
  }
  const { stdout } = spawnSync('losetup', ['-l', '-n', '-O', 'NAME,BACK-FILE'], { encoding: 'utf8' });
  for (const line of (stdout ?? '').split('\n').filter((each) => each.includes(`${machine.folder}/`))) {
    quietly('losetup', ['-d', line.split(' ')[0]!]);
  }
}

function removeContainerLogs(): void {
  if (!existsSync(containerLogs)) return;
  for (const name of readdirSync(containerLogs)) {
    const path = join(containerLogs, name);
    if (lstatSync(path).isSymbolicLink() && readlinkSync(path).startsWith(`${machine.folder}/`)) rmSync(path);
  }
}

/** The socket goes with its kubelet only; folders that hold anything else stay. */
function removeDevicePlugins(): void {
  if (!existsSync(join(devicePlugins, 'kubelet.sock'))) return;
  rmSync(join(devicePlugins, 'kubelet.sock'));
  quietly('rmdir', [devicePlugins, dirname(devicePlugins)]);
}

/** The status; what it says about what is not there does not matter. */
function quietly(program: string, words: readonly string[]): number | null {
  return spawnSync(program, words, { stdio: 'ignore' }).status;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function pauseMilliseconds(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
