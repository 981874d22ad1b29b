import type { Bakery } from '../model/bakery';
import { reservedAddresses } from '../model/google/reserved-addresses';
import { permanentLine } from '../model/permanent-line';
import { INFRA_FOLDER, stackFile } from '../model/terraform-outputs';
import { BakeryStack } from './bakery.stack';
import { stackIndex, synthesize } from './synthesis';

/** A bakery's Terraform side, before anything is written. */
export interface RenderedInfra {
  /** Path below dist/ to content. */
  readonly files: ReadonlyMap<string, string>;
  /** One sorted line for each name that must not change by accident. */
  readonly permanent: readonly string[];
}

/** Terraform JSON of one of these bakeries. */
export function renderInfra(bakery: Bakery, bakeries: readonly Bakery[]): RenderedInfra {
  const neighbours = bakeries.filter(({ projectId }) => projectId === bakery.projectId);
  const { text, resources } = synthesize((root) => new BakeryStack(root, bakery, neighbours));
  return {
    files: new Map([[`${INFRA_FOLDER}/${stackFile(bakery.name)}`, text]]),
    permanent: [
      ...resources.filter(losesSomething).map((address) => permanentLine('terraform', address)),
      ...reservedAddresses(bakery).map(({ name }) => permanentLine('reserved address', name)),
    ].sort(),
  };
}

/** The provider forgets a role that it keeps away, and touches nothing: it goes with the first guest in a project. */
const losesSomething = (address: string) => !address.startsWith('google_project_iam_member_remove.');

/** Path below dist/ and content of the list of all stacks, which the cdktf CLI reads first. */
export function infraIndex(bakeries: readonly Bakery[]): readonly [path: string, text: string] {
  return [`${INFRA_FOLDER}/manifest.json`, stackIndex(bakeries.map(({ name }) => name))];
}
