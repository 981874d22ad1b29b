import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Finding, rowsOf } from '../findings';
import type { Context } from '../part';
import { checkov, type Result } from './checkov';
import { ANNOTATED, PLAIN, privilegedPods } from './privileged-pods';
import { type DistObject, type PodSpec, podOf, subjectsOf } from './read-objects';
import { reportJudged, reportProof, reportVerdict } from './verdict';

/** Every object as it lies in dist/charts, and every container once more by itself. */
export async function judgeByCheckov(context: Context, objects: readonly DistObject[], folder: string): Promise<void> {
  const { report } = context;
  const scratch = join(folder, 'checkov');
  const alone = containersAlone(objects);
  const more = Object.fromEntries([...alone].map(([path, { text }]) => [path, text]));
  const proof = { file: 'proof/pod.yaml', text: privilegedPods };
  const answer = await checkov(context, { framework: 'kubernetes', folder: 'dist/charts', proof, more, scratch });
  const pods = objects.filter(({ manifest }) => podOf(manifest));
  for (const { file, name } of pods.filter((object) => !answer.judged.has(object.file))) {
    report.fail(`checkov did not judge ${name}`, `${file}: it is not among the files that checkov answers for`);
  }
  for (const file of answer.unread) report.fail('checkov cannot read a file', file);
  const findings = distinct(answer.failed.map((result) => findingOf(result, alone.get(result.file)?.of ?? objects)));
  const subjects = objects.flatMap(subjectsOf);
  reportVerdict(report, { judge: 'checkov', subjects, findings, rows: rowsOf('checkov', context.bakeries) });
  reportJudged(report, 'checkov: checks that objects pass', answer.passed);
  for (const pod of [PLAIN, ANNOTATED]) {
    const refusal = answer.proof.find(({ check, resource }) => check === 'CKV_K8S_16' && resource === `Pod.a.${pod}`);
    reportProof(report, `checkov: a privileged container, ${pod}`, refusal?.words);
  }
}

interface Alone {
  readonly text: string;
  /** The object that the container is of. */
  readonly of: readonly DistObject[];
}

/**
 * checkov stops at the first container of a pod that fails a check, so an exception for one container would hide
 * another's failure. By file: the pod with one of its containers at a time.
 */
function containersAlone(objects: readonly DistObject[]): Map<string, Alone> {
  const alone = objects.flatMap((object) => {
    const containers = podOf(object.manifest)?.containers ?? [];
    return containers.map((container) => {
      const manifest = structuredClone(object.manifest);
      Object.assign(podOf(manifest) as PodSpec, { containers: [container], initContainers: [] });
      return { text: stringify(manifest, { aliasDuplicateObjects: false }), of: [{ ...object, manifest }] };
    });
  });
  return new Map(alone.map((each, i) => [`containers/${i}.yaml`, each]));
}

function findingOf({ check, words, resource, file, key }: Result, objects: readonly DistObject[]): Finding {
  const [kind, namespace, ...name] = resource.split('.');
  const object = objects.find((each) => each.name === `${kind} ${namespace}/${name.join('.')}`);
  const [, list, index] = key.match(/(containers|initContainers)\/\[(\d+)\]/) ?? [];
  const pod = object && podOf(object.manifest);
  const container = pod?.[list as keyof PodSpec]?.[Number(index)];
  const called = object?.name ?? resource;
  return {
    check,
    object: container ? `${called} container ${container.name}` : called,
    file: object?.file ?? file,
    words,
  };
}

function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.check} ${finding.object}`, finding])).values()];
}
