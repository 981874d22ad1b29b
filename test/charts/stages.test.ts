import type { Manifest } from '../../charts/objects/kube-object';
import type { Edit } from '../../model/rules/rule';
import { changedExample, manifestsOf } from '../kit/rendered';

const mainnet = (edits: Edit = []) => manifestsOf(changedExample('mainnet', edits));
const bakingnet = () => manifestsOf(changedExample('bakingnet'));
const carthagenet = () => manifestsOf(changedExample('carthagenet'));

const waveOf = ({ metadata }: Manifest) => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
const sets = (manifests: readonly Manifest[]) => manifests.filter(({ kind }) => kind === 'StatefulSet');

const isBaking = ({ metadata }: Manifest) => metadata.namespace?.endsWith('-baking');

/**
 * Names of StatefulSets of what bakes, in the order in which Argo CD changes them; those that it changes at once stand
 * together.
 */
function order(manifests: readonly Manifest[]): string[] {
  const baking = sets(manifests).filter(isBaking);
  const waves = [...new Set(baking.map(waveOf))].sort((a, b) => a - b);
  return waves.map((wave) => {
    const together = baking.filter((set) => waveOf(set) === wave);
    return together
      .map(({ metadata }) => metadata.name)
      .sort()
      .join(' and ');
  });
}

/** StatefulSets whose pods differ. */
function restarted(before: readonly Manifest[], after: readonly Manifest[]): string[] {
  const there = new Map(sets(before).map(({ metadata, spec }) => [metadata.name, JSON.stringify(spec)]));
  return sets(after)
    .filter(({ metadata, spec }) => there.get(metadata.name) !== JSON.stringify(spec))
    .map(({ metadata }) => metadata.name);
}

/** Every image of a StatefulSet's pod, by tag. */
const tags = (manifests: readonly Manifest[], name: string) =>
  [...JSON.stringify(sets(manifests).find(({ metadata }) => metadata.name === name)).matchAll(/:(octez-v[\d.]+)/g)].map(
    ([, tag]) => tag,
  );

describe('one commit changes one pod after the other', () => {
  test('sentry by sentry, then the private node with its baker, then what follows that node', () => {
    expect(order(mainnet())).toEqual(['sentry-a', 'sentry-b', 'signer-gateway', 'baker', 'accuser and dal-node']);
    expect(order(carthagenet())).toEqual(['sentry-a', 'sentry-b', 'signer-gateway', 'baker', 'accuser and endorser']);
  });

  test('what bakes is never in one wave with another', () => {
    for (const manifests of [mainnet(), bakingnet(), carthagenet()]) {
      const alone = order(manifests).filter((names) => !names.includes(' and '));
      const baking = sets(manifests)
        .filter(isBaking)
        .map(({ metadata }) => metadata.name);
      const needed = baking.filter((name) => /^(sentry-|signer-gateway$|baker$)/.test(name));
      expect(alone).toEqual(expect.arrayContaining(needed));
    }
  });

  test('a DAL node that is held, and so never ready, holds up nothing: no stage comes after its own', () => {
    for (const manifests of [
      mainnet(),
      manifestsOf(changedExample('mainnet', [[['custody'], { hot: { secret: 'keys' } }]])),
    ]) {
      const dal = sets(manifests).find(({ metadata }) => metadata.name === 'dal-node')!;
      expect(Math.max(...manifests.map(waveOf))).toBe(waveOf(dal));
    }
  });

  test('what watches holds up nothing either: it comes last', () => {
    for (const manifests of [mainnet(), bakingnet(), carthagenet()]) {
      const last = Math.max(...sets(manifests).filter(isBaking).map(waveOf));
      const watching = sets(manifests).filter((each) => !isBaking(each));
      expect(watching.map(waveOf)).toEqual(watching.map(() => last));
      expect(watching.length).toBeGreaterThan(0);
    }
  });

  test('a signer in the cluster before the baker that asks it', () => {
    expect(order(bakingnet())).toEqual(['signer-gateway', 'baker', 'accuser']);
  });

  test('another sentry leaves the places of all others as they are', () => {
    const third = { ...changedExample('mainnet').settings.sentries[0], name: 'ab', loadBalancer: undefined };
    const more = mainnet([[['sentries', 2], third]]);
    expect(order(more)).toEqual([
      'sentry-a',
      'sentry-ab',
      'sentry-b',
      'signer-gateway',
      'baker',
      'accuser and dal-node',
    ]);
    const baker = (manifests: Manifest[]) => sets(manifests).find(({ metadata }) => metadata.name === 'baker')!;
    expect(waveOf(baker(more))).toBe(waveOf(baker(mainnet())));
  });

  test('what a pod mounts and what lets it talk is there before it, or comes with it', () => {
    const objects = mainnet();
    const first = (kind: string, name: string) =>
      waveOf(objects.find(({ kind: each, metadata }) => each === kind && metadata.name === name)!);
    for (const set of sets(objects)) {
      const { volumes = [] } = (set.spec as any).template.spec;
      for (const { configMap } of volumes) {
        if (configMap) expect(first('ConfigMap', configMap.name)).toBeLessThanOrEqual(waveOf(set));
      }
    }
    const early = ['Namespace', 'StorageClass', 'PriorityClass', 'NetworkPolicy'];
    for (const object of objects.filter(({ kind }) => early.includes(kind))) expect(waveOf(object)).toBe(0);
  });

  test('a load balancer that waits for its address holds up nothing but its own sentry and what comes later', () => {
    const service = mainnet().find(({ metadata }) => metadata.name === 'sentry-a-p2p')!;
    expect(waveOf(service)).toBe(waveOf(sets(mainnet()).find(({ metadata }) => metadata.name === 'sentry-a')!));
  });
});

describe('an upgrade', () => {
  const canary: Edit = [[['sentries', 0, 'octez'], '25.3']];
  const everySentry: Edit = [...canary, [['sentries', 1, 'octez'], '25.3']];
  const done: Edit = [[['octez', 'node'], '25.3']];

  test('is tried on one sentry: nothing else restarts', () => {
    expect(restarted(mainnet(), mainnet(canary))).toEqual(['sentry-a']);
    expect(new Set(tags(mainnet(canary), 'sentry-a'))).toEqual(new Set(['octez-v25.3']));
  });

  test('restarts the private node and its baker once, with one line, after the sentries', () => {
    expect(restarted(mainnet(everySentry), mainnet(done)).sort()).toEqual(['accuser', 'baker', 'dal-node']);
    expect(new Set(tags(mainnet(done), 'baker'))).toEqual(new Set(['octez-v25.3']));
  });

  test('a sentry of an old release has what that release has, beside newer nodes', () => {
    const old = manifestsOf(
      changedExample('carthagenet', [
        [['octez'], { node: '25.2', baker: '7.5' }],
        [['sentries', 0, 'octez'], '7.5'],
      ]),
    );
    const [a, b] = ['sentry-a', 'sentry-b'].map((name) =>
      JSON.stringify(sets(old).find(({ metadata }) => metadata.name === name)),
    );
    expect(a).not.toContain('--metrics-addr');
    expect(b).toContain('--metrics-addr');
  });
});
