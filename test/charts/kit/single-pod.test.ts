import type { App } from 'cdk8s';
import { ComponentChart } from '../../../charts/component-chart';
import { singlePod } from '../../../charts/kit/single-pod';
import { type ComponentName, components } from '../../../model/components';
import { exampleBakeries, find, objectsOf } from '../../kit/rendered';

const { mainnet } = exampleBakeries();
const faucet = 'faucet' as ComponentName;
const rows = components as Record<string, unknown>;

beforeAll(() => {
  rows[faucet] = { namespace: 'payouts', priority: 'auxiliary', presentIn: () => true, ports: {} };
});
afterAll(() => {
  delete rows[faucet];
});

const podOf = (component: ComponentName) => {
  const build = (app: App) => singlePod(new ComponentChart(app, mainnet, component), { spec: { containers: [] } });
  return find(objectsOf(build), 'StatefulSet', component).spec.template.spec;
};

test('a component of the namespace payouts runs on the auxiliary pool, behind what bakes', () => {
  const { nodeSelector, tolerations, priorityClassName } = podOf(faucet);
  expect(nodeSelector).toEqual({ 'tezos-bakery/pool': 'mainnet-auxiliary' });
  expect(tolerations).toBeUndefined();
  expect(priorityClassName).toBe('mainnet-auxiliary');
});

test('a component of the namespace baking runs on the tainted pool, in its place among the others', () => {
  const { nodeSelector, tolerations, priorityClassName } = podOf('dal-node');
  expect(nodeSelector).toEqual({ 'tezos-bakery/pool': 'mainnet-baking' });
  expect(tolerations).toEqual([
    { key: 'tezos-bakery/pool', operator: 'Equal', value: 'mainnet-baking', effect: 'NoSchedule' },
  ]);
  expect(priorityClassName).toBe('mainnet-assisting');
});

test('several pods of one component share its identity, which no other component has', () => {
  const build = (app: App) => {
    const chart = new ComponentChart(app, mainnet, 'sentry');
    for (const instance of ['sentry-a', 'sentry-b']) singlePod(chart, { instance, spec: { containers: [] } });
  };
  const manifests = objectsOf(build);
  const accounts = manifests.filter(({ kind }) => kind === 'ServiceAccount');
  expect(accounts.map(({ metadata }) => metadata.name)).toEqual(['sentry']);
  expect(accounts[0].automountServiceAccountToken).toBe(false);
  for (const name of ['sentry-a', 'sentry-b']) {
    expect(find(manifests, 'StatefulSet', name).spec.template.spec.serviceAccountName).toBe('sentry');
  }
});
