import type { KubeObject, Manifest } from '../../../charts/objects/kube-object';

/** A template of pods, to read and to change. */
export interface PodTemplate {
  readonly object: KubeObject;
  readonly spec: any;
}

/** What makes pods, in objects of dist/. */
export function podTemplates(objects: readonly KubeObject[]): PodTemplate[] {
  return objects.flatMap((object) => {
    const spec = specOf(object.manifest);
    return spec ? [{ object, spec }] : [];
  });
}

function specOf({ kind, spec }: Manifest & { spec?: any }): any {
  if (kind === 'Pod') return spec;
  return kind === 'CronJob' ? spec.jobTemplate.spec.template.spec : spec?.template?.spec;
}

export const containersOf = (spec: any): any[] => [...(spec.initContainers ?? []), ...spec.containers];

/** Values of a variable over the environments of all containers, and over the files that imports read. */
export function variables(objects: readonly KubeObject[], name: string): string[] {
  const environments = podTemplates(objects).flatMap(({ spec }) =>
    containersOf(spec).flatMap((container) => container.env ?? []),
  );
  const inPods = environments.filter((each) => each.name === name).map(({ value }) => value ?? '');
  const files = objects.flatMap(({ manifest }) =>
    Object.values((manifest as { data?: Record<string, string> }).data ?? {}),
  );
  const inFiles = files.flatMap((text) => [...text.matchAll(/^export (\w+)='((?:[^']|'\\'')*)'$/gm)]);
  const exported = inFiles.filter(([, each]) => each === name).map(([, , value]) => value.replaceAll("'\\''", "'"));
  return [...new Set<string>([...inPods, ...exported])];
}

/** Words that follow a flag on the command lines of all containers. */
export function flagValues(objects: readonly KubeObject[], flag: string): string[] {
  const lines = podTemplates(objects).flatMap(({ spec }) =>
    containersOf(spec).map(({ command = [], args = [] }) => [...command, ...args] as string[]),
  );
  return [...new Set(lines.flatMap((words) => words.filter((_, index) => words[index - 1] === flag)))];
}
