import { parse, parseAllDocuments } from 'yaml';
import { renderCharts } from '../../charts/main';
import { changedExample, exampleBakeries } from '../kit/rendered';

const bakeries = Object.values(exampleBakeries());
const { mainnet, bakingnet } = exampleBakeries();

test('the files hold exactly the objects that the invariants judge, in the same order', () => {
  for (const bakery of bakeries) {
    const { files, objects } = renderCharts(bakery);
    for (const [path, text] of files) {
      if (path.endsWith('/kustomization.yaml')) continue;
      const read = parseAllDocuments(text).map((document) => document.toJS());
      expect(read).toEqual(objects.filter(({ file }) => file === path).map(({ manifest }) => manifest));
      expect(read.length).toBeGreaterThan(0);
    }
  }
});

test('kustomization.yaml lists every file, what the others stand on first, and changes nothing on the way', () => {
  const { files } = renderCharts(mainnet);
  const { resources, ...rest } = parse(files.get('charts/mainnet/kustomization.yaml')!);
  expect(rest).toEqual({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' });
  const names = [...files.keys()].map((path) => path.replace('charts/mainnet/', ''));
  expect([...resources].sort()).toEqual(names.filter((name) => name !== 'kustomization.yaml').sort());
  expect(resources[0]).toBe('foundation.k8s.yaml'); // the namespaces
  const components = resources.filter((name: string) => /^(sentry|baker|dal-node)\.k8s/.test(name));
  expect(components).toEqual(['sentry.k8s.yaml', 'baker.k8s.yaml', 'dal-node.k8s.yaml']); // as a block travels
});

test('a component that is not there leaves no file', () => {
  const names = [...renderCharts(bakingnet).files.keys()].join(' ');
  expect(names).toContain('charts/bakingnet/signer-gateway.k8s.yaml');
  expect(names).not.toMatch(/endorser|dal-node|sentry/);
});

test('the same bakery renders to the same bytes', () => {
  for (const bakery of bakeries) expect(renderCharts(bakery)).toEqual(renderCharts(bakery));
});

test('no script stands in two ConfigMaps', () => {
  for (const bakery of bakeries) {
    const maps = renderCharts(bakery).objects.filter(({ manifest }) => manifest.kind === 'ConfigMap');
    const scripts = maps
      .flatMap(({ manifest }) => Object.values(manifest.data as Record<string, string>))
      .filter((text) => text.startsWith('#!'));
    expect(scripts.length).toBeGreaterThan(0);
    expect(new Set(scripts).size).toBe(scripts.length);
  }
});

test('scripts are apart from the objects that run them', () => {
  for (const [path, text] of renderCharts(mainnet).files) {
    const kinds = parseAllDocuments(text).map((document) => document.toJS().kind);
    if (path.endsWith('.scripts.k8s.yaml')) expect(new Set(kinds)).toEqual(new Set(['ConfigMap']));
  }
});

const changed = (edits: Parameters<typeof changedExample>[1]) => {
  const [before, after] = [mainnet, changedExample('mainnet', edits)].map((bakery) => renderCharts(bakery).permanent);
  return {
    lost: before.filter((line) => !after.includes(line)),
    gained: after.filter((line) => !before.includes(line)),
  };
};

test('permanent lines are sorted, and each is there once', () => {
  const { permanent } = renderCharts(mainnet);
  expect(permanent).toEqual([...new Set(permanent)].sort());
});

test('a larger disk shows as a size, and nothing else', () => {
  const { lost, gained } = changed([[['privateNode', 'diskGiB'], 500]]);
  expect(lost).toEqual([expect.stringMatching(/^claim mainnet-baking\/baker-node-data .* at-least=150Gi$/)]);
  expect(gained).toEqual([lost[0].replace('150Gi', '500Gi')]);
});

test('more memory or a newer release changes no permanent line', () => {
  const edits = [
    [['baker', 'memoryGiB'], 5],
    [['octez', 'node'], '25.9'],
  ] as const;
  expect(changed(edits)).toEqual({ lost: [], gained: [] });
});

test('a sentry that moves to another zone shows, since its disk cannot follow', () => {
  const { lost, gained } = changed([[['sentries', 0, 'zone'], 'europe-west4-b']]);
  expect(lost).toEqual([expect.stringMatching(/^claim .*sentry-a-node-data .*zone=europe-west4-a at-least=150Gi$/)]);
  expect(gained).toEqual([expect.stringMatching(/zone=europe-west4-b at-least=150Gi$/)]);
});

test('another disk type shows in every storage class', () => {
  expect(changed([[['storage', 'type'], 'pd-ssd']]).lost).toEqual([
    expect.stringMatching(/^storage class mainnet-regional /),
    expect.stringMatching(/^storage class mainnet-zonal /),
  ]);
});

test("a Service's kind of load balancer shows, since nobody can change it", () => {
  expect(renderCharts(mainnet).permanent).toContain(
    'Service mainnet-baking/sentry-a-p2p load-balancer=networking.gke.io/l4-regional-external',
  );
});

test('a sentry that is taken out shows as its claim, its Services and its StatefulSet', () => {
  const { lost, gained } = changed([[['sentries'], [mainnet.settings.sentries[0]]]]);
  expect(gained).toEqual([]);
  expect(lost.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'Service mainnet-baking/sentry-b',
    'StatefulSet mainnet-baking/sentry-b',
    'claim mainnet-baking/sentry-b-node-data',
  ]);
});
