import { changedExample, exampleBakeries, find, manifestsOf } from '../kit/rendered';

const { mainnet, bakingnet, carthagenet } = exampleBakeries();
const podOf = (bakery: typeof mainnet) => find(manifestsOf(bakery), 'StatefulSet', 'accuser').spec.template.spec;

test('watches in a pod of its own, on every chain: one that fails takes the private node from nobody', () => {
  for (const bakery of [mainnet, bakingnet, carthagenet]) {
    expect(podOf(bakery).containers.map(({ name }: any) => name)).toEqual(['accuser']);
    const baker = find(manifestsOf(bakery), 'StatefulSet', 'baker').spec.template.spec.containers;
    expect(baker.map(({ name }: any) => name)).toEqual(['node', 'baker']);
  }
});

test('follows the private node by its full RPC, in the words of its release', () => {
  const command = (bakery: typeof mainnet) => podOf(bakery).containers[0].command.slice(4).join(' '); // behind a shell that waits
  expect(command(mainnet)).toBe(
    '/usr/local/bin/octez-accuser --endpoint http://baker-rpc:8734 --base-dir /tmp run --keep-alive',
  );
  expect(command(carthagenet)).toMatch(/tezos-accuser-006-PsCARTHA --addr baker-rpc --port 8734 .* run$/);
});

test("its release is the baker's", () => {
  const mixed = changedExample('mainnet', [[['octez'], { node: '25.2', baker: '25.1' }]]);
  expect(podOf(mixed).containers[0].image).toMatch(/octez-v25\.1$/);
});

test('holds no key and no disk', () => {
  expect(podOf(mainnet).volumes.map(({ name }: any) => name)).toEqual(['tmp-accuser']);
});

test('a drain does not wait for it', () => {
  const budgets = manifestsOf(mainnet).filter(({ kind }) => kind === 'PodDisruptionBudget');
  expect(budgets.map(({ metadata }) => metadata.name)).not.toContain('accuser');
});
