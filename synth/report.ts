import type { Bakery } from '../model/bakery';
import { neededSecrets, POOL_KEY, poolName } from '../model/google-names';
import { sentence } from '../model/problems';
import { quotasOf } from '../model/quotas';
import type { Changed } from './dist-folder';
import type { Rendered } from './render';

/** What synth prints when it has written dist/: what to look at, and what still needs a person. */
export function report({ bakeries, warnings, files }: Rendered, { written, removed }: Changed): string {
  const lines = [
    ...warnings.map(sentence),
    ...bakeries.flatMap((bakery) =>
      [headline(bakery), ...openValues(bakery), ...requirements(bakery)].map(indentAfterFirst),
    ),
    `dist/: ${files.size} files, ${written.length} written, ${removed.length} removed`,
  ];
  return lines.join('\n');
}

function headline({ name, network, settings: { cluster }, zones }: Bakery): string {
  const kind = cluster.existing
    ? `existing cluster ${cluster.existing.context}`
    : `${zones.length === 2 ? 'regional' : 'zonal'} cluster`;
  return `${name}: ${network.name}, ${kind} in ${zones.join(' and ')}`;
}

/** What is still missing: a signer, and values that exist only after the first deploy, with the command that prints each. */
function openValues(bakery: Bakery): string[] {
  const { name, settings, signerUrl } = bakery;
  const lines: string[] = [];
  if (!settings.custody.hot) {
    const custody = Object.keys(settings.custody)[0];
    lines.push(`nothing signs yet: custody ${custody} has no gateway, and the baker will wait for ${signerUrl}`);
  }
  if (settings.dal && !settings.dal.publicAddress) {
    const command = `terraform -chdir=dist/infra/stacks/${name} output -raw dal_p2p_address`;
    lines.push(`after the first deploy, fill in dal.publicAddress: ${command}`);
  }
  return lines;
}

function requirements(bakery: Bakery): string[] {
  const quotas = quotasOf(bakery).map(({ metric, amount }) => `${amount} ${metric}`);
  const lines = quotas.length > 0 ? [`quotas in ${bakery.settings.google.region}: ${quotas.join(', ')}`] : [];
  for (const { name, namespace, keys, secretManagerId } of neededSecrets(bakery)) {
    lines.push(`secret ${namespace}/${name} with ${keys.join(', ')}: you make it (Secret Manager: ${secretManagerId})`);
  }
  if (bakery.settings.cluster.existing) {
    const pool = `${POOL_KEY}=${poolName(bakery.name, 'baking')}`;
    lines.push(
      'the cluster must offer: NetworkPolicy enforcement, workload identity, the persistent-disk CSI driver,',
      `  a baking pool with label and NoSchedule taint ${pool}, and room on untainted nodes for the rest`,
    );
  }
  return lines;
}

function indentAfterFirst(line: string, index: number): string {
  return index === 0 ? line : `  ${line}`;
}
