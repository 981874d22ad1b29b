import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bakery } from '../../../model/bakery';
import { neededSecrets } from '../../../model/google/needed-secrets';
import { mustBeRight } from '../../../model/reading/check';
import { editedFile } from '../changed-bakery';
import { mustRun } from '../tools/run';
import { GATEWAY_ADDRESS, timeServers } from './homes-internet';

/** The smallest full bakery of the tests, with two machines at home, each with a Ledger and two ways out. */
const FILE = ['test', 'kit', 'fixtures', 'mainnet.yaml'];
export const LEDGER_URL = 'ledger://major-squirrel-thick-hedgehog/secp256k1/0h/0h';
export const ATTIC = 'attic';
export const CELLAR = 'cellar';

/** What an operator has made, and written into the bakery file. */
export interface Made {
  /** Public halves, by the last word of their setting. */
  readonly settings: Readonly<Record<string, string>>;
  /** Private halves, by the name of their Secret. */
  readonly secrets: ReadonlyMap<string, string>;
}

export interface HomesOf {
  readonly root: string;
  readonly made: Made;
  readonly admin: { readonly networks: readonly string[]; readonly sshKey: string };
  /** Of the program at amd64. */
  readonly octezSha256: string;
  /** By signer, once the machines have printed them. */
  readonly sshKeys: Readonly<Record<string, string>>;
}

/** Host key and message key, made by the commands that the operator is told. */
export async function makeGatewayKeys(root: string, folder: string): Promise<Made> {
  mkdirSync(folder, { recursive: true });
  const settings: Record<string, string> = {};
  const secrets = new Map<string, string>();
  const [bakery] = mustBeRight([fileOf(root)]).bakeries;
  for (const { name, keys, made } of neededSecrets(bakery!)) {
    if (!made) continue;
    const path = join(folder, keys[0]!);
    await mustRun('sh', ['-ec', made.make(path)]);
    const { stdout } = await mustRun('sh', ['-ec', made.publicHalf(path)]);
    settings[made.setting.split('.').at(-1)!] = stdout.trim();
    secrets.set(name, readFileSync(path, 'utf8'));
  }
  return { settings, secrets };
}

/** The bakery of these homes. */
export function homesBakery({ root, made, admin, octezSha256, sshKeys }: HomesOf): Bakery {
  const signer = (name: string, port: number) => ({
    name,
    device: { ledger: { url: LEDGER_URL } },
    keys: ['example'],
    port,
    ...(sshKeys[name] === undefined ? {} : { sshKey: sshKeys[name] }),
    uplinks: [
      { name: 'cable', interface: 'eth0' },
      { name: 'mobile', interface: 'eth1' },
    ],
    ups: 'x728',
  });
  const homes = {
    signers: [signer(ATTIC, 22001), signer(CELLAR, 22002)],
    gateway: { address: GATEWAY_ADDRESS, ...made.settings },
    admin: { networks: admin.networks, sshKeys: [admin.sshKey] },
    octezSigner: { version: '25.2', from: { binary: { amd64: `sha256:${octezSha256}` } } },
    timeServers: Object.keys(timeServers),
  };
  const [bakery] = mustBeRight([editedFile(fileOf(root), [[['custody'], { homes }]])]).bakeries;
  return bakery!;
}

function fileOf(root: string) {
  const path = join(...FILE);
  return { path, name: 'mainnet', text: readFileSync(join(root, path), 'utf8') };
}
