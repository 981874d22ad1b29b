import type { Bakery } from './bakery';
import { atSigner, LIST_LEDGERS, PRINT_SSH_KEY } from './commands-at-home';
import { walletKey, walletRing } from './google/names';
import { neededSecrets } from './google/needed-secrets';
import { reservedAddressOf } from './google/reserved-addresses';
import { octezAtHome } from './signers';
import { checksumCommand } from './tezos/octez-binaries';

/** Of the google provider that the stacks ask for. */
export const PROVIDER_VERSION = '7.45.0';

/** Below dist/: the stacks as they are committed. */
export const INFRA_FOLDER = 'infra';

/** Beside dist/: where the cdktf CLI and Terraform work, with the same stacks; `output` in cdktf.json. Ignored by git. */
export const CDKTF_FOLDER = '.cdktf';

/** Below both: one folder for each stack. */
export const STACKS_FOLDER = 'stacks';

/** Below both: the folder of a bakery's stack. */
export function stackFolder(bakery: string): string {
  return `${STACKS_FOLDER}/${bakery}`;
}

/** Below both: a bakery's stack. */
export function stackFile(bakery: string): string {
  return `${stackFolder(bakery)}/cdk.tf.json`;
}

/** Below INFRA_FOLDER, beside a stack: the provider's checksums. Made by Terraform, committed by the operator. */
export function lockFile(bakery: string): string {
  return `${stackFolder(bakery)}/.terraform.lock.hcl`;
}

/** What a deployed stack tells, beside its reserved addresses (model/google/reserved-addresses.ts). */
export const terraformOutputs = {
  project_number: 'Google addresses workload identities and agents by it',
  get_credentials: 'run it to use kubectl',
  nat_addresses: 'where outgoing connections come from',
  registries: 'hosts and paths of the image repositories',
  secret_commands: 'run them in one shell; the files lie outside git, and go at the end',
  heartbeat_object:
    'written each minute as long as monitoring works; monitoring.own.heartbeat.bucket.readers may read it',
  site_url: 'the payout site, once its first run has ended',
  site_records: 'write them where your domain is; the certificate comes some minutes after it is seen there',
  site_name_servers: 'NS records of the payout site, for whoever holds the domain above it',
  site_ds_command: 'prints the DS record for the same place: with it the zone is trusted',
  public_key_commands: 'their answers become address and publicKey in the bakery file',
} as const;

/** The command that prints a value of a stack deployed from here, and nothing else. */
function outputCommand(bakery: string, output: string): string {
  return `terraform -chdir=${CDKTF_FOLDER}/${stackFolder(bakery)} output -raw ${output}`;
}

/** The command that prints a list of such values. */
export function listCommand(bakery: string, output: keyof typeof terraformOutputs): string {
  return `terraform -chdir=${CDKTF_FOLDER}/${stackFolder(bakery)} output ${output}`;
}

/** The command that prints the address that DAL peers dial. */
export function dalAddressCommand(bakery: Pick<Bakery, 'name' | 'settings'>): string {
  return outputCommand(bakery.name, reservedAddressOf(bakery, 'dal-node').output);
}

/** The command that prints the address that signers at home dial. */
export function gatewayAddressCommand(bakery: Pick<Bakery, 'name' | 'settings'>): string {
  return outputCommand(bakery.name, reservedAddressOf(bakery, 'signer-gateway').output);
}

/** A setting whose value exists only after the first deploy, the command that prints it, and how it is until then. */
export interface OpenValue {
  readonly setting: string;
  readonly command: string;
  readonly untilThen: string;
  /** What must be there before: nothing, the cloud, the Secrets in the cluster, or the signer that has been set up. */
  readonly after: 'nothing' | 'deploy' | 'secrets' | 'setup';
}

