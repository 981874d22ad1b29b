import { isDeepStrictEqual } from 'node:util';
import { nameOf } from '../../../charts/objects/kube-object';
import type { Context } from '../part';
import { type DistObject, manifestsOf } from './read-objects';
import { reportJudged, reportProof } from './verdict';

/** What GitOps applies is what kustomize makes of the folder: it must be the objects of its files, all and unchanged. */
export async function judgeKustomization(
  context: Context,
  bakery: string,
  objects: readonly DistObject[],
): Promise<void> {
  const { report } = context;
  const folder = `dist/charts/${bakery}`;
  const cluster = await context.cluster();
  const { status, stdout, stderr } = await cluster.kubectl(['kustomize', `${context.root}/${folder}`]);
  if (status !== 0)
    return report.fail(`kubectl kustomize: ${bakery}`, `${folder}/kustomization.yaml: ${stderr.trim()}`);
  const built = manifestsOf(stdout, `kubectl kustomize ${folder}`);
  const different = differences(objects, built);
  if (different.length > 0)
    report.fail(`kubectl kustomize: ${bakery}`, `${folder}/kustomization.yaml:\n${lines(different)}`);
  reportJudged(report, 'kubectl kustomize: objects that are those of the files', built.length - different.length);
  const [dropped] = differences(objects, built.slice(1));
  reportProof(report, `kubectl kustomize: an object of ${bakery} is lost`, dropped?.words);
}

/** One wrong line of a kustomization changes every object: the first ten are enough. */
function lines(different: readonly Difference[]): string {
  const shown = different
    .slice(0, 10)
    .map(({ object, file, words }) => `${object}${file ? ` (${file})` : ''}: ${words}`);
  return [...shown, ...(different.length > 10 ? [`and ${different.length - 10} more`] : [])].join('\n');
}

interface Difference {
  readonly object: string;
  readonly file?: string;
  readonly words: string;
}

function differences(parts: readonly DistObject[], built: readonly DistObject['manifest'][]): Difference[] {
  const byName = new Map(built.map((manifest) => [fullName(manifest), manifest]));
  const names = new Set(parts.map(({ manifest }) => fullName(manifest)));
  const extra = [...byName.keys()].filter((name) => !names.has(name));
  const twice = parts.length !== names.size || built.length !== byName.size;
  return [
    ...parts.flatMap(({ name, file, manifest }) => {
      const other = byName.get(fullName(manifest));
      if (!other) return [{ object: name, file, words: 'kustomization.yaml does not bring it in' }];
      return isDeepStrictEqual(other, manifest) ? [] : [{ object: name, file, words: 'kustomize changes it' }];
    }),
    ...extra.map((object) => ({ object, words: 'is in no file of the folder' })),
    ...(twice ? [{ object: 'an object', words: 'two objects of one kind share a name' }] : []),
  ];
}

function fullName(manifest: DistObject['manifest']): string {
  return `${manifest.apiVersion} ${nameOf(manifest)}`;
}
