import { apiSteps, firstSteps } from '../infra/first-steps';
import { credentialsCommand } from '../infra/outputs';
import { secretCommands } from '../infra/secret-manager';
import type { Bakery } from '../model/bakery';
import { neededSecrets } from '../model/google/needed-secrets';
import { openValues } from '../model/terraform-outputs';

/** The commands of a bakery's first day, in order: what a person types, with this bakery's names in them. */
export function dayOne(bakery: Bakery): string {
  const steps = [
    ['Log in, and check that the quotas that synth prints are granted', login(bakery)],
    ['Make the bucket for the Terraform state, and what Terraform needs and cannot make', firstSteps(bakery)],
    ['Deploy the cloud (terraform must be installed; about 20 minutes)', deploy(bakery)],
    ['Write values that now exist into the bakery file, synthesize and commit', valuesBack(bakery)],
    ['Get access to the cluster', [credentialsCommand(bakery)]],
    ['Create the namespaces, then the secrets that only you can make (line by line, in one shell)', secrets(bakery)],
    ['Hand the folder to GitOps (Argo CD, Flux), or apply it', [`kubectl apply -k dist/charts/${bakery.name}`]],
    ['Watch the first snapshot come in', [`kubectl -n ${bakery.namespace('baking')} logs -f baker-0 -c import`]],
  ] as const;
  const shown = steps.filter(([, commands]) => commands.length > 0);
  return shown.map(([title, commands], i) => [`# ${i + 1}. ${title}`, ...commands].join('\n')).join('\n\n');
}

function login({ projectId, settings: { google } }: Bakery): string[] {
  const project = google.project.create
    ? []
    : [`gcloud compute regions describe ${google.region} --project=${projectId}`];
  return ['gcloud auth login', 'gcloud auth application-default login', ...project];
}

function deploy(bakery: Bakery): string[] {
  const command = `npx cdktf deploy ${bakery.name}`;
  if (!bakery.settings.google.project.create) return [command];
  // The project must exist before its agents can, and the stack makes the project.
  return [`${command} # stops at the registry's key: its agent does not exist yet`, ...apiSteps(bakery), command];
}

function valuesBack(bakery: Bakery): string[] {
  const commands = openValues(bakery).map(({ setting, command }) => `${command} # -> ${setting}`);
  return commands.length > 0 ? [...commands, 'npm run synth'] : [];
}

function secrets(bakery: Bakery): string[] {
  if (neededSecrets(bakery).length === 0) return [];
  const foundation = `kubectl apply -f dist/charts/${bakery.name}/foundation.k8s.yaml`;
  return [foundation, ...secretCommands(bakery)];
}
