import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bakery } from '../../../model/bakery';
import { neededSecrets, RECEIVERS_SECRET } from '../../../model/google/needed-secrets';
import type { Edit } from '../../../model/rules/rule';
import type { Api } from '../cluster/api';
import { mustRun } from '../tools/run';
import type { Payer } from './payday/paying-bakery';
import { secretKeysOf } from './stand-in-wallet';

/** What an operator makes and brings, of this run and of nobody else. */
export interface Brought {
  /** Files of the Secrets, by namespace and name: `mainnet-baking/signing-keys`. */
  readonly secrets: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** The public halves, as the bakery file takes them, and what lets a bakery pay here. */
  readonly edit: Edit;
  /** Where machines at home have the private half of their ssh key, by signer. */
  readonly sshKeyFiles: ReadonlyMap<string, string>;
}

/**
 * Makes every key by the command that the operator is told. `folder`: for the files. `theirs`: what others give the
 * operator, by file of the receivers' Secret. `payer`: the wallet that pays, if one does.
 */
export async function makeSecrets(
  bakery: Bakery,
  folder: string,
  { theirs, payer }: { readonly theirs: ReadonlyMap<string, string>; readonly payer?: Payer },
): Promise<Brought> {
  mkdirSync(folder, { recursive: true });
  const secrets = new Map<string, Record<string, string>>();
  const edit: [Edit[number][0], unknown][] = [...(payer?.edit ?? [])].map(([path, value]) => [path, value]);
  for (const { name, namespace, keys, made } of neededSecrets(bakery)) {
    const [file = ''] = keys;
    const path = join(folder, file);
    if (made) {
      await shell(made.make(path));
      edit.push([made.setting.split('.'), await shell(made.publicHalf(path))]);
    }
    const written = (key: string) => {
      if (namespace === bakery.namespace('payouts')) return payer?.secretKeys ?? '[]';
      if (name === bakery.settings.custody.hot?.secret) return secretKeysOf(bakery);
      return (name === RECEIVERS_SECRET && theirs.get(key)) || `made up: ${key}`;
    };
    const files = keys.map((key) => [key, made ? readFileSync(path, 'utf8') : written(key)]);
    secrets.set(`${namespace}/${name}`, Object.fromEntries(files));
  }
  const sshKeyFiles = new Map<string, string>();
  for (const [index, { name }] of bakery.machines.entries()) {
    const path = join(folder, `${name}-ssh`);
    await shell(`ssh-keygen -q -t ed25519 -N '' -C '' -f ${path}`);
    edit.push([['custody', 'homes', 'signers', index, 'sshKey'], readFileSync(`${path}.pub`, 'utf8').trim()]);
    sshKeyFiles.set(name, path);
  }
  return { secrets, edit, sshKeyFiles };
}

async function shell(command: string): Promise<string> {
  return (await mustRun('sh', ['-euc', command])).stdout.trim();
}

/** Puts them into the cluster; answers their names. */
export async function bringSecrets(api: Api, { secrets }: Brought): Promise<string[]> {
  for (const [path, stringData] of secrets) {
    const [namespace, name] = path.split('/');
    await api.create(`/api/v1/namespaces/${namespace}/secrets`, { metadata: { name }, stringData });
  }
  return [...secrets.keys()];
}
