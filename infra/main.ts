import type { Bakery } from '../model/bakery';
import { reservedAddresses } from '../model/google/names';
import { BakeryStack } from './bakery.stack';
import type { Registries } from './registry';
import { stackIndex, stackPath, synthesize } from './synthesis';

/** A bakery's Terraform side, before anything is written. */
export interface RenderedInfra {
  /** Path below dist/ to content. */
  readonly files: ReadonlyMap<string, string>;
  /** One sorted line for each name that must not change by accident. */
  readonly permanent: readonly string[];
}

/** Terraform JSON of one of these bakeries. `upstream`: the registries that images come from. */
export function renderInfra(bakery: Bakery, { bakeries, upstream }: Registries): RenderedInfra {
  const neighbours = bakeries.filter(({ projectId }) => projectId === bakery.projectId);
  const { text, resources } = synthesize((root) => new BakeryStack(root, bakery, { bakeries: neighbours, upstream }));
  return {
    files: new Map([[`infra/${stackPath(bakery.name)}`, text]]),
    permanent: [
      ...resources.map((address) => `terraform ${address}`),
      ...reservedAddresses(bakery).map(({ name }) => `reserved address ${name}`),
    ].sort(),
  };
}

/** Path below dist/ and content of the list of all stacks, which the cdktf CLI reads first. */
export function infraIndex(bakeries: readonly Bakery[]): readonly [path: string, text: string] {
  return ['infra/manifest.json', stackIndex(bakeries.map(({ name }) => name))];
}
