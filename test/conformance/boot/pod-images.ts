import type { Bakery } from '../../../model/bakery';
import { distObjects } from '../dist-objects';
import type { Tools } from '../tools/tools';
import { adapt } from './changes-to-dist';
import { alertmanagerImage, kubeStateMetricsImage, prometheusImage } from './monitoring-images';
import { nodeImage } from './node-image';
import type { Nodes } from './nodes';
import { standInImage } from './octez-image';
import { backereiImage, signatoryImage, tezpayImage } from './payday/payout-images';
import { payoutSiteImage } from './payday/payout-site-image';
import { containersOf, podTemplates } from './pod-templates';
import { tunnelImage } from './tunnel-image';

/** For pods that prove the nodes. */
export const smokeImage = 'tezos-bakery.test/smoke:1';

interface Makers {
  readonly root: string;
  readonly tools: Tools;
}

interface Kind {
  /** What follows decides on the content: images of a kind that are alike there are one. */
  readonly named: RegExp;
  make(of: Makers, names: readonly string[], version: string): Promise<string>;
}

/** How images are made, by their names in dist/. */
const kinds: readonly Kind[] = [
  {
    named: /\/prom\/prometheus:v([\d.]+)$/,
    make: ({ tools }, names, version) => prometheusImage({ tools, names, version }),
  },
  {
    named: /\/prom\/alertmanager:v([\d.]+)$/,
    make: ({ tools }, names, version) => alertmanagerImage({ tools, names, version }),
  },
  {
    named: /\/kube-state-metrics\/kube-state-metrics:v2\.[\d.]+$/,
    make: ({ root }, names) => kubeStateMetricsImage(root, names),
  },
  {
    named: /\/tez-capital\/tezpay:([\d.]+)$/,
    make: ({ root }, names, version) => tezpayImage(root, names, version),
  },
  { named: /\/ecadlabs\/signatory:v[\d.]+$/, make: ({ root }, names) => signatoryImage(root, names) },
  { named: /\/backerei:[0-9a-f]+$/, make: ({ root, tools }, names) => backereiImage(tools, root, names) },
  {
    named: /:(?:octez-)?v([\d.]+)$/,
    make: ({ root, tools }, names, version) => standInImage(tools, { root, version, names: [smokeImage, ...names] }),
  },
  { named: /\/distroless\/nodejs\d+-debian\d+:\w+$/, make: (_, names) => nodeImage(names) },
  { named: /\/payout-site:[0-9a-f]+$/, make: ({ root, tools }, names) => payoutSiteImage(tools, root, names) },
  { named: /\/tunnel:[0-9a-f]+$/, make: ({ root, tools }, names) => tunnelImage(tools, root, names) },
];

/**
 * Every image that pods of these bakeries name, made under that very name, on all nodes: a pod without a disk may be placed
 * on those of another bakery here. One archive for each content: a node reads and unpacks it once, however many names it has.
 */
export async function bringImages(
  { root, tools, nodes }: Makers & { nodes: Nodes },
  bakeries: readonly Bakery[],
): Promise<void> {
  const images = bakeries.flatMap((bakery) => imagesOf(root, bakery));
  const zones = bakeries.flatMap((bakery) => bakery.zones);
  const contents = new Map(images.map((image) => [`${kinds.indexOf(image.kind)} ${image.version}`, image]));
  for (const { kind, version } of contents.values()) {
    const those = images.filter((image) => image.kind === kind && image.version === version);
    const names = [...new Set(those.map(({ name }) => name))].sort();
    await nodes.importImage(await kind.make({ root, tools }, names, version), zones);
  }
}

/** What pods of a bakery name, and how it is made here; throws where it cannot be. */
export function imagesOf(root: string, bakery: Pick<Bakery, 'name'>) {
  const { objects } = adapt(distObjects(root, bakery.name));
  const names = podTemplates(objects).flatMap(({ spec }) => containersOf(spec).map(({ image }) => image as string));
  return names.map((name) => {
    const kind = kinds.find(({ named }) => named.test(name));
    if (!kind) throw new Error(`${bakery.name}: no image for ${name}`);
    return { name, kind, version: kind.named.exec(name)?.[1] ?? '' };
  });
}
