import type { Bakery } from '../../../model/bakery';
import { distObjects } from '../dist-objects';
import type { Tools } from '../tools/tools';
import { adapt } from './changes-to-dist';
import { standInImage } from './image-builder';
import type { Nodes } from './nodes';
import { containersOf, podTemplates } from './pod-templates';

/** For pods that prove the nodes. */
export const smokeImage = 'tezos-bakery.test/smoke:1';

/**
 * Every image that pods of these bakeries name, made under that very name, on all nodes: a pod without a disk may be placed
 * on those of another bakery here. All are Octez so far. One archive for each release: a node reads and unpacks it once, however many names it has.
 */
export async function bringImages(
  { root, tools, nodes }: { root: string; tools: Tools; nodes: Nodes },
  bakeries: readonly Bakery[],
): Promise<void> {
  const images = bakeries.flatMap((bakery) => imagesOf(root, bakery));
  const zones = bakeries.flatMap((bakery) => bakery.zones);
  for (const version of new Set(images.map((image) => image.version))) {
    const those = images.filter((image) => image.version === version);
    const names = [smokeImage, ...new Set(those.map(({ name }) => name))].sort();
    await nodes.importImage(await standInImage(tools, { root, version, names }), zones);
  }
}

function imagesOf(root: string, bakery: Bakery) {
  const { objects } = adapt(distObjects(root, bakery.name));
  const names = podTemplates(objects).flatMap(({ spec }) => containersOf(spec).map(({ image }) => image as string));
  return names.map((name) => {
    const version = /:(?:octez-)?v([\d.]+)$/.exec(name)?.[1];
    if (!version) throw new Error(`${bakery.name}: no image for ${name}`);
    return { name, version };
  });
}
