import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Started, start } from '../cluster/processes';
import type { RunState } from '../run-state';
import type { Tools } from '../tools/tools';
import { machine } from './machine';

/** CoreDNS: Services from the API, and the names of the internet as far as the bakeries ask for them. */
export async function startDns(
  tools: Tools,
  { state, kubeconfig }: { state: RunState; kubeconfig: string },
): Promise<Started> {
  writeHosts(new Map());
  const file = join(state.folder, 'Corefile');
  writeFileSync(
    file,
    `cluster.local:53 {
  bind ${machine.dnsAddress}
  errors
  kubernetes cluster.local {
    kubeconfig ${kubeconfig}
    ttl 1
  }
}
.:53 {
  bind ${machine.dnsAddress}
  errors
  hosts ${hostsFile} {
    ttl 1
    reload 1s
  }
}
`,
  );
  return start(state, await tools.goBuild('boot/dns', 'coredns'), ['-conf', file], 'coredns');
}

const hostsFile = join(machine.folder, 'hosts');

/** What the names of the internet mean from now on, within a second. */
export function writeHosts(addresses: ReadonlyMap<string, string>): void {
  writeFileSync(hostsFile, [...addresses].map(([name, address]) => `${address} ${name}\n`).join(''));
}
