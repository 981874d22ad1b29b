import { join } from 'node:path';
import type { RunState } from '../run-state';
import { mustRun } from '../tools/run';
import type { Tools } from '../tools/tools';

/**
 * How the API server shows a kubelet who it is, for logs, exec and metrics; the kubelets trust this certificate alone, and
 * ask the API server whether its group may do that.
 */
export function kubeletClient({ folder }: RunState): { readonly certificate: string; readonly key: string } {
  return { certificate: join(folder, 'kubelet-client.crt'), key: join(folder, 'kubelet-client.key') };
}

/** Makes that pair of files. */
export async function makeKubeletClient(tools: Tools, state: RunState): Promise<void> {
  const { certificate, key } = kubeletClient(state);
  const openssl = await tools.debian('openssl', 'openssl');
  const words = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/O=system:masters/CN=kube-apiserver',
    '-days',
    '2',
  ];
  await mustRun(openssl, [...words, '-keyout', key, '-out', certificate]);
}
