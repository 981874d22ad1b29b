import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret';
import type { Bakery } from '../model/bakery';
import { neededSecrets } from '../model/google/needed-secrets';
import { type StackContext, terraformId } from './stack-context';

/** Places for secrets. People fill them: a value that Terraform knows stands in its state. */
export function secrets({ stack, bakery, api }: StackContext): void {
  for (const { secretManagerId } of neededSecrets(bakery)) {
    new SecretManagerSecret(stack, `secret_${terraformId(withoutBakery(bakery, secretManagerId))}`, {
      secretId: secretManagerId,
      replication: { userManaged: { replicas: [{ location: bakery.settings.google.region }] } },
      dependsOn: api('secretmanager'),
      lifecycle: { preventDestroy: true },
    });
  }
}

/** The commands that fill them, from files in the working directory. */
export function secretCommands(bakery: Bakery): string[] {
  return neededSecrets(bakery).flatMap(({ name, namespace, keys, secretManagerId }) => [
    `tar --create ${keys.join(' ')} | gcloud secrets versions add ${secretManagerId} --project=${bakery.projectId} --data-file=-`,
    `kubectl --namespace=${namespace} create secret generic ${name} ${keys.map((key) => `--from-file=${key}`).join(' ')}`,
  ]);
}

function withoutBakery({ name }: Bakery, id: string): string {
  return id.startsWith(`${name}-`) ? id.slice(name.length + 1) : id;
}
