import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { machine } from './machine';
import { changedSysctls, restoreSysctls } from './sysctls';
import {
  deadSockets,
  foldersIn,
  kubeletSockets,
  ourCgroups,
  ourCniResults,
  ourLinks,
  ourLogLinks,
  ourLoopDevices,
  ourMounts,
  ourProcesses,
  ourRuncStates,
  places,
  processesNaming,
  proxyTables,
} from './traces';

/** In our folder: which dead sockets were there before us. Without it nothing was begun, and what has fixed names is not ours. */
export const foundRecord = join(machine.folder, 'found.json');

function foundBefore(): readonly string[] | undefined {
  return existsSync(foundRecord) ? JSON.parse(readFileSync(foundRecord, 'utf8')) : undefined;
}

/**
 * Takes away whatever this part made on the machine, in whatever state a run left it: processes, mounts, loop devices,
 * links, tables, cgroups, files. Synchronous, for the last moment of a process.
 */
export function clearMachine(): void {
  const found = foundBefore();
  for (let round = 0; round < 50 && killOurs(); round++) pauseMilliseconds(100);
  unmountAll();
  for (const link of ourLinks()) quietly('ip', ['link', 'del', basename(link)]);
  for (const folder of ourCgroups()) removeCgroup(folder);
  for (const path of [...ourLogLinks(), ...ourCniResults(), ...ourRuncStates()])
    rmSync(path, { recursive: true, force: true });
  if (found) clearFixedNames(found);
  const folders = [places.containerLogs, places.cniResults, places.shimSockets, places.runcStates];
  quietly('rmdir', ['--parents', '--ignore-fail-on-non-empty', ...folders]);
  restoreSysctls(machine.folder);
  rmSync(machine.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function clearFixedNames(found: readonly string[]): void {
  for (const table of proxyTables()) quietly('nft', ['delete', 'table', ...table.split(' ')]);
  for (const path of [...kubeletSockets(), ...deadSockets().filter((each) => !found.includes(each))])
    rmSync(path, { force: true });
  const folder = dirname(places.kubeletSocket); // the folder goes with its kubelet only; folders that hold anything else stay
  quietly('rmdir', [folder, dirname(folder)]);
}

/**
 * `clearMachine`, and what it should have taken away and did not: folders, processes, mounts, loop devices, links, tables,
 * cgroups, sockets, records of container runtime and network plugins, settings of the kernel. `stateFolder`: where the run
 * kept what its programs on this machine were told; it is gone by now.
 */
export function clearedMachine(stateFolder: string): string[] {
  const found = foundBefore() ?? [];
  const changed = changedSysctls(machine.folder);
  clearMachine();
  return [
    ...[machine.folder, stateFolder].filter((path) => existsSync(path)),
    ...[...ourProcesses(), ...processesNaming(`${stateFolder}/`)].map((pid) => `process ${pid}`),
    ...ourMounts(),
    ...ourLoopDevices(),
    ...ourLinks(),
    ...ourCgroups(),
    ...proxyTables().map((table) => `nft table ${table}`),
    ...kubeletSockets(),
    ...ourLogLinks(),
    ...ourCniResults(),
    ...ourRuncStates(),
    ...deadSockets().filter((path) => !found.includes(path)),
    ...changed(),
  ];
}

/** Ends them; answers how many there were. */
function killOurs(): number {
  const pids = ourProcesses();
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // gone in between
    }
  }
  return pids.length;
}

function removeCgroup(folder: string): void {
  for (const child of foldersIn(folder)) removeCgroup(child);
  try {
    rmdirSync(folder);
  } catch {
    // a process that is just ending; the next run tries again
  }
}

/** Latest first; a loop device goes with its mount. */
function unmountAll(): void {
  for (const point of ourMounts().reverse()) {
    if (quietly('umount', [point]) !== 0) quietly('umount', ['-l', point]);
  }
  for (const device of ourLoopDevices()) quietly('losetup', ['-d', device]);
}

/** The status; what it says about what is not there does not matter. */
function quietly(program: string, words: readonly string[]): number | null {
  return spawnSync(program, words, { stdio: 'ignore' }).status;
}

function pauseMilliseconds(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
