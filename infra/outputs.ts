import { TerraformOutput } from 'cdktf';
import type { Bakery } from '../model/bakery';
import { heartbeatUrl, registryPath, signingRing, siteDomainName } from '../model/google/names';
import { homePage, zoneRecord } from '../model/site';
import { terraformOutputs } from '../model/terraform-outputs';
import { clusterLocation } from './cluster';
import type { MadeSite } from './payout-site';
import { repositoryNames } from './registry';
import type { ReservedIp } from './reserved-ips';
import { secretCommands } from './secret-manager';
import { kmsKeys } from './signing-keys';
import type { StackContext } from './stack-context';

export interface Made {
  readonly addresses: readonly ReservedIp[];
  /** Absent on a cluster of somebody else's. */
  readonly natAddresses?: string[];
  /** Absent where nothing is published. */
  readonly site?: MadeSite;
}

/** What the bakery file and the operator need back: `terraform output`. */
export function outputs({ stack, bakery, projectNumber }: StackContext, made: Made): void {
  const tell: Tell = (id, value) => {
    new TerraformOutput(stack, id, { value, description: terraformOutputs[id] });
  };
  tell('project_number', projectNumber);
  tell('get_credentials', credentialsCommand(bakery));
  if (made.natAddresses) tell('nat_addresses', made.natAddresses);
  for (const { output, address, why } of made.addresses) {
    new TerraformOutput(stack, output, { value: address, description: why });
  }
  tell(
    'registries',
    repositoryNames(bakery).map((name) => registryPath(bakery, name)),
  );
  const fill = secretCommands(bakery);
  if (fill.length > 0) tell('secret_commands', fill);
  if (bakery.has('heartbeat')) tell('heartbeat_object', heartbeatUrl(bakery));
  if (bakery.settings.custody.kms) tell('public_key_commands', publicKeyCommands(bakery));
  if (made.site) tellOfSite(tell, bakery, made.site);
}

type Tell = (id: keyof typeof terraformOutputs, value: string | string[]) => void;

/** Where the site is, and what whoever holds its domain has to write. */
function tellOfSite(tell: Tell, bakery: Bakery, { address, zone }: MadeSite): void {
  tell('site_url', homePage(bakery.name, bakery.settings));
  const domain = bakery.site?.domain?.name;
  if (domain && address && !zone) tell('site_records', [zoneRecord(domain, 'A', address)]);
  if (!domain || !zone) return;
  tell('site_name_servers', zone.nameServers);
  tell('site_ds_command', dsCommand(bakery, domain));
}

/** Cloud DNS makes the key together with the zone; the first one that signs keys has the id 0. */
export function dsCommand({ name, projectId }: Bakery, domain: string): string {
  return `gcloud dns dns-keys describe 0 --zone=${siteDomainName(name, domain)} --project=${projectId} --format='value(ds_record())'`;
}

/** Makes kubectl speak to the cluster. */
export function credentialsCommand(bakery: Bakery): string {
  const { existing } = bakery.settings.cluster;
  if (existing) return `kubectl config use-context '${existing.context}'`;
  const where = `--location=${clusterLocation(bakery)} --project=${bakery.projectId}`;
  return `gcloud container clusters get-credentials ${bakery.name} ${where} --dns-endpoint`;
}

/** They print keys of the right kind that nobody uses, for the bakery file: nothing renders before it names one. */
export function throwawayKeyCommands(bakery: Bakery): string[] {
  return kmsKeys(bakery).map(
    ({ name, curve }) =>
      `openssl ecparam -name ${curve} -genkey -noout | openssl ec -pubout | npx tezos-bakery public-key # in place of ${name}`,
  );
}

/** They print what the bakery file takes: what Cloud KMS prints is PEM. */
export function publicKeyCommands(bakery: Bakery): string[] {
  const { region } = bakery.settings.google;
  const where = `--keyring=${signingRing(bakery.name)} --location=${region} --project=${bakery.projectId}`;
  return kmsKeys(bakery).map(
    ({ name }) => `gcloud kms keys versions get-public-key 1 --key=${name} ${where} | npx tezos-bakery public-key`,
  );
}
