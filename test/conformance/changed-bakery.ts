import { parse, stringify } from 'yaml';
import type { KubeObject } from '../../charts/objects/kube-object';
import type { BakeryFile } from '../../model/reading/bakery-file';
import { withValue } from '../../model/reading/read-settings';
import type { Edit } from '../../model/rules/rule';
import { render } from '../../synth/render';
import { objectsIn } from './dist-objects';

/** A bakery after an edit of its file, rendered in memory. */
export interface ChangedBakery {
  readonly objects: readonly KubeObject[];
  readonly stack: string;
}

/** A bakery file with some settings changed. */
export function editedFile(file: BakeryFile, edit: Edit): BakeryFile {
  const data = edit.reduce<unknown>((edited, [path, value]) => withValue(edited, path, value), parse(file.text));
  return { ...file, text: stringify(data, { aliasDuplicateObjects: false }) };
}

/** Renders one bakery anew, among the others as always; throws what the synthesizer refuses. */
export function renderChanged(
  files: readonly BakeryFile[],
  name: string,
  edit: Edit,
  permanent: ReadonlyMap<string, readonly string[]>,
): ChangedBakery {
  const edited = files.map((file) => (file.name === name ? editedFile(file, edit) : file));
  const rendered = render(edited, permanent).files;
  const charts = [...rendered].filter(([path]) => path.startsWith(`charts/${name}/`) && path.endsWith('.k8s.yaml'));
  return {
    objects: charts.flatMap(([path, text]) => objectsIn(`${path} of the changed bakery`, text)),
    stack: rendered.get(`infra/stacks/${name}/cdk.tf.json`) ?? '{}',
  };
}
