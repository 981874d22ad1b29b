import { holdsKey } from '../model/messages/secrets';

/** What machines at home of a bakery are given: path below dist/ to content. */
type Files = ReadonlyMap<string, string>;

interface Invariant {
  /** The promise, as a test's title would say it. */
  readonly name: string;
  /** Paths of what breaks it. */
  test(files: Files): string[];
}

/** Of the boot partition (NoCloud of cloud-init). */
const bootFiles = ['meta-data', 'network-config', 'user-data'];

const pathsOf = (files: Files, isWrong: (text: string) => boolean) =>
  [...files].flatMap(([path, text]) => (isWrong(text) ? [path] : []));

/** What must hold for them, whatever the settings. */
const invariants: readonly Invariant[] = [
  {
    name: 'nothing that a machine at home is given is secret',
    test: (files) => pathsOf(files, holdsKey),
  },
  {
    name: 'what a machine at home is told is no template: Ansible would run it',
    test: (files) => pathsOf(files, (text) => /\{\{|\{%|\{#/.test(text)),
  },
  {
    name: 'each machine of an inventory has a boot partition of its own, and no other has one',
    test: (files) => {
      const inventories = [...files].filter(([path]) => path.endsWith('/inventory.yml'));
      const wanted = inventories.flatMap(([path, text]) => {
        const names = [...text.matchAll(/^ {4}"?([a-z0-9-]+)"?:$/gm)]; // below all: and hosts:
        return names.flatMap(([, name]) => bootFiles.map((file) => path.replace('inventory.yml', `${name}/${file}`)));
      });
      const all = [...inventories.map(([path]) => path), ...wanted];
      return [...all.filter((path) => !files.has(path)), ...[...files.keys()].filter((path) => !all.includes(path))];
    },
  },
];

/** What breaks an invariant, one line each; empty if all hold. */
export function signerProblems(files: Files): string[] {
  return invariants.flatMap(({ name, test }) => test(files).map((path) => `${name}: ${path}`));
}
