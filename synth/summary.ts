import { auditedServices, takenOver } from '../infra/project-wide';
import type { Bakery } from '../model/bakery';
import { neededSecrets } from '../model/google/needed-secrets';
import { POOL_KEY, poolName, poolRoles } from '../model/google/pools';
import { LOAD_BALANCER_CLASS_SINCE, reservedAddresses } from '../model/google/reserved-addresses';
import { sentence } from '../model/messages/problems';
import { permanentPath } from '../model/permanent-line';
import { quotasOf } from '../model/quotas';
import { type OpenValue, openValues } from '../model/terraform-outputs';
import type { Changed } from './dist-folder';
import type { Rendered } from './render';

/** What synth prints when it has written dist/: what to look at, and what still needs a person. */
export function summary({ bakeries, warnings, files }: Rendered, { written, removed }: Changed): string {
  const lines = [
    ...warnings.map(sentence),
    ...bakeries.flatMap((bakery) =>
      [headline(bakery), ...missing(bakery), ...takeover(bakery, bakeries), ...requirements(bakery)].map(
        indentAfterFirst,
      ),
    ),
    ...remembered(bakeries, files),
    `dist/: ${files.size} files, ${written.length} written, ${removed.length} removed`,
  ];
  return lines.join('\n');
}

/** Bakeries that are gone, and whose keys may not come back unseen. */
function remembered(bakeries: readonly Bakery[], files: Rendered['files']): string[] {
  const living = new Set(bakeries.map(({ name }) => permanentPath(name)));
  const gone = [...files.keys()].filter((path) => path.startsWith('permanent/') && !living.has(path));
  return gone.map((path) => {
    return `dist/${path} stays: it remembers the keys of a bakery that is gone; delete it when none of them will ever sign again`;
  });
}

function headline({ name, network, settings: { cluster }, zones, survivesZoneLoss }: Bakery): string {
  const kind = cluster.existing
    ? `existing cluster ${cluster.existing.context}`
    : `${survivesZoneLoss ? 'regional' : 'zonal'} cluster`;
  return `${name}: ${network.name}, ${kind} in ${zones.join(' and ')}`;
}

const whens: Readonly<Record<OpenValue['after'], string>> = {
  nothing: 'now',
  deploy: 'after the first deploy,',
  secrets: 'when the secrets are in the cluster,',
  setup: 'when the signer is set up,',
};

/** What is still missing: values that exist only after the first deploy, with the command that prints each. */
function missing(bakery: Bakery): string[] {
  const values = openValues(bakery).flatMap(({ setting, command, untilThen, after }) => {
    return [`${whens[after]} fill in ${setting}: ${command}`, `  until then ${untilThen}`];
  });
  return [...values, ...signerWords(bakery)];
}

/**
 * Who is away, and which bakers have one signer: when it is gone they sign nothing. A gateway that starts anew waits for
 * every signer that is not said to be off.
 */
function signerWords({ signers, settings: { bakers } }: Bakery): string[] {
  const away = signers.filter(({ settings }) => settings.away !== undefined);
  const lines = away.map(({ name, settings }) => {
    return `the signer ${name} is away (${settings.away}): its device stays off until the line is out and one guard runs`;
  });
  const there = signers.filter((signer) => !away.includes(signer));
  if (there.length === 1) return [...lines, 'one signer: when it is gone, nothing signs'];
  const alone = bakers.flatMap(({ name }) => {
    const holders = there.filter(({ settings }) => settings.keys.includes(name));
    return holders.length === 1 ? [`one signer for ${name}: when ${holders[0].name} is gone, it signs nothing`] : [];
  });
  return [...lines, ...alone];
}

/** What changes for everything else in a project that was there before the stack. */
function takeover(bakery: Bakery, all: readonly Bakery[]): string[] {
  const { google } = bakery.settings;
  if (!bakery.ownsProject || !google.project.existing) return [];
  const { images, defaultAccounts } = takenOver(all.filter(({ projectId }) => projectId === bakery.projectId));
  const what = [
    ...(images ? ['the Binary Authorization policy (only listed images run)'] : []),
    `the audit logs (${auditedServices.join(', ')})`,
    ...(defaultAccounts
      ? ['the default service accounts (they lose the role Editor, now and in every later deploy)']
      : []),
    'vulnerability scans of every image that is pushed or mirrored ($0.26 each)',
    ...(google.logRetentionDays === undefined ? [] : [`how long logs are kept (${google.logRetentionDays} days)`]),
  ];
  return [`the stack takes over in project ${bakery.projectId}: ${what.join(', ')}`];
}

function requirements(bakery: Bakery): string[] {
  const places = { region: `in ${bakery.settings.google.region}`, project: 'in all regions together' } as const;
  const lines = Object.entries(places).flatMap(([scope, place]) => {
    const quotas = quotasOf(bakery).filter((quota) => quota.scope === scope);
    return quotas.length > 0
      ? [`quotas ${place}: ${quotas.map(({ metric, amount }) => `${amount} ${metric}`).join(', ')}`]
      : [];
  });
  for (const { name, namespace, keys, secretManagerId } of neededSecrets(bakery)) {
    lines.push(`secret ${namespace}/${name} with ${keys.join(', ')}: you make it (Secret Manager: ${secretManagerId})`);
  }
  return [...lines, ...clusterOffers(bakery)];
}

/** What a cluster of somebody else's must have: nothing here makes it. */
function clusterOffers(bakery: Bakery): string[] {
  const { name, settings, zones, survivesZoneLoss, projectId } = bakery;
  if (!settings.cluster.existing) return [];
  const [baking, auxiliary] = poolRoles.map((role) => `${POOL_KEY}=${poolName(name, role)}`);
  const lines = [
    'the cluster must offer: NetworkPolicy enforcement, workload identity, the persistent-disk CSI driver,',
    `  a baking pool with label and NoSchedule taint ${baking}, and untainted nodes with label ${auxiliary} for the rest`,
    `  nodes that may pull the images: they run as ${poolName(name, 'baking')}@${projectId}.iam.gserviceaccount.com,`,
    `  or their own account has roles/artifactregistry.reader on the repositories of ${name} in ${projectId}`,
  ];
  if (reservedAddresses(bakery).length > 0) {
    lines.push(`  GKE ${LOAD_BALANCER_CLASS_SINCE} or newer: an older one gives its load balancers no address`);
  }
  if (!survivesZoneLoss) return lines;
  lines.push(`  nodes in ${zones.join(' and ')} that take regional persistent disks: E2, N1, N2 or N2D`);
  if (!settings.custody.hot) {
    // With a hot key a person decides on every cluster, and docs/operating.md says when.
    lines.push('nothing moves by itself (no Stateful HA): when a zone is lost, a person sets the out-of-service taint');
  }
  return lines;
}

function indentAfterFirst(line: string, index: number): string {
  return index === 0 ? line : `  ${line}`;
}
