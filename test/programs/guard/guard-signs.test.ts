import { readdirSync } from 'node:fs';
import { guardMetrics } from '../../../programs/guard/guard.contract';
import { signatureBytes, verifies } from '../../stand-ins/kit/secret-keys';
import { voteHex } from '../asked-bytes';
import { get, guard, guardConfig, home, Node, openGuard, said, sign } from '../guard-and-homes';
import { insteadOfIt, key, octezSigner, otherKey } from '../home';
import { until } from '../temporary';

const nodeThatRuns = () => new Node().start();

test('a baker gets its signature through guard, agent and octez-signer, each slot once, and the rest as before', async () => {
  const node = await nodeThatRuns();
  const open = await openGuard(node, [await home('left'), await home('right')]);
  const level = node.level + 1;
  for (const kind of ['preattestation', 'attestation'] as const) {
    const [status, signature] = await sign(open, { level, kind });
    expect(status).toBe(200);
    const bytes = Buffer.from(voteHex({ level, kind }), 'hex');
    expect(verifies(key.publicKey, bytes, signatureBytes(signature))).toBe(true);
    for (const again of [{}, { payload: 'another' }]) {
      expect(await sign(open, { level, kind, ...again })).toEqual([409, 'at or below its mark']);
    }
  }
  expect(await sign(open, { level, round: 1 })).toEqual([200, expect.any(String)]);
  expect(await sign(open, { level })).toEqual([409, 'at or below its mark']);
  expect(await sign(open, { level, of: otherKey.address, query: '' })).toEqual([200, expect.any(String)]);
  expect(await sign(open, { level: level - 1 })).toEqual([403, 'at or below the floor']);
  expect(await sign(open, { level, round: 1001 })).toEqual([403, 'round too high']);
  expect(await get(open.metricsPort, '/metrics')).toEqual([
    200,
    expect.stringContaining(`signer_guard_highest_level{key="${key.address}",kind="attestation"} ${level}`),
  ]);
});

test('without any signer a guard says which keys there are, and that it signs nothing', async () => {
  const node = await nodeThatRuns();
  const signer = { name: 'left', keys: [key.address], uplinks: [{ name: 'cable', socket: '/nowhere' }] };
  const { port, logged } = await guard(guardConfig(node, [signer]));
  expect(await get(port, '/authorized_keys')).toEqual([200, '{}']);
  expect(await get(port, `/keys/${key.address}`)).toEqual([200, JSON.stringify({ public_key: key.publicKey })]);
  expect(await get(port, '/healthz')).toEqual([200, 'ok']);
  expect(await get(port, '/readyz')).toEqual([503, 'not open']);
  expect(await sign({ port, metricsPort: 0, stop: async () => {} }, { level: 101 })).toEqual([503, 'not open']);
  expect(logged.join()).toContain('not signed');
});

test('what is not understood reaches nobody: another chain, another form, a key of nobody, a text that is none', async () => {
  const node = await nodeThatRuns();
  let asked = 0;
  const standIn = await insteadOfIt(() => ({ status: 500, text: `${++asked}` }));
  const open = await openGuard(node, [await home('left', standIn)]);
  const level = node.level + 1;
  const hex = voteHex({ level });
  const stranger = 'tz1burnburnburnburnburnburnburjAYjjX';
  const cases: [number, object][] = [
    [403, { chain: 'NetXnHfVqm9iesp' }],
    [403, { body: JSON.stringify(`03${hex.slice(2)}`) }],
    [403, { body: JSON.stringify(`${hex}00`) }],
    [400, { body: hex }],
    [400, { body: '"1"' }],
    [400, { body: '{}' }],
    [400, { query: '?version=3&authentication=sig' }],
    [404, { of: stranger }],
    [400, { of: 'tz9' }],
  ];
  for (const [status, more] of cases) expect((await sign(open, { level, ...more }))[0]).toBe(status);
  expect(asked).toBe(0);
  expect((await get(open.port, `/keys/${stranger}`))[0]).toBe(404);
  expect((await get(open.port, '/known_keys'))[0]).toBe(404);
});

