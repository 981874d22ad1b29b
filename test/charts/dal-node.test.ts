import { changedExample, exampleBakeries, find, manifestsOf } from '../kit/rendered';

const { mainnet, bakingnet } = exampleBakeries();
const objects = manifestsOf(mainnet);
const { spec } = find(objects, 'StatefulSet', 'dal-node').spec.template;
const [dalNode] = spec.containers;

test('exists where the bakery wants it, and nowhere else', () => {
  expect(manifestsOf(bakingnet).filter(({ metadata }) => /dal-node/.test(metadata.name))).toEqual([]);
});

test('attests for the delegates, not for their consensus keys', () => {
  const key = {
    address: 'tz1cJFkKeMYgDAy6mzCAs76YPviFzbX11PVv',
    publicKey: 'edpkudz9bZHns1HPASjhNgYdgxLv4pPSj1Vq68HECvC5kLWfMgPjH3',
  };
  const bakery = changedExample('mainnet', [[['bakers', 0, 'consensusKey'], key]]);
  const [{ command }] = find(manifestsOf(bakery), 'StatefulSet', 'dal-node').spec.template.spec.containers;
  expect(command[command.indexOf('--attester-profiles') + 1]).toBe(mainnet.settings.bakers[0].address);
});

test('its address is told to peers once it is known, and not before', () => {
  expect(dalNode.command).not.toContain('--public-addr');
  const known = changedExample('mainnet', [[['dal', 'publicAddress'], '203.0.113.7']]);
  const [{ command }] = find(manifestsOf(known), 'StatefulSet', 'dal-node').spec.template.spec.containers;
  expect(command[command.indexOf('--public-addr') + 1]).toBe('203.0.113.7:11732');
});

test('follows the private node by its full RPC', () => {
  expect(dalNode.command[dalNode.command.indexOf('--endpoint') + 1]).toBe('http://baker-rpc:8734');
});

test('each start takes its configuration, and its profiles, from the command line alone', () => {
  expect(spec.initContainers.map(({ command }: any) => command.join(' '))).toEqual([
    '/bin/rm -f /var/tezos/dal-node/config.json /var/tezos/dal-node/store/profiles.json',
  ]);
  expect(dalNode.command.slice(0, 2)).toEqual(['/usr/local/bin/octez-dal-node', 'run']);
});

test('what is in its disk is below a folder of its own, which the store and the clean-up share', () => {
  const mount = { name: 'dal-node-store', mountPath: '/var/tezos/dal-node', subPath: 'data' };
  for (const container of [...spec.initContainers, dalNode]) expect(container.volumeMounts).toContainEqual(mount);
  expect(dalNode.command[dalNode.command.indexOf('--data-dir') + 1]).toBe(mount.mountPath);
});

test('is restarted after three minutes of silence, and never because it is behind', () => {
  const { livenessProbe, readinessProbe, startupProbe } = dalNode;
  expect(livenessProbe.periodSeconds * livenessProbe.failureThreshold).toBe(180);
  expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThanOrEqual(7200);
  for (const probe of [livenessProbe, readinessProbe, startupProbe])
    expect(probe.httpGet).toEqual({ path: '/health', port: 'rpc' });
});

test('the baker finds it also while it is not ready', () => {
  const service = find(objects, 'Service', 'dal-node').spec;
  expect(service.publishNotReadyAddresses).toBe(true);
  expect(service.ports.map(({ name }: any) => name)).toEqual(['rpc', 'metrics']);
  const baker = find(objects, 'StatefulSet', 'baker').spec.template.spec.containers;
  expect(JSON.stringify(baker)).toContain('http://dal-node:10732');
});

const published = changedExample('mainnet', [[['dal', 'publicAddress'], '203.0.113.7']]);

test('peers reach it on the reserved address, and keep their own', () => {
  const service = find(manifestsOf(published), 'Service', 'dal-node-p2p');
  expect(service.metadata.annotations).toEqual({
    'networking.gke.io/load-balancer-ip-addresses': 'mainnet-dal-p2p',
    'cloud.google.com/l4-rbs': 'enabled',
  });
  expect(service.spec).toMatchObject({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
});

test('nobody can dial it before it can tell where: no load balancer, and its port is shut', () => {
  const ways = (bakery: typeof mainnet) =>
    manifestsOf(bakery)
      .filter(({ metadata }) => /^dal-node-(p2p|from-internet)/.test(metadata.name))
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      .sort();
  expect(ways(mainnet)).toEqual([]);
  expect(ways(published)).toEqual(['NetworkPolicy dal-node-from-internet-p2p', 'Service dal-node-p2p']);
});

test('a drain does not wait for it', () => {
  expect(
    objects.filter(({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.name === 'dal-node'),
  ).toEqual([]);
});
