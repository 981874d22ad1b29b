import { App, Chart } from 'cdk8s';
import { renderCharts } from '../../charts/main';
import type { Manifest } from '../../charts/objects/kube-object';
import { Bakery } from '../../model/bakery';
import { parseBakeryFile } from '../../model/reading/bakery-file';
import { readSettings, withValue } from '../../model/reading/read-settings';
import type { Edit } from '../../model/rules/rule';
import { bakerySettings } from '../../model/settings/bakery.settings';
import { fixtureFiles } from './bakeries';

/** The repository's bakeries by name, whether or not every rule is content: charts are tested apart from rules. */
export function exampleBakeries(): Record<string, Bakery> {
  return Object.fromEntries(fixtureFiles().map(({ name }) => [name, changedExample(name)]));
}

/** A bakery of the repository with some settings changed. */
export function changedExample(name: string, edits: Edit = []): Bakery {
  const file = fixtureFiles().find((each) => each.name === name);
  if (!file) throw new Error(`there is no bakery ${name} in this repository`);
  const { settings } = readSettings(file.path, parseBakeryFile(file));
  const edited = edits.reduce<unknown>((data, [path, value]) => withValue(data, path, value), settings);
  return new Bakery(name, bakerySettings.parse(edited), true);
}

/** The objects of every chart that `build` makes, those of its scripts included. */
export function objectsOf(build: (scope: App) => void): Manifest[] {
  const app = new App();
  build(app);
  return app.node.children.filter(Chart.isChart).flatMap((chart) => chart.toJson());
}

export function manifestsOf(bakery: Bakery): Manifest[] {
  return renderCharts(bakery).objects.map(({ manifest }) => manifest);
}

/** The object of that kind and name; fails if there is none. */
export function find(manifests: readonly Manifest[], kind: string, name: string): any {
  const found = manifests.find((each) => each.kind === kind && each.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}
