import type { Bakery } from '../../model/bakery';
import {
  type ComponentName,
  componentNames,
  components,
  namespaceRoles,
  poolOf,
  poolOfNamespace,
  serviceOf,
  urlOf,
} from '../../model/components';
import { payingMainnet, publishing, publishingMainnet, wallet } from '../kit/paying';
import { changedExample, exampleBakeries, manifestsOf } from '../kit/rendered';

const { mainnet, bakingnet, carthagenet } = exampleBakeries();
const present = (bakery: Bakery) => componentNames.filter((name) => bakery.has(name));

test('a bakery has what its file and its chain ask for', () => {
  const watching = ['prometheus', 'alertmanager', 'kube-state-metrics', 'chain-exporter'];
  expect(present(mainnet)).toEqual(['sentry', 'baker', 'accuser', 'dal-node', 'signer-gateway', ...watching]);
  expect(present(bakingnet)).toEqual(['baker', 'accuser', 'signer-gateway', ...watching]);
  expect(present(carthagenet)).toEqual(['sentry', 'baker', 'accuser', 'endorser', 'signer-gateway', ...watching]);
  const beating = changedExample('bakingnet', [[['monitoring'], { own: { heartbeat: 'bucket' } }]]);
  expect(present(beating)).toEqual(['baker', 'accuser', 'signer-gateway', ...watching, 'heartbeat']);
  expect(present(payingMainnet())).toEqual([...present(mainnet), 'payout-guard', 'payouts']);
  const unknown = payingMainnet({ wallets: [{ ...wallet('example'), key: undefined }] });
  expect(present(unknown)).toEqual(present(mainnet)); // until its key is known nothing runs
  expect(present(publishingMainnet())).toEqual([...present(payingMainnet()), 'payout-site']);
  const unpaid = changedExample('mainnet', publishing());
  expect(present(unpaid)).toEqual(present(mainnet)); // there is nothing to show
  const operated = changedExample('bakingnet', [[['monitoring'], { operator: { namespace: 'monitoring' } }]]);
  expect(present(operated)).toEqual(['baker', 'accuser', 'signer-gateway', 'chain-exporter']);
});

/** Names of the Services that have a port of that name, by the component that they belong to. */
function servicesWith(bakery: Bakery, component: ComponentName, port: string): string[] {
  const own = manifestsOf(bakery).filter(
    ({ kind, metadata }) => kind === 'Service' && metadata.labels?.['app.kubernetes.io/name'] === component,
  );
  const ports = ({ spec }: (typeof own)[number]) => (spec as unknown as { ports: { name: string }[] }).ports;
  return own.filter((each) => ports(each).some(({ name }) => name === port)).map(({ metadata }) => metadata.name);
}

test('a port answers at the Service that its row names, on each chain that has it', () => {
  const hot = changedExample('mainnet', [[['custody'], { hot: { secret: 'keys' } }]]);
  for (const bakery of [mainnet, bakingnet, carthagenet, hot, publishingMainnet()]) {
    for (const component of present(bakery)) {
      const instances = component === 'sentry' ? bakery.sentries.map(({ instance }) => instance) : [component];
      for (const port of Object.keys(components[component].ports)) {
        const services = servicesWith(bakery, component, port);
        const named = instances.map((instance) => serviceOf(component, port as never, instance));
        if (services.length > 0) expect(services).toEqual(expect.arrayContaining(named));
      }
    }
  }
  expect(servicesWith(mainnet, 'baker', 'rpc-full')).toEqual(['baker-rpc']);
  expect(servicesWith(bakingnet, 'baker', 'rpc')).toEqual([]); // nobody dials it
});

test('a URL names the namespace where another one asks', () => {
  expect(urlOf(mainnet, 'dal-node', 'rpc')).toBe('http://dal-node:10732');
  expect(urlOf(mainnet, 'dal-node', 'rpc', { from: 'baking' })).toBe('http://dal-node:10732');
  expect(urlOf(mainnet, 'baker', 'rpc', { from: 'payouts' })).toBe('http://baker-rpc.mainnet-baking:8733');
  expect(urlOf(mainnet, 'sentry', 'metrics', { from: 'monitoring', instance: 'sentry-a' })).toBe(
    'http://sentry-a.mainnet-baking:9932',
  );
});

test('payouts and monitoring run on the auxiliary pool, what a block needs on its own', () => {
  expect(namespaceRoles.map(poolOfNamespace)).toEqual(['baking', 'auxiliary', 'auxiliary']);
  expect(componentNames.map(poolOf)).toEqual(componentNames.map((name) => poolOfNamespace(components[name].namespace)));
});
