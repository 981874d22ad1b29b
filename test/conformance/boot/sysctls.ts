import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the kubelet sets without being asked. */
const touched = [
  '/proc/sys/kernel/keys/root_maxbytes',
  '/proc/sys/kernel/keys/root_maxkeys',
  '/proc/sys/kernel/panic',
  '/proc/sys/kernel/panic_on_oops',
  '/proc/sys/vm/overcommit_memory',
  '/proc/sys/vm/panic_on_oom',
];

/** Pods of one node reach those of the other through the host, and Services inside one bridge through its tables. */
const wanted: Readonly<Record<string, string>> = {
  '/proc/sys/net/ipv4/ip_forward': '1',
  '/proc/sys/net/bridge/bridge-nf-call-iptables': '1',
};

const record = 'sysctls.json';

/** Sets what the nodes need; what was there before, and what the kubelet will change, is written down in `folder`. */
export function setSysctls(folder: string): void {
  spawnSync('modprobe', ['br_netfilter']); // where it is built in, there is nothing to load
  const paths = [...Object.keys(wanted), ...touched.filter((path) => existsSync(path))];
  const before = Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'utf8').trim()]));
  writeFileSync(join(folder, record), JSON.stringify(before));
  for (const [path, value] of Object.entries(wanted)) writeFileSync(path, value);
}

/** Undoes `setSysctls`, where there is something to undo. */
export function restoreSysctls(folder: string): void {
  for (const [sysctl, value] of recorded(folder)) writeFileSync(sysctl, value);
}

/** Answers what tells later, when the record is gone, which ones are not as they were. */
export function changedSysctls(folder: string): () => string[] {
  const before = recorded(folder);
  return () => before.filter(([path, value]) => readFileSync(path, 'utf8').trim() !== value).map(([path]) => path);
}

function recorded(folder: string): [path: string, value: string][] {
  const path = join(folder, record);
  return existsSync(path) ? Object.entries(JSON.parse(readFileSync(path, 'utf8'))) : [];
}
