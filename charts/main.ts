import { App, Chart } from 'cdk8s';
import type { Bakery } from '../model/bakery';
import { bakeryCharts } from './bakery.charts';
import type { KubeObject } from './objects/kube-object';
import { manifestsOf } from './objects/manifests';
import { permanentNames } from './objects/permanent-names';
import { yamlDocuments, yamlText } from './objects/yaml';

/** A bakery's Kubernetes side, before anything is written. */
export interface RenderedCharts {
  /** Path below dist/ to content. */
  readonly files: ReadonlyMap<string, string>;
  readonly objects: readonly KubeObject[];
  /** One sorted line for each name that must not change by accident. */
  readonly permanent: readonly string[];
}

/** Renders every chart of a bakery. Pure: the bakery is all it reads, and it writes nothing. */
export function renderCharts(bakery: Bakery): RenderedCharts {
  const folder = `charts/${bakery.name}`;
  const files = new Map<string, string>();
  const objects: KubeObject[] = [];
  const app = new App();
  bakeryCharts(app, bakery);
  for (const chart of app.node.children.filter(Chart.isChart)) {
    const manifests = manifestsOf(chart);
    if (manifests.length === 0) continue; // kubectl refuses a file without objects
    const file = `${folder}/${chart.node.id}.k8s.yaml`;
    files.set(file, yamlDocuments(manifests));
    objects.push(...manifests.map((manifest) => ({ file, manifest })));
  }
  files.set(
    `${folder}/kustomization.yaml`,
    kustomization([...files.keys()].map((file) => file.slice(folder.length + 1))),
  );
  return { files, objects, permanent: permanentNames(bakery, objects) };
}

/** A list of files, in the order of bakery.charts.ts, and nothing else: what is applied is what was reviewed. */
function kustomization(resources: string[]): string {
  return yamlText({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources,
  });
}
