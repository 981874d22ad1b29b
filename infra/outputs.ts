import { TerraformOutput, type TerraformStack } from 'cdktf';
import type { Bakery } from '../model/bakery';
import { registryPath } from '../model/google/names';
import { clusterLocation } from './cluster';
import { repositoryNames } from './registry';
import type { ReservedIp } from './reserved-ips';
import { secretCommands } from './secret-manager';
import { signingKeys } from './signing-keys';
import type { Ground } from './stack-context';

export interface Made {
  readonly addresses: readonly ReservedIp[];
  /** Absent on a cluster of somebody else's. */
  readonly natAddresses?: string[];
  readonly upstream: readonly string[];
}

/** What the bakery file and the operator need back: `terraform output`. */
export function outputs({ stack, bakery, projectNumber }: Ground, made: Made): void {
  output(stack, 'project_number', projectNumber, 'Google addresses workload identities and agents by it');
  output(stack, 'get_credentials', credentialsCommand(bakery), 'run it to use kubectl');
  if (made.natAddresses) output(stack, 'nat_addresses', made.natAddresses, 'where outgoing connections come from');
  for (const { output: id, address, why } of made.addresses) output(stack, id, address, why);
  const registries = repositoryNames(bakery, made.upstream).map((name) => registryPath(bakery, name));
  output(stack, 'registries', registries, 'hosts and paths of the image repositories');
  const fill = secretCommands(bakery);
  if (fill.length > 0) output(stack, 'secret_commands', fill, 'run them where the files lie, then remove the files');
  if (bakery.settings.custody.kms) {
    output(
      stack,
      'public_key_commands',
      publicKeyCommands(bakery),
      'their answers become publicKey in the bakery file',
    );
  }
}

function output(stack: TerraformStack, id: string, value: string | string[], description: string): void {
  new TerraformOutput(stack, id, { value, description });
}

/** Makes kubectl speak to the cluster. */
export function credentialsCommand(bakery: Bakery): string {
  const { existing } = bakery.settings.cluster;
  if (existing) return `kubectl config use-context '${existing.context}'`;
  const where = `--location=${clusterLocation(bakery)} --project=${bakery.projectId}`;
  return `gcloud container clusters get-credentials ${bakery.name} ${where} --dns-endpoint`;
}

function publicKeyCommands(bakery: Bakery): string[] {
  const { region } = bakery.settings.google;
  const where = `--keyring=${bakery.name}-signing --location=${region} --project=${bakery.projectId}`;
  return signingKeys(bakery).map(({ name }) => `gcloud kms keys versions get-public-key 1 --key=${name} ${where}`);
}
