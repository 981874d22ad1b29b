import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { machine } from './machine';

/** Where this part leaves traces outside its folder, and how it knows its own ones there. */
export const places = {
  cgroups: '/sys/fs/cgroup',
  /** Where the kubelet links the logs of containers; it cannot be told another place. */
  containerLogs: '/var/log/containers',
  /** Nor for this one. */
  kubeletSocket: '/var/lib/kubelet/device-plugins/kubelet.sock',
  /** Where the network plugins remember what they gave to whom. */
  cniResults: '/var/lib/cni/results',
  /** Where the shims of containerd listen. */
  shimSockets: '/run/containerd/s',
  /** Where runc remembers containers that it was not told another place for. */
  runcStates: '/run/containerd/runc/k8s.io',
} as const;

export function ourLinks(): string[] {
  return filesIn('/sys/class/net').filter((path) => basename(path).startsWith(machine.linkPrefix));
}

/** In every hierarchy of cgroup v1, or in the one of v2. */
export function ourCgroups(): string[] {
  const hierarchies = existsSync(join(places.cgroups, 'cgroup.controllers'))
    ? [places.cgroups]
    : filesIn(places.cgroups);
  return hierarchies.flatMap(foldersIn).filter((folder) => basename(folder).startsWith(machine.cgroupPrefix));
}

/** Processes that name our folder, and those in our cgroups. */
export function ourProcesses(): number[] {
  const inside = ourCgroups().flatMap((folder) => pidsBelow(folder));
  return [...new Set([...processesNaming(`${machine.folder}/`), ...inside.map(Number)])];
}

/** Programs that this part starts and that were told a path below that one. */
export function processesNaming(folder: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.filter((pid) => isOurs(read(`/proc/${pid}/cmdline`).split('\0'), folder)).map(Number);
}

/** Not an editor that has a file of it open. */
function isOurs([program, ...words]: readonly string[], folder: string): boolean {
  const ours = ['containerd', 'containerd-shim-runc-v2', 'runc', 'kubelet', 'kube-proxy', 'coredns', 'node', 'ssh'];
  return ours.includes(basename(program ?? '')) && words.some((word) => word.includes(folder));
}

function pidsBelow(folder: string): string[] {
  const below = foldersIn(folder).flatMap(pidsBelow);
  return [...below, ...read(join(folder, 'cgroup.procs')).split('\n').filter(Boolean)];
}

/** In the order in which they were made. */
export function ourMounts(): string[] {
  return read('/proc/self/mountinfo')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((point) => point.startsWith(`${machine.folder}/`));
}

export function ourLoopDevices(): string[] {
  const lines = said('losetup', ['-l', '-n', '-O', 'NAME,BACK-FILE']);
  return lines.filter((line) => line.includes(`${machine.folder}/`)).map((line) => line.split(' ')[0]!);
}

export function ourLogLinks(): string[] {
  return filesIn(places.containerLogs).filter(
    (path) => lstatSync(path).isSymbolicLink() && readlinkSync(path).startsWith(`${machine.folder}/`),
  );
}

export function ourCniResults(): string[] {
  return filesIn(places.cniResults).filter((path) => read(path).includes(`${machine.folder}/`));
}

export function ourRuncStates(): string[] {
  return filesIn(places.runcStates).filter((path) => read(join(path, 'state.json')).includes(`${machine.folder}/`));
}

/** Sockets of shims where nobody listens any more; whose they were they do not say. */
export function deadSockets(): string[] {
  const listening = read('/proc/net/unix');
  return filesIn(places.shimSockets).filter((path) => !listening.includes(path));
}

/** What kube-proxy and the kubelet have under fixed names, `ip kube-proxy` and a path: one run can have them at a time. */
export function proxyTables(): string[] {
  const lines = said('nft', ['list', 'tables']).filter((line) => line.endsWith(' kube-proxy'));
  return lines.map((line) => line.replace(/^table /, ''));
}

export const kubeletSockets = (): string[] => [places.kubeletSocket].filter((path) => existsSync(path));

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** Folders in a folder, which may vanish meanwhile. */
export function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

/** Lines of an answer; none of a program that is not there. */
function said(program: string, words: readonly string[]): string[] {
  const { stdout } = spawnSync(program, words, { encoding: 'utf8' });
  return (stdout ?? '').split('\n').filter(Boolean);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
