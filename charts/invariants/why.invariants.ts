import { type KubeObject, type Manifest, nameOf } from '../objects/kube-object';
import type { Invariant } from './invariant';
import { type Container, containersOf, workloadsOf } from './workload';

const WHY = 'tezos-bakery/why';

/** Longer than anybody expects a start to take. */
const PATIENT_SECONDS = 600;

export const whyInvariants: Invariant[] = [
  {
    name: 'what surprises a reader says why, on the object: on its pods a better word would restart them',
    test: (objects) => [
      ...objects.flatMap((object) => {
        const said = object.manifest.metadata.annotations?.[WHY] ?? '';
        const unsaid = surprisesOf(object).filter((field) => !said.includes(field));
        return unsaid.map((field) => `${nameOf(object.manifest)}: nothing says why ${field}`);
      }),
      ...workloadsOf(objects)
        .filter(({ annotations, manifest }) => manifest.kind !== 'Pod' && WHY in annotations)
        .map(({ name }) => `${name} says it on its pods`),
    ],
  },
];

/** Fields of an object that look like a mistake to who does not know the reason, as its annotation must name them. */
function surprisesOf(object: KubeObject): string[] {
  const { kind, spec = {}, reclaimPolicy } = object.manifest as Manifest & { spec?: Record<string, unknown> };
  const containers = workloadsOf([object]).flatMap(containersOf);
  const surprises: Record<string, boolean> = {
    maxUnavailable: spec.maxUnavailable === 0,
    afterNodeUnreachableSeconds: kind === 'HighAvailabilityApplication',
    podManagementPolicy: spec.podManagementPolicy === 'Parallel',
    publishNotReadyAddresses: spec.publishNotReadyAddresses === true,
    reclaimPolicy: reclaimPolicy === 'Retain',
    startupProbe: containers.some((container) => startupSeconds(container) > PATIENT_SECONDS),
    '--net-addr': containers.some(({ command = [] }) =>
      /^127\./.test(command[command.indexOf('--net-addr') + 1] ?? ''),
    ),
    '--connections': containers.some(({ command = [] }) => command.includes('--connections')),
  };
  return Object.keys(surprises).filter((field) => surprises[field]);
}

function startupSeconds({ startupProbe: { periodSeconds = 10, failureThreshold = 3 } = {} }: Container): number {
  return periodSeconds * failureThreshold;
}
