import type { Bakery } from '../../model/bakery';
import { render } from '../../synth/render';
import { bakeriesOf, smallestFile } from '../kit/bakeries';
import { payingFiles } from '../kit/paying';
import { objectsIn } from './dist-objects';
import { exceptions } from './exceptions';
import { type Finding, rowsOf, type Subject, settle } from './findings';
import { subjectsOf } from './manifests/read-objects';
import { stackOf } from './terraform/stacks';

/** Of what none of the others has. */
const other = smallestFile([[['monitoring'], { own: { heartbeat: 'bucket' } }]], 'other');
const files = [...payingFiles(), other];
const bakeries = bakeriesOf(files);

/** Everything that the judges of conformance look at, of a production, a cheap and an old bakery, and of what else there is. */
const subjects: readonly Subject[] = [...render(files, new Map()).files].flatMap(([path, text]) => {
  const file = `dist/${path}`;
  if (path.endsWith('.k8s.yaml')) return objectsIn(file, text).flatMap(subjectsOf);
  if (!path.endsWith('cdk.tf.json')) return [];
  return stackOf(path, file, text).resources.map(({ address }) => ({ object: address, file }));
});

const of = (all: readonly Subject[], bakery: string) => all.filter(({ file }) => file.includes(`/${bakery}/`));

describe('the table of accepted findings', () => {
  test.each(['checkov', 'kube-score', 'CIS GKE'] as const)('each row for %s is about something there is', (judge) => {
    const rows = rowsOf(judge, bakeries);
    const idle = rows.filter((row) => !subjects.some((subject) => row.concerns(subject)));
    expect(idle.map(({ check, reason }) => `${check} ${reason}`)).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
  });

  test('each row has a check as its judge calls it, and a reason', () => {
    const called = { checkov: /^CKV2?_(GCP|K8S)_\d+$/, 'kube-score': /^[a-z]+(-[a-z]+)+$/, 'CIS GKE': /^5(\.\d+){2}$/ };
    for (const { judge, check, reason } of exceptions) {
      expect(check).toMatch(called[judge]);
      expect(reason.length).toBeGreaterThan(20);
    }
  });
});

const groups: Finding = {
  check: 'CKV_GCP_65',
  object: 'google_container_cluster.bakery',
  file: 'dist/infra/stacks/mainnet/cdk.tf.json',
  words: 'no groups',
};
const settled = (findings: readonly Finding[], shown = subjects, of: readonly Bakery[] = bakeries) =>
  settle({ subjects: shown, findings }, rowsOf('checkov', of));

describe('a row', () => {
  test('excuses its check of its objects, and nothing else', () => {
    expect(settled([groups]).mistakes).toEqual([]);
    expect(
      settled([{ ...groups, object: 'google_project.bakery or google_container_cluster.bakery' }]).mistakes,
    ).toEqual([]);
    for (const other of [{ check: 'CKV_GCP_64' }, { object: 'google_container_cluster.other' }]) {
      expect(settled([{ ...groups, ...other }]).mistakes).toHaveLength(1);
    }
  });

  test('of which nothing fails any more is told', () => {
    expect(settled([]).unused.map(({ check }) => check)).toContain('CKV_GCP_65');
    expect(settled([groups]).unused.map(({ check }) => check)).not.toContain('CKV_GCP_65');
  });

  test('about a bakery that was deleted is not told', () => {
    const endorser = (all: readonly Subject[]) =>
      settled([], all).unused.filter(({ reason }) => reason.includes('endorser container endorser'));
    expect(endorser(subjects).length).toBeGreaterThan(0);
    expect(endorser([...of(subjects, 'mainnet'), ...of(subjects, 'bakingnet')])).toEqual([]);
  });

  test('about bakeries of a kind excuses no other, whatever their names', () => {
    const identical = { check: 'pod-probes-identical', words: '' };
    const mistakes = bakeries.flatMap(({ name }) => {
      const finding = {
        ...identical,
        object: `StatefulSet ${name}-baking/baker`,
        file: `dist/charts/${name}/baker.k8s.yaml`,
      };
      return settle({ subjects, findings: [finding] }, rowsOf('kube-score', bakeries)).mistakes;
    });
    expect(mistakes.map(({ object }) => object).sort()).toEqual([
      'StatefulSet bakingnet-baking/baker',
      'StatefulSet mainnet-baking/baker',
      'StatefulSet other-baking/baker',
    ]);
  });
});
