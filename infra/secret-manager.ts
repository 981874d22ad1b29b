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

/**
 * The commands that fill them, for one shell. The files lie in a folder that only its maker can read, never below the
 * working directory, which is under git; and no longer than needed. No `${`: Terraform would take it for its own.
 */
export function secretCommands(bakery: Bakery): string[] {
  const fill = neededSecrets(bakery).flatMap(({ name, namespace, keys, secretManagerId, made }) => [
    ...keys.map((key) => (made ? made.make(`"$private/${key}"`) : `$EDITOR "$private/${key}"`)),
    ...(made ? [`${made.publicHalf(`"$private/${keys[0]}"`)} # -> ${made.setting}`] : []),
    `tar --create --directory="$private" ${keys.join(' ')} | gcloud secrets versions add ${secretManagerId} --project=${bakery.projectId} --data-file=-`,
    `kubectl --namespace=${namespace} create secret generic ${name} ${keys.map((key) => `--from-file="$private/${key}"`).join(' ')}`,
  ]);
  return fill.length > 0 ? ['private=$(umask 077 && mktemp -d)', ...fill, 'rm -r "$private"'] : [];
}

function withoutBakery({ name }: Bakery, id: string): string {
  return id.startsWith(`${name}-`) ? id.slice(name.length + 1) : id;
}
