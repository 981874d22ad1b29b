import { type KubeObject, type Manifest, nameOf } from '../objects/kube-object';

/** The parts of a pod that invariants read. All optional: they judge what is missing too. */
export interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly securityContext?: {
    runAsUser?: number;
    runAsGroup?: number;
    runAsNonRoot?: boolean;
    fsGroup?: number;
    seccompProfile?: { type: string };
  };
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly { key?: string; operator?: string; value?: string }[];
  readonly priorityClassName?: string;
  readonly hostNetwork?: boolean;
  readonly restartPolicy?: string;
  readonly activeDeadlineSeconds?: number;
  readonly terminationGracePeriodSeconds?: number;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly env?: readonly { name: string; value?: string; valueFrom?: { secretKeyRef?: object } }[];
  readonly envFrom?: readonly { secretRef?: object }[];
  readonly ports?: readonly { name?: string; containerPort: number; protocol?: string }[];
  readonly startupProbe?: Probe & { periodSeconds?: number; failureThreshold?: number };
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly volumeMounts?: readonly { name: string; mountPath?: string }[];
  readonly resources?: { requests?: Readonly<Record<string, string>>; limits?: Readonly<Record<string, string>> };
  readonly securityContext?: {
    allowPrivilegeEscalation?: boolean;
    readOnlyRootFilesystem?: boolean;
    privileged?: boolean;
    capabilities?: { drop?: readonly string[]; add?: readonly string[] };
  };
}

interface Probe {
  readonly httpGet?: { readonly port: number | string };
}

export interface Volume {
  readonly name: string;
  readonly persistentVolumeClaim?: { claimName: string };
  readonly secret?: { secretName: string };
  readonly configMap?: { name: string };
  readonly emptyDir?: { medium?: string; sizeLimit?: string };
}

/** Whatever makes pods. */
export interface Workload {
  readonly manifest: Manifest;
  /** `StatefulSet mainnet-baking/baker` */
  readonly name: string;
  readonly namespace: string;
  /** Of its pods. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly pod: PodSpec;
}

export type Labels = Readonly<Record<string, string>>;
type Template = {
  readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels };
  readonly spec?: PodSpec;
};

export function workloadsOf(objects: readonly KubeObject[]): readonly Workload[] {
  return objects.flatMap(({ manifest }) => {
    const template = templateOf(manifest);
    if (!template) return [];
    const { labels = {}, annotations = {} } = template.metadata ?? {};
    const namespace = manifest.metadata.namespace ?? '';
    return [{ manifest, name: nameOf(manifest), namespace, labels, annotations, pod: template.spec ?? {} }];
  });
}

function templateOf({ kind, metadata, spec }: Manifest): Template | undefined {
  const { template, jobTemplate } = (spec ?? {}) as {
    template?: Template;
    jobTemplate?: { spec?: { template?: Template } };
  };
  return kind === 'Pod' ? { metadata, spec: spec as PodSpec } : (template ?? jobTemplate?.spec?.template);
}

export function containersOf({ pod }: Workload): readonly Container[] {
  return [...(pod.initContainers ?? []), ...(pod.containers ?? [])];
}

type Located = { readonly where: string; readonly container: Container };

/** Each container, with the words that name it in a message. */
export function everyContainer(objects: readonly KubeObject[]): readonly Located[] {
  return workloadsOf(objects).flatMap((workload) =>
    containersOf(workload).map((container) => ({ where: `${workload.name}, container ${container.name}`, container })),
  );
}

export function ofKind(objects: readonly KubeObject[], ...kinds: readonly string[]): Manifest[] {
  return objects.map(({ manifest }) => manifest).filter(({ kind }) => kinds.includes(kind));
}

/** Programs of others that do what one of Octez' does. */
const others: Readonly<Record<string, string>> = { signer: '/signatory' };

/**
 * Workloads that run the Octez program of that name, whatever its prefix and protocol (`tezos-baker-006-PsCARTHA`), or
 * another one that does the same.
 */
export function running(objects: readonly KubeObject[], program: string): Workload[] {
  const names = [`/(?:octez|tezos)-${program}(?:-\\w+)*`, ...(others[program] ? [others[program]] : [])];
  const binary = new RegExp(`(?:${names.join('|')})$`);
  return workloadsOf(objects).filter(
    (workload) => containersOf(workload).some(({ command = [] }) => command.some((word) => binary.test(word))), // a shell may start it
  );
}

/** Workloads that sign what a baker asks them: octez-signer, Signatory, or the guard with its signers at home. */
export function signing(objects: readonly KubeObject[]): Workload[] {
  const guards = workloadsOf(objects).filter((workload) =>
    containersOf(workload).some(({ command = [] }) => command.some((word) => word.endsWith('/guard.mjs'))),
  );
  return [...running(objects, 'signer'), ...guards];
}

/** Whether it is the program in front of wallets, which holds no key itself. */
export function isPayoutGuard({ command = [] }: Container): boolean {
  return command.some((word) => word.endsWith('/payout-guard.mjs'));
}

/** Whether it pays delegators, and signs no block. */
export function isOfPayouts({ namespace }: Workload): boolean {
  return namespace.endsWith('-payouts');
}

/** The pods of a namespace that carry all of these labels. */
export function podsWith(workloads: readonly Workload[], namespace: string | undefined, labels: Labels): Workload[] {
  const wanted = Object.entries(labels);
  return workloads.filter(
    (pods) => pods.namespace === namespace && wanted.every(([key, value]) => pods.labels[key] === value),
  );
}
