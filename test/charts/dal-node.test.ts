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

const envOf = (container: any) => Object.fromEntries(container.env.map(({ name, value }: any) => [name, value]));

test('follows the sentries, one at a time, and never dials the node that bakes', () => {
  expect(envOf(dalNode).NODES).toBe('http://sentry-a:8735 http://sentry-b:8735');
  expect(dalNode.command.slice(0, 2)).toEqual(['/bin/sh', '/opt/tezos-bakery/run-dal-node.sh']);
  expect(dalNode.command).not.toContain('--endpoint'); // the script adds the one it chose
  const baker = find(objects, 'StatefulSet', 'baker').spec.template.spec;
  expect(JSON.stringify([baker, find(objects, 'Service', 'baker-rpc')])).not.toMatch(/8735|rpc-follow|rpc-access/);
});

test('without sentries it follows the private node, by the same short list of RPCs', () => {
  const lone = manifestsOf(changedExample('bakingnet', [[['dal'], { memoryGiB: 0.5 }]]));
  expect(envOf(find(lone, 'StatefulSet', 'dal-node').spec.template.spec.containers[0]).NODES).toBe(
    'http://baker-rpc:8735',
  );
  const { initContainers, containers } = find(lone, 'StatefulSet', 'baker').spec.template.spec;
  expect(envOf(initContainers.find(({ name }: any) => name === 'configure')).RPC).toBe(
    '/opt/tezos-bakery/rpc-access.json',
  );
  expect(containers[0].command).toContain('0.0.0.0:8735');
  const { acl } = JSON.parse(find(lone, 'ConfigMap', 'octez-scripts').data['rpc-access.json']);
  expect(acl.map(({ address }: any) => address)).toEqual(['0.0.0.0:8735']);
});

test('a node has a listener of its own for it, which is not the one that allows everything', () => {
  const [node] = find(objects, 'StatefulSet', 'sentry-a').spec.template.spec.containers;
  const { acl } = JSON.parse(find(objects, 'ConfigMap', 'octez-scripts').data['rpc-access.json']);
  expect(acl.map(({ address }: any) => address)).toEqual(['0.0.0.0:8735']);
  expect(node.command).toContain('0.0.0.0:8735');
  expect(node.command).not.toContain('--allow-all-rpc');
  const without = manifestsOf(changedExample('mainnet', [[['dal'], undefined]]));
  const listed = find(without, 'ConfigMap', 'octez-scripts').data['rpc-access.json'];
  expect(listed).toContain('attestation_rights'); // who counts rights asks there too
  expect(listed).not.toMatch(/POST|monitor|context\/dal/);
});

test('held after a trap, it is not ready, and no probe starts it again', () => {
  const { livenessProbe, startupProbe } = dalNode;
  expect(envOf(dalNode)).toMatchObject({ HELD: '/var/tezos/dal-node/held', HALTS_ON_TRAPS: 'yes' });
  for (const probe of [livenessProbe, startupProbe])
    expect(probe.exec.command.at(-1)).toMatch(
      /^test -e \/var\/tezos\/dal-node\/held \|\| test -e \/tmp\/held \|\| wget .*\/health$/,
    );
  const older = changedExample('mainnet', [[['octez'], { node: '24.4' }]]);
  const [container] = find(manifestsOf(older), 'StatefulSet', 'dal-node').spec.template.spec.containers;
  expect(envOf(container).HALTS_ON_TRAPS).toBeUndefined(); // there, code 2 is nothing but a crash
});

test('each start takes its configuration, and its profiles, from the command line alone', () => {
  expect(spec.initContainers.map(({ command }: any) => command.join(' '))).toEqual([
    '/bin/rm -f /var/tezos/dal-node/config.json /var/tezos/dal-node/store/profiles.json',
  ]);
  expect(dalNode.command.slice(2, 4)).toEqual(['/usr/local/bin/octez-dal-node', 'run']);
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
  expect(readinessProbe.httpGet).toEqual({ path: '/health', port: 'rpc' });
  for (const probe of [livenessProbe, startupProbe])
    expect(probe.exec.command.at(-1)).toContain('http://127.0.0.1:10732/health');
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
  expect(service.metadata.annotations).toMatchObject({
    'networking.gke.io/load-balancer-ip-addresses': 'mainnet-dal-p2p',
  });
  expect(service.spec).toMatchObject({
    type: 'LoadBalancer',
    loadBalancerClass: 'networking.gke.io/l4-regional-external',
    externalTrafficPolicy: 'Local',
  });
});

test('nobody can dial it before it can tell where: no load balancer, and its port is shut, from within too', () => {
  const listens = (bakery: typeof mainnet) => {
    const [{ command, ports }] = find(manifestsOf(bakery), 'StatefulSet', 'dal-node').spec.template.spec.containers;
    return [command[command.indexOf('--net-addr') + 1], ports.map(({ name }: any) => name)];
  };
  expect(listens(mainnet)).toEqual(['127.0.0.1:11732', ['rpc', 'metrics']]);
  expect(listens(published)).toEqual(['0.0.0.0:11732', ['rpc', 'p2p', 'metrics']]);
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
