import { siteImage } from '../charts/payout-site/payout-site.pod';
import { backereiImage } from '../charts/payouts/backerei.pod';
import { tunnelImage } from '../charts/signer-gateway/tunnels';
import { agentSteps, apiSteps, bucketSteps, publicBucketSteps } from '../infra/first-steps';
import { credentialsCommand, dsCommand, publicKeyCommands, throwawayKeyCommands } from '../infra/outputs';
import { imagePatterns } from '../infra/project-wide';
import { secretCommands } from '../infra/secret-manager';
import type { Bakery } from '../model/bakery';
import { neededSecrets } from '../model/google/needed-secrets';
import { listCommand, type OpenValue, openValues } from '../model/terraform-outputs';
import { lockCommands } from './provider-lock';

/** The commands of a bakery's first day, in order: what a person types, with this bakery's names in them. */
export function dayOne(bakery: Bakery, bakeries: readonly Bakery[]): string {
  const { project } = bakery.settings.google;
  const steps = [
    ['Log in', ['gcloud auth login', 'gcloud auth application-default login']],
    ['Write what nobody has to wait for into the bakery file, synthesize and commit', valuesBack(bakery, 'nothing')],
    ['Turn on the APIs, and make the agent that Terraform cannot make', project.create ? [] : prepared(bakery)],
    [
      'Check that the quotas that synth prints are granted; asking for more takes days',
      project.create ? [] : quotas(bakery),
    ],
    ['Make the bucket for the Terraform state', bucketSteps(bakery, bakeries)],
    [
      'Ask whether your organization lets a bucket be public, as the payout site must be: it is refused where the first prints true, or the second an allowed value; who administers its policies excepts this project',
      bakery.site && !project.create ? publicBucketSteps(bakery) : [],
    ],
    [
      'Note the checksums of the Google provider, so that every later deploy takes the same one',
      lockCommands(bakery.name),
    ],
    [
      'Write a throwaway key into the bakery file, synthesize and commit: until Cloud KMS has made its own, one of the same kind holds its place',
      placeHolders(bakery),
    ],
    ['Deploy the cloud (terraform must be installed; about 20 minutes)', deploy(bakery)],
    [
      'Let the images of this bakery run: the policy is in the stack that owns the project',
      ownersDeploy(bakery, bakeries),
    ],
    ['Write the keys that Cloud KMS has made into the bakery file, synthesize and commit', keysBack(bakery)],
    ['Write values that now exist into the bakery file, synthesize and commit', valuesBack(bakery, 'deploy')],
    ['Build the image of the tunnels, and push it', tunnelImageSteps(bakery)],
    ['Build the image of Backerei, and push it', backereiImageSteps(bakery)],
    ['Build the image that makes the payout site, and push it', siteImageSteps(bakery)],
    [
      'Let the payout site be found: write what these print where the domain is (NS and DS above it, or the record itself)',
      domainSteps(bakery),
    ],
    ['Get access to the cluster', [credentialsCommand(bakery)]],
    ['Create the namespaces, then the secrets that only you can make (line by line, in one shell)', secrets(bakery)],
    ['Write what these have printed into the bakery file, synthesize and commit', publicHalves(bakery)],
    [
      'Write Raspberry Pi OS Lite (trixie, 64 bits) on a card for each signer, and these files on its boot partition; put it in, and switch it on',
      cards(bakery),
    ],
    [
      'Write what the signers say into the bakery file (a minute or ten after their start), synthesize and commit',
      valuesBack(bakery, 'setup'),
    ],
    ['Tell the signers what has come since: their console says what else each of them needs', told(bakery)],
    ['Hand the folder to GitOps (Argo CD, Flux), or apply it', [`kubectl apply -k dist/charts/${bakery.name}`]],
    ['Watch the first snapshot come in', [`kubectl -n ${bakery.namespace('baking')} logs -f baker-0 -c import`]],
    [
      'When its node is synced and each wallet funded (docs/payouts.md), say that the wallets have paid nothing yet, and make them known to the chain',
      walletSteps(bakery),
    ],
  ] as const;
  const shown = steps.filter(([, commands]) => commands.length > 0);
  return shown.map(([title, commands], i) => [`# ${i + 1}. ${title}`, ...commands].join('\n')).join('\n\n');
}

/** Nothing is signed before. */
function walletSteps(bakery: Bakery): string[] {
  const kubectl = `kubectl -n ${bakery.namespace('payouts')}`;
  const reveals = bakery.settings.payouts?.tezpay !== undefined;
  return bakery.ownWallets.flatMap(({ baker }) => [
    `${kubectl} exec -it payout-guard-0 -c payout-guard -- payout-guard reconcile ${baker}`,
    ...(reveals ? [`${kubectl} create job --from=cronjob/reveal-${baker} reveal-${baker}`] : []),
  ]);
}

function prepared(bakery: Bakery): string[] {
  return [...apiSteps(bakery), ...(bakery.settings.cluster.existing ? [] : agentSteps(bakery))];
}

