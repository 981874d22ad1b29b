import type { KubeObject } from '../../../charts/objects/kube-object';
import { apply } from '../cluster/apply';
import type { Cluster } from '../cluster/test-cluster';
import type { Report } from '../part';
import { rewrittenFields } from './rewritten';

interface Proof {
  readonly what: string;
  /** The kind of object that is spoilt; it is one of the bakery's own. */
  readonly kind: string;
  spoil(manifest: any): void;
  /** Words that must stand in the answer: another refusal would prove nothing. */
  readonly says: RegExp;
}

const firstContainer = (manifest: any) => manifest.spec.template.spec.containers[0];

const proofs: readonly Proof[] = [
  {
    what: 'a privileged container in a StatefulSet',
    kind: 'StatefulSet',
    spoil: (manifest) => Object.assign(firstContainer(manifest).securityContext, privileged),
    says: /would violate PodSecurity.*privileged/,
  },
  {
    what: 'a misspelt field',
    kind: 'StatefulSet',
    spoil: (manifest) => Object.assign(firstContainer(manifest), { imagePullPolcy: 'Always' }),
    says: /imagePullPolcy/,
  },
  {
    what: 'another selector of a StatefulSet',
    kind: 'StatefulSet',
    spoil: (manifest) => {
      manifest.spec.selector.matchLabels.added = 'label';
      manifest.spec.template.metadata.labels.added = 'label';
    },
    says: /updates to statefulset spec for fields other than/,
  },
  {
    what: 'a duplicate port',
    kind: 'Service',
    spoil: (manifest) => manifest.spec.ports.push({ ...manifest.spec.ports[0], name: 'second' }),
    says: /duplicate/i,
  },
];

const privileged = { privileged: true, allowPrivilegeEscalation: true };

/** Shows that what accepts the bakeries also refuses. */
export async function proveTheJudge(cluster: Cluster, objects: readonly KubeObject[], report: Report): Promise<void> {
  for (const { what, kind, spoil, says } of proofs) {
    const spoilt = copyOf(objects, kind);
    spoil(spoilt.manifest);
    const { refused, warnings } = await apply(cluster.api, spoilt, { dryRun: true });
    const answer = [refused ?? [], warnings].flat().join('\n');
    if (says.test(answer)) report.pass(`refused: ${what}`);
    else report.fail(`refused: ${what}`, `the server should have said ${says}; it said: ${answer || 'nothing'}`);
  }
  await refusesPrivilegedPods(cluster, objects, report);
  const name = 'found: a quantity that the server writes in another way';
  const object = copyOf(objects, 'StatefulSet');
  firstContainer(object.manifest).resources.requests.cpu = '1000m';
  const { returned } = await apply(cluster.api, object, { dryRun: true });
  const found = rewrittenFields(object.manifest, returned);
  if (found.some((line) => line.includes('.cpu: sent "1000m", came back "1"'))) report.pass(name);
  else report.fail(name, `the comparison found: ${found.join('\n') || 'nothing'}`);
}

/** The warning above is about a template; this is about pods, in every namespace that the bakeries have. */
async function refusesPrivilegedPods(cluster: Cluster, objects: readonly KubeObject[], report: Report): Promise<void> {
  const { spec } = (copyOf(objects, 'StatefulSet').manifest as any).spec.template;
  Object.assign(spec.containers[0].securityContext, privileged);
  delete spec.serviceAccountName; // no other namespace has it, and the server would say that first
  for (const { manifest } of objects.filter(({ manifest }) => manifest.kind === 'Namespace')) {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'privileged', namespace: manifest.metadata.name },
      spec,
    };
    const { refused } = await apply(cluster.api, { file: 'made up here', manifest: pod }, { dryRun: true });
    if (refused?.includes('violates PodSecurity "restricted'))
      report.pass('refused: a privileged pod, in each namespace');
    else report.fail(`refused: a privileged pod in ${manifest.metadata.name}`, `the server said: ${refused ?? 'yes'}`);
  }
}

function copyOf(objects: readonly KubeObject[], kind: string): { file: string; manifest: any } {
  const object = objects.find(({ manifest }) => manifest.kind === kind);
  if (!object) throw new Error(`no bakery has a ${kind}`);
  return structuredClone(object) as { file: string; manifest: any };
}
