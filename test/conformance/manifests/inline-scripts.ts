import { type Container, containersOf, type DistObject, podOf } from './read-objects';
import type { Script } from './scripts';
import { type ShellForm, shellForms } from './shell-words';

/** A shell in a manifest that runs nobody knows what. */
export interface Unjudged {
  readonly where: string;
  readonly file: string;
  readonly why: string;
}

export interface Inline {
  readonly scripts: readonly Script[];
  readonly unjudged: readonly Unjudged[];
}

/** What shells are told in manifests, in commands, probes and hooks alike. */
export function inlineScripts(objects: readonly DistObject[]): Inline {
  const all = objects.flatMap(formsOf);
  return {
    scripts: all.flatMap(({ form, where, file }) =>
      form.does === 'script' ? [{ where, file, extension: '.sh', text: withShebang(form) }] : [],
    ),
    unjudged: all.flatMap(({ form, mounts, where, file }) => {
      const why = problemOf(form, mounts);
      return why ? [{ where, file, why }] : [];
    }),
  };
}

/** What runs it; shellcheck asks. It knows dash's dialect as sh. */
function withShebang({ shell, text }: { shell: string; text: string }): string {
  return `#!/bin/${shell === 'bash' ? 'bash' : 'sh'}\n${text}\n`;
}

/** Files of ConfigMaps are judged where they lie, if their name says that they are scripts. */
function problemOf(form: ShellForm, mounts: readonly string[]): string | undefined {
  if (form.does === 'unknown') return form.why;
  if (form.does === 'script') return undefined;
  const isMounted = mounts.some((mount) => form.path === mount || form.path.startsWith(`${mount}/`));
  return isMounted && /\.(ba)?sh$/.test(form.path) ? undefined : `${form.path} is no script of a ConfigMap`;
}

interface Place {
  readonly form: ShellForm;
  readonly mounts: readonly string[];
  readonly where: string;
  readonly file: string;
}

function formsOf({ name, file, manifest }: DistObject): Place[] {
  const volumes = configMapVolumes(podOf(manifest));
  return containersOf(manifest).flatMap((container) =>
    wordLists(container).flatMap(([path, words]) => {
      const where = `${name} container ${container.name}: ${path}`;
      return shellForms(words).map((form) => ({ form, mounts: mountsOf(container, volumes), where, file }));
    }),
  );
}

/** The kubelet runs command and args as one list. */
function wordLists({ command = [], args = [], ...rest }: Container): [path: string, words: readonly string[]][] {
  return [['command', [...command, ...args]], ...listsIn(rest)];
}

function listsIn(node: unknown, path = ''): [path: string, words: readonly string[]][] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node) && node.every((word) => typeof word === 'string')) return [[path, node]];
  return Object.entries(node).flatMap(([key, value]) => listsIn(value, path ? `${path}.${key}` : key));
}

function configMapVolumes(pod: any): ReadonlySet<string> {
  const isConfigMap = ({ configMap, projected }: any) =>
    configMap || projected?.sources.every((source: any) => source.configMap);
  return new Set((pod?.volumes ?? []).filter(isConfigMap).map(({ name }: { name: string }) => name));
}

function mountsOf({ volumeMounts }: Container, volumes: ReadonlySet<string>): string[] {
  const mounts = (volumeMounts ?? []) as readonly { name: string; mountPath: string }[];
  return mounts.filter(({ name }) => volumes.has(name)).map(({ mountPath }) => mountPath.replace(/\/$/, ''));
}