test('only what the guard wrote itself arrives at octez-signer', async () => {
  const node = await nodeThatRuns();
  const heard: [string, string][] = [];
  const standIn = await insteadOfIt(({ path, body }) => {
    heard.push([path, body]);
    return { status: 200, json: { signature: `edsig${'1'.repeat(95)}` } };
  });
  const open = await openGuard(node, [await home('left', standIn)]);
  const hex = voteHex({ level: node.level + 1 });
  expect((await sign(open, { level: 0, body: `"${hex.toUpperCase()}" \n` }))[0]).toBe(200);
  expect(heard).toEqual([[`/keys/${key.address}?version=3`, JSON.stringify(hex)]]);
});

test('a level above the head is refused, after a look whether there is a newer one', async () => {
  const node = await nodeThatRuns();
  const open = await openGuard(node, [await home('left')]);
  expect(await sign(open, { level: node.level + 3 })).toEqual([403, 'above the ceiling']);
  node.head(node.level + 1);
  expect((await sign(open, { level: node.level + 2 }))[0]).toBe(200);
});

test('heads of another chain, of the future, or higher than can be open nothing', async () => {
  const node = await nodeThatRuns();
  node.chain = 'NetXnHfVqm9iesp';
  const waiting = await guard(guardConfig(node, [(await home('left')).signer]));
  const problemIs = async (part: string) => {
    while (!Object.values<string>((await said(waiting)).nodes)[0]?.includes(part)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await problemIs('on another chain');
  node.chain = (await said(waiting)) && guardConfig(node, []).chain.id;
  node.timestampMs = Date.now() + 60_000;
  await problemIs('of the future');
  node.level = 2_000_000;
  node.timestampMs = Date.now() - 1000;
  await problemIs('above what the chain can have reached');
  expect((await said(waiting)).phase).toBe('opening');
});

test('on the metrics port there are metrics, the agents too while they do not answer, and nothing else', async () => {
  const node = await nodeThatRuns();
  const left = await home('left');
  const { metricsPort } = await openGuard(node, [left]);
  const [, before] = await get(metricsPort, '/signers/left/metrics');
  expect(before).toContain('signer_agent_epoch{signer="left"} ');
  await left.stop();
  const [status, after] = await get(metricsPort, '/signers/left/metrics');
  expect([status, after]).toEqual([200, expect.stringContaining('signer_agent_epoch{signer="left"} ')]);
  expect(Number(/signer_guard_agent_metrics_age_seconds{signer="left"} ([\d.]+)/.exec(after)?.[1])).toBeGreaterThan(0);
  for (const path of ['/', '/signers/right/metrics', `/keys/${key.address}`, '/status']) {
    expect((await get(metricsPort, path))[0]).toBe(404);
  }
});

test('a guard counts all that people look at', async () => {
  const node = await nodeThatRuns();
  const open = await openGuard(node, [await home('left')]);
  await sign(open, { level: node.level + 1 });
  await sign(open, { level: node.level - 1 });
  node.timestampMs = Date.now() + 60_000;
  await until('a head is ignored', async () =>
    /heads_ignored_total\{.*\} [1-9]/.test((await get(open.metricsPort, '/metrics'))[1]),
  );
  const [, text] = await get(open.metricsPort, '/metrics');
  const { agentAge, agentDropped, ...own } = guardMetrics;
  const samples = text.split('\n').filter((line) => !line.startsWith('#'));
  const missing = Object.values(own).filter((name) => !samples.some((line) => line.startsWith(name)));
  expect(missing).toEqual([]);
});

test('no signature lies about in octez-signer that a guard has not asked for', async () => {
  const node = await nodeThatRuns();
  const standIn = await octezSigner();
  await openGuard(node, [await home('left', standIn)]);
  expect(readdirSync(standIn.folder)).toEqual([]);
});
