import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../../charts/objects/kube-object';
import type { Bakery } from '../../../model/bakery';
import { urlOf } from '../../../model/components';
import type { Api } from '../cluster/api';
import { type Started, start, until } from '../cluster/processes';
import type { RunState } from '../run-state';
import { addOutside } from './network';
import { podTemplates } from './pod-templates';

/** Addresses of bakers with keys that nobody else has: what a key signs is not the question of this part. */
const walletOf = ({ settings }: Bakery) => ({
  public_key_hashs: settings.bakers.map(({ name, address }) => ({ name, value: address })),
  public_keys: settings.bakers.map(({ name, publicKey }) => ({ name, value: `unencrypted:${publicKey}` })),
  secret_keys: settings.bakers.map(({ name }) => ({ name, value: `unencrypted:stand-in of ${name}` })),
});

/** Secrets that pods mount and the operator brings; answers their names. */
export async function bringSecrets(api: Api, bakery: Bakery, objects: readonly KubeObject[]): Promise<string[]> {
  const wanted = podTemplates(objects).flatMap(({ object, spec }) =>
    (spec.volumes ?? [])
      .filter(({ secret }: any) => secret && !secret.optional)
      .map(({ secret }: any) => ({ name: secret.secretName, namespace: object.manifest.metadata.namespace! })),
  );
  const stringData = { secret_keys: JSON.stringify(walletOf(bakery).secret_keys) };
  for (const { name, namespace } of wanted) {
    await api.create(`/api/v1/namespaces/${namespace}/secrets`, { metadata: { name }, stringData });
  }
  return wanted.map(({ name, namespace }) => `${namespace}/${name}`);
}

export interface Home {
  readonly state: RunState;
  readonly program: string;
  /** Of its own, on this machine. */
  readonly address: string;
}

/**
 * Until the signer gateway exists: a signer at home, and a Service of the gateway's name that leads to it. Undefined:
 * dist/ has a Service of that name.
 */
export async function standInSigner(
  api: Api,
  { bakery, objects }: { bakery: Bakery; objects: readonly KubeObject[] },
  { state, program, address }: Home,
): Promise<Started | undefined> {
  const url = new URL(urlOf(bakery, 'signer-gateway', 'signer'));
  const [name, port] = [url.hostname, Number(url.port)];
  if (objects.some(({ manifest }) => manifest.kind === 'Service' && manifest.metadata.name === name)) return undefined;
  const wallet = join(state.folder, `${bakery.name}-signer`);
  mkdirSync(wallet, { recursive: true });
  for (const [file, content] of Object.entries(walletOf(bakery)))
    writeFileSync(join(wallet, file), JSON.stringify(content));
  await addOutside(address);
  const launch = ['--base-dir', wallet, 'launch', 'http', 'signer', '-a', address, '-p', String(port)];
  const started = start(state, process.execPath, [program, 'octez-signer', ...launch], `${bakery.name}-signer`);
  await until('the signer at home answers', 20, async () => /Accepting HTTP/.test(started.log()));
  const namespace = bakery.namespace('baking');
  const ports = [{ name: 'signer', port, protocol: 'TCP' }];
  await api.create(`/api/v1/namespaces/${namespace}/services`, { metadata: { name }, spec: { ports } });
  await api.create(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports,
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  });
  return started;
}
