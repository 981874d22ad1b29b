import { parse } from 'yaml';
import { machineTypes } from '../../../model/google/machine-types';
import type { BakeryFile } from '../../../model/reading/bakery-file';
import type { Edit } from '../../../model/rules/rule';
import { bakerySettings } from '../../../model/settings/bakery.settings';

/** An edit that an operator makes sooner or later. */
export interface Change {
  readonly what: string;
  readonly edit: Edit;
}

/** For any bakery, whatever it has. Each lasts: a disk that has grown stays grown in the changes after it. */
export function changesOf(file: BakeryFile): Change[] {
  const data = parse(file.text);
  const { cluster, privateNode, sentries } = bakerySettings.parse(data);
  const shape = Object.keys(data.cluster)[0] as keyof typeof cluster;
  const disk: Edit = [[['privateNode', 'diskGiB'], (privateNode.diskGiB ?? 0) + 50]];
  const machine: Edit = [
    [['cluster', shape, 'baking', 'machineType'], twiceTheMachine(cluster[shape]!.baking.machineType)],
  ];
  // One sentry alone is refused: the first one comes with a second.
  const { loadBalancer: _, ...like } = data.sentries?.[0] ?? { cpus: 0.5, memoryGiB: 2, diskGiB: 100 };
  const added = (sentries.length === 0 ? ['new', 'newer'] : ['new']).map((name) => ({ ...like, name }));
  const sentry: Edit = [[['sentries'], [...(data.sentries ?? []), ...added]]];
  return [
    { what: 'a bigger disk', edit: disk },
    { what: 'another machine type', edit: [...disk, ...machine] },
    { what: 'a new sentry', edit: [...disk, ...machine, ...sentry] },
  ];
}

/** The next size of its series. */
function twiceTheMachine(name: string): string {
  const family = name.slice(0, name.lastIndexOf('-') + 1);
  const cpus = Number(name.slice(family.length));
  const bigger = machineTypes.filter((type) => type.name.startsWith(family) && type.cpus > cpus);
  return bigger.sort((a, b) => a.cpus - b.cpus)[0]?.name ?? name;
}
