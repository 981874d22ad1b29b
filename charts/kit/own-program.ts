import type { k8s } from 'cdk8s-plus-27';
import type { Files } from '../component-chart';

/** Where Node is in its image. */
const NODE = '/nodejs/bin/node';
/** In the PATH of that image, where nothing else is: who is in the pod calls a program by its name. */
const PROGRAMS_DIR = '/usr/local/bin';

type ProgramName = Exclude<keyof typeof BUNDLED_PROGRAMS, 'agent'>; // which runs at home

/** A program of ours, for a ConfigMap: one module, and a command of its name that runs it with the words of a person. */
export function programFiles(name: ProgramName): Files {
  const file = `${name}.mjs`;
  return {
    [file]: BUNDLED_PROGRAMS[name],
    [`${name}.cjs`]: `#!${NODE}\nimport('${PROGRAMS_DIR}/${file}');\n`,
  };
}

/** Starts it. `options`: for Node. */
export function programCommand(name: ProgramName, options: readonly string[] = []): string[] {
  return [NODE, ...options, `${PROGRAMS_DIR}/${name}.mjs`];
}

/** The volume of the ConfigMap with a program, whose command a person may run. */
export function programVolume(configMap: string, name: ProgramName): k8s.Volume {
  const items = [
    { key: `${name}.mjs`, path: `${name}.mjs` },
    { key: `${name}.cjs`, path: name },
  ];
  return { name: configMap, configMap: { name: configMap, defaultMode: 0o555, items } };
}

export function programMount(configMap: string): k8s.VolumeMount {
  return { name: configMap, mountPath: PROGRAMS_DIR, readOnly: true };
}
