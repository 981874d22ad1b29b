import type { Bakery } from '../model/bakery';
import { reservedAddresses } from '../model/google-names';
import { BakeryStack } from './bakery.stack';
import { synthesize } from './synthesis';

export interface RenderedInfra {
  /** Content by path relative to dist/. */
  readonly files: Map<string, string>;
  /** By bakery: what must not change by accident, one sorted line each. */
  readonly permanent: Map<string, string[]>;
}

/** Terraform JSON of every bakery. `registries`: the upstream registries that images come from. */
export function renderInfra(bakeries: readonly Bakery[], registries: readonly string[]): RenderedInfra {
  const synthesized = synthesize((root) =>
    bakeries.map((bakery) => {
      const neighbours = bakeries.filter(({ projectId }) => projectId === bakery.projectId);
      return new BakeryStack(root, bakery, { bakeries: neighbours, upstream: registries });
    }),
  );
  const stackFile = ({ name }: Bakery) => synthesized.get(`stacks/${name}/cdk.tf.json`) as string;
  return {
    files: new Map([...synthesized].map(([path, content]) => [`infra/${path}`, content])),
    permanent: new Map(bakeries.map((bakery) => [bakery.name, permanentLines(bakery, stackFile(bakery))])),
  };
}

function permanentLines(bakery: Bakery, stackFile: string): string[] {
  const { resource } = JSON.parse(stackFile) as { resource: Record<string, Record<string, unknown>> };
  const ids = Object.entries(resource).flatMap(([type, blocks]) => Object.keys(blocks).map((id) => `${type}.${id}`));
  return [
    ...ids.map((id) => `terraform ${id}`),
    ...reservedAddresses(bakery).map(({ name }) => `reserved address ${name}`),
  ].sort();
}