function quotas({ projectId, settings: { google, cluster } }: Bakery): string[] {
  const region = `gcloud compute regions describe ${google.region} --project=${projectId}`;
  const all = `gcloud compute project-info describe --project=${projectId} # CPUS_ALL_REGIONS`;
  return cluster.existing ? [region] : [region, all];
}

function deploy(bakery: Bakery): string[] {
  const command = deployCommand(bakery);
  if (!bakery.settings.google.project.create) return [command];
  const [agent] = agentSteps(bakery);
  return [
    `${command} # should it stop because GKE's agent does not exist: ${agent}, and again`,
    // There was no project to look at before, and a new one often has less.
    '# should it stop on a quota: see what the project has, ask for what synth prints, which takes days, and again:',
    ...quotas(bakery).map((show) => `#   ${show}`),
  ];
}

/** Where another stack holds the list of images that run, it must hear of this bakery's before a pod is made. */
function ownersDeploy(bakery: Bakery, bakeries: readonly Bakery[]): string[] {
  if (bakery.ownsProject) return [];
  const owner = bakeries.find((each) => each.ownsProject && each.projectId === bakery.projectId);
  if (owner) return [deployCommand(owner)];
  const patterns = imagePatterns(bakery);
  return [`# in the repository that owns ${bakery.projectId}, as google.allowedImages: ${patterns.join(', ')}`];
}

function deployCommand({ name }: Bakery): string {
  return `npx cdktf deploy ${name}`;
}

function placeHolders(bakery: Bakery): string[] {
  return bakery.settings.custody.kms ? [...throwawayKeyCommands(bakery), 'npm run synth'] : [];
}

function keysBack(bakery: Bakery): string[] {
  return bakery.settings.custody.kms ? [...publicKeyCommands(bakery), 'npm run synth'] : [];
}

function valuesBack(bakery: Bakery, since: OpenValue['after']): string[] {
  const values = openValues(bakery).filter(({ after }) => after === since);
  const commands = values.map(({ setting, command }) => `${command} # -> ${setting}`);
  return commands.length > 0 ? [...commands, 'npm run synth'] : [];
}

function publicHalves(bakery: Bakery): string[] {
  return neededSecrets(bakery).some(({ made }) => made) ? ['npm run synth'] : [];
}

/** Nobody else publishes them; the nodes run no other architecture. A cache has openssh-server as it was. */
function tunnelImageSteps(bakery: Bakery): string[] {
  return bakery.machines.length === 0 ? [] : imageSteps(tunnelImage(bakery), 'dockerfile');
}

/** It pays on chains of its time alone, and nobody publishes it by version. */
function backereiImageSteps(bakery: Bakery): string[] {
  return bakery.settings.payouts?.backerei ? imageSteps(backereiImage(bakery), 'dockerfile backerei') : [];
}

/** Jekyll and Node in one image, which nobody publishes. */
function siteImageSteps(bakery: Bakery): string[] {
  return bakery.site ? imageSteps(siteImage(bakery), 'dockerfile payout-site') : [];
}

/** The certificate comes when the internet knows the domain, which may take an hour. */
function domainSteps(bakery: Bakery): string[] {
  const { domain } = bakery.site ?? {};
  if (!domain) return [];
  if (!domain.dns.cloudDns) return [listCommand(bakery.name, 'site_records')];
  return [listCommand(bakery.name, 'site_name_servers'), dsCommand(bakery, domain.name)];
}

function imageSteps(image: string, words: string): string[] {
  return [
    `gcloud auth configure-docker ${image.split('/')[0]}`,
    `npx tezos-bakery ${words} | docker build --pull --no-cache --platform=linux/amd64 --tag=${image} -`,
    `docker push ${image}`,
  ];
}

/** Where Linux shows the boot partition of Raspberry Pi OS; macOS says /Volumes/bootfs. */
const CARD = '/media/$USER/bootfs';

function cards({ name, machines }: Bakery): string[] {
  return machines.flatMap((signer) => [
    `rm -rf ${CARD}/tezos-bakery && cp -R dist/signer ${CARD}/tezos-bakery # the card of ${signer.name}`,
    `cp dist/signer/${name}/${signer.name}/* ${CARD}/`,
  ]);
}

/** By their names, if the network at home knows these; else with an address: `-e ansible_host=192.168.1.20 --limit attic`. */
function told({ name, machines, settings }: Bakery): string[] {
  if (machines.length === 0 || !settings.custody.homes?.admin) return [];
  return [`(cd dist/signer && ansible-playbook --inventory ${name}/inventory.yml site.yml)`];
}

function secrets(bakery: Bakery): string[] {
  if (neededSecrets(bakery).length === 0) return [];
  const foundation = `kubectl apply -f dist/charts/${bakery.name}/foundation.k8s.yaml`;
  return [foundation, ...secretCommands(bakery)];
}