/** Those that the bakery file does not have yet. */
export function openValues(bakery: Bakery): OpenValue[] {
  const { dal, settings } = bakery;
  const open: OpenValue[] = [];
  if (dal && !dal.settings.publicAddress) {
    const untilThen = 'the DAL node has no load balancer: no peer dials it, it dials out';
    open.push({ setting: 'dal.publicAddress', command: dalAddressCommand(bakery), untilThen, after: 'deploy' });
  }
  open.push(...openWallets(bakery));
  const { gateway } = settings.custody.homes ?? {};
  if (!gateway) return open;
  const unset = (setting: string) => gateway[setting.split('.').at(-1) as keyof typeof gateway] === undefined;
  const address = 'custody.homes.gateway.address';
  if (unset(address)) {
    const untilThen = 'no signer at home knows what to dial';
    open.push({ setting: address, command: gatewayAddressCommand(bakery), untilThen, after: 'deploy' });
  }
  for (const { name, namespace, keys, made } of neededSecrets(bakery)) {
    if (!made || !unset(made.setting)) continue;
    const read = `kubectl --namespace=${namespace} get secret ${name} --output=jsonpath='{.data.${keys[0].replaceAll('.', '\\.')}}'`;
    const command = `${read} | base64 --decode | ${made.publicHalf('/dev/stdin')}`;
    open.push({ setting: made.setting, command, untilThen: made.untilThen, after: 'secrets' });
  }
  return [...open, ...openAtHome(bakery)];
}

/** The command that prints the public key that Cloud KMS has made for a wallet, as the bakery file takes it. */
function walletKeyCommand({ name, settings, projectId }: Bakery, baker: string): string {
  const where = `--keyring=${walletRing(name)} --location=${settings.google.region} --project=${projectId}`;
  const key = walletKey(name, baker);
  return `gcloud kms keys versions get-public-key 1 --key=${key} ${where} | npx tezos-bakery public-key`;
}

/** Wallets without a key: Cloud KMS makes it, or a person. */
function openWallets(bakery: Bakery): OpenValue[] {
  const kms = bakery.payouts?.section.custody.kms;
  const open = bakery.ownWallets.filter(({ settings }) => !settings.key);
  return open.map(({ baker, setting }) => ({
    setting: `${setting.slice(0, -1).join('.')}[${setting.at(-1)}].key`,
    command: kms
      ? walletKeyCommand(bakery, baker)
      : `octez-client gen keys ${baker} && octez-client show address ${baker}`,
    untilThen: `no delegator of ${baker} is paid`,
    after: kms ? 'deploy' : 'nothing',
  }));
}

/** The same of machines at home. */
function openAtHome({ settings, machines }: Bakery): OpenValue[] {
  const { version, from } = octezAtHome(settings);
  const hasSum = from.apt ?? from.binary?.arm64 ?? from.binary?.amd64;
  const sum: OpenValue = {
    setting: 'custody.homes.octezSigner.from.binary.arm64',
    command: checksumCommand(version, 'arm64'),
    untilThen: `no signer has an octez-signer (version: "${version}" stands beside from; a machine that is no Raspberry Pi has amd64)`,
    after: 'nothing',
  };
  const ofMachines = machines.flatMap((signer, i): OpenValue[] => {
    const setting = `custody.homes.signers[${i}]`;
    const key: OpenValue = {
      setting: `${setting}.sshKey`,
      command: atSigner(settings, signer, PRINT_SSH_KEY),
      untilThen: `the gateway does not know ${signer.name}, which cannot dial in`,
      after: 'setup',
    };
    const url: OpenValue = {
      setting: `${setting}.device.ledger.url`,
      command: atSigner(settings, signer, LIST_LEDGERS),
      untilThen: `octez-signer does not start at ${signer.name}: it does not know its Ledger`,
      after: 'setup',
    };
    const { sshKey, device } = signer.settings;
    return [...(sshKey === undefined ? [key] : []), ...(device.ledger && !device.ledger.url ? [url] : [])];
  });
  return [...(hasSum ? [] : [sum]), ...ofMachines];
}
