import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pods of one node reach those of the other through the host, and Services inside one bridge through its tables. */
const wanted: Readonly<Record<string, string>> = {
  '/proc/sys/net/ipv4/ip_forward': '1',
  '/proc/sys/net/bridge/bridge-nf-call-iptables': '1',
};

const record = 'sysctls.json';

/** Sets what the nodes need; what was there before is written down in `folder`. */
export function setSysctls(folder: string): void {
  const before = Object.fromEntries(Object.keys(wanted).map((path) => [path, readFileSync(path, 'utf8').trim()]));
  writeFileSync(join(folder, record), JSON.stringify(before));
  for (const [path, value] of Object.entries(wanted)) writeFileSync(path, value);
}

/** Undoes `setSysctls`, where there is something to undo. */
export function restoreSysctls(folder: string): void {
  const path = join(folder, record);
  if (!existsSync(path)) return;
  const before = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  for (const [sysctl, value] of Object.entries(before)) writeFileSync(sysctl, value);
}
